// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "imaging/progress.h"
#include "inference/findings/finding_figures.h"
#include "inference/findings/labels.h"
#include "inference/findings/prediction.h"
#include "inference/network/heat.h"
#include "inference/network/likeness_figures.h"
#include "inference/network/predictor.h"
#include "inference/network/training_cache.h"

namespace residua {

/// A labelled image with its prediction; what every figure is computed from.
struct EvaluatedImage {
    LabelledImage image;
    std::vector<float> targets;  ///< one a finding of the card: 1, 0 or NaN (see targetsOf)
    Prediction prediction;       ///< may lack findings that were not looked for
    int imageWidth = 0;
    int imageHeight = 0;
    std::vector<HeatFacts> heat;  ///< one a finding of the prediction; empty = not measured
    /// Scores under each robustness variant, one a finding of the prediction.
    std::map<std::string, std::vector<double>> variantScores;
};

/// An image on its way into an evaluation, made by whoever can decode (app/commands/engine) or from a cache.
struct EvaluationInput {
    LabelledImage image;
    std::vector<float> targets;
    NetworkInput input;
    int imageWidth = 0;
    int imageHeight = 0;
};

/// Predicts one image, and all robustness variants of it if asked for, and measures its heat.
enum class Robustness { Skip, Measure };
EvaluatedImage evaluateImage(Predictor& predictor, EvaluationInput input, Robustness robustness,
                             std::stop_token stop = {});

/// Scores of nearest neighbour on 16×16 pixels and on border pixels only, trained on the cache's train split:
/// the no-network baselines shown beside every figure. A score above 0.5 says that the nearest positive is
/// nearer than the nearest negative.
struct BaselineScores {
    std::vector<double> nearestNeighbour;  ///< one per image of the split asked for, in the cache's order
    std::vector<double> borderOnly;
};
BaselineScores noNetworkBaselines(const TrainingCache& cache, std::size_t finding, Split split);

/// Where positive heat lies, over the flagged images.
struct HeatFigures {
    std::size_t images = 0;  ///< flagged, with any positive heat
    double insideBody = 0;   ///< mean share; NaN without images
    double outerShare = 0;
    std::size_t pointed = 0;        ///< positive images with a box or mask
    std::size_t pointedInside = 0;  ///< of them, the map's maximum lies in it
    std::size_t pointedNear = 0;    ///< or within kPointingTolerance of it
};

/// What is said of positive images by the share of the image that their truth covers.
struct SizeFigures {
    double from = 0, below = 1;  ///< share of the image
    std::size_t images = 0;      ///< positive, their truth known
    double auc = 0;              ///< of these against all negatives; NaN without either
    std::size_t pointedInside = 0, pointedNear = 0;
    double overlap = 0;  ///< mean HeatFacts::overlap; NaN where it is not measured
};

struct VariantFigure {
    std::string variant;
    double auc = 0;
    double change = 0;  ///< against the unchanged images
};

struct FindingEvaluation {
    FindingFigures figures;
    HeatFigures heat;
    std::vector<SizeFigures> sizes;  ///< empty where no truth is known
    std::vector<VariantFigure> robustness;
    std::optional<FindingFigures> nearestNeighbour, borderOnly;  ///< baselines on the same images
};

/// What `residua evaluate` says, schema "residua.evaluation/1".
struct EvaluationReport {
    std::string model, version, weightsSha256;
    std::string device, precision;
    std::string data;  ///< a name for the images, e.g. "chest, test part"
    std::size_t images = 0;
    std::vector<FindingEvaluation> findings;
    bool patientsKnown = true;  ///< false: intervals are by image
    /// Of networks with a gate: the images as they are, then what the caller adds (changes, other folders).
    std::vector<LikenessFigures> unlike;
};

struct EvaluationOptions {
    std::string data;
    bool patientsKnown = true;
    std::uint64_t seed = 1;
    int bootstrapRounds = 1000;
};

/// What a gate said of the images; nothing of a network without one.
std::vector<Likeness> likenessesOf(const std::vector<EvaluatedImage>& images);

/// All figures from images already predicted. Images whose target for a finding is unknown, or without a
/// score for it, do not count for it.
/// @param baselines one a finding of the card, over the same images in the same order; empty = none
EvaluationReport evaluate(const std::vector<EvaluatedImage>& images, const ModelCard& card,
                          const EvaluationOptions& options,
                          const std::vector<BaselineScores>& baselines = {});

/// Predicts a split of a cache and evaluates it, baselines included.
EvaluationReport evaluateCache(Predictor& predictor, const TrainingCache& cache, Split split,
                               Robustness robustness, const EvaluationOptions& options, std::stop_token stop,
                               const Progress& progress);

std::string toJson(const EvaluationReport& report);

}  // namespace residua
