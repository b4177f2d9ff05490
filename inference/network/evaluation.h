// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "imaging/progress.h"
#include "inference/findings/labels.h"
#include "inference/findings/prediction.h"
#include "inference/network/predictor.h"
#include "inference/network/training_cache.h"

namespace residua {

/// A labelled image with its prediction; what every figure is computed from.
struct EvaluatedImage {
    LabelledImage image;
    Prediction prediction;
    int imageWidth = 0;
    int imageHeight = 0;
};

/// Scores of nearest neighbour on 16×16 pixels and on border pixels only, trained on the cache's train split:
/// the no-network baselines shown beside every figure.
struct BaselineScores {
    std::vector<double> nearestNeighbour;  ///< one per image of the split asked for
    std::vector<double> borderOnly;
};
BaselineScores noNetworkBaselines(const TrainingCache& cache, std::size_t finding, Split split);

}  // namespace residua
