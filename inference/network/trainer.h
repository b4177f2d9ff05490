// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "inference/findings/model_card.h"
#include "inference/network/predictor.h"
#include "inference/network/training_cache.h"

namespace residua {

/// Ranges of the random changes of a training image, drawn from (seed, epoch, image): loader threads change
/// nothing.
struct Augmentation {
    double mirror = 0;          ///< probability of left-right mirroring; 0 where a side matters (chests)
    double rotation = 7;        ///< degrees, ±
    double scale = 0.15;        ///< relative, ±
    double aspect = 0.1;        ///< relative change of width against height, ±
    double shift = 0.08;        ///< of the side, ±
    double gamma = 0.3;         ///< exponent exp(±gamma)
    double brightness = 0.1;    ///< added, ± (values in [0, 1])
    double contrast = 0.25;     ///< factor 1 ±
    double noise = 0.03;        ///< standard deviation at most
    double blur = 1.0;          ///< Gaussian sigma in pixels at most
    double resolution = 0.5;    ///< down- and upsampling by at most this factor, probability 0.3
    double borderErase = 0;     ///< probability of hiding a random share of the border
    double borderShare = 0.12;  ///< at most this share of each side is hidden
    double invert = 0;          ///< probability of black-white inversion
};

/// One reproducible training, written into the bundle's card. Serialised as JSON ("residua.recipe/1").
struct TrainingRecipe {
    std::string name;  ///< of the bundle
    Architecture architecture;
    PreprocessSpec input;
    std::vector<FindingCard> findings;   ///< codes = the labels that are findings
    std::string negativeLabel;           ///< 'normal', 'no_tumor': no finding
    std::filesystem::path startWeights;  ///< safetensors (partial allowed) or a bundle; empty = from nothing
    int epochs = 20;
    int batch = 16;
    double learningRate = 1e-3;  ///< of the head and layer4
    double stageFactor = 1;  ///< rates × this for each earlier stage (0.3 is usual from pretrained weights)
    double weightDecay = 0.02;
    double warmupEpochs = 1;
    double labelSmoothing = 0.05;
    double emaDecay = 0.998;    ///< of the weights' moving average; 0 = none
    double startAveraging = 0;  ///< share of the start weights mixed into the result (WiSE-FT, Wortsman 2022)
    bool classWeights = true;
    int patience = 6;           ///< epochs without a better validation AUC before it stops
    double sensitivity = 0.95;  ///< at which the threshold is set, on validation
    Augmentation augmentation;
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0 = all cores
    Precision precision = Precision::Auto;
};

std::string toJson(const TrainingRecipe& recipe);
/// Throws Error UsageInvalid naming the field; missing fields keep their defaults.
TrainingRecipe parseTrainingRecipe(std::string_view json);

enum class TrainingState { Preparing, Training, Validating, Finishing, Done, Stopped };

struct EpochReport {
    int epoch = 0;  ///< from 1
    int epochs = 0;
    double trainingLoss = 0;
    double validationLoss = 0;
    double validationAuc = 0;  ///< mean over findings
    double learningRate = 0;
    double seconds = 0;
    bool best = false;
    int epochsWithoutImprovement = 0;
};

/// Called from the training thread.
struct TrainingObserver {
    std::function<void(TrainingState)> state;
    std::function<void(int epoch, std::size_t step, std::size_t steps, double loss, double imagesPerSecond)>
        step;
    std::function<void(const EpochReport&)> epoch;
};

/// Trains on the cache's train split, chooses on validation, writes the bundle to `folder`/NAME and, each
/// epoch, `folder`/checkpoint (optimiser, schedule step, EMA, early-stop state, best weights, generator, data
/// order, threads, precision). An existing checkpoint of the same recipe and data is resumed: on the CPU with
/// the same threads the weights are those of the unbroken run. Throws Error: TrainingDiverged,
/// CheckpointInvalid, DiskFull, Cancelled (the last whole checkpoint stays).
ModelCard train(const TrainingRecipe& recipe, const TrainingCache& cache, const std::filesystem::path& folder,
                std::stop_token stop, const TrainingObserver& observer);

}  // namespace residua
