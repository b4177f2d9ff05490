// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <stop_token>
#include <vector>

#include "inference/network/checkpoint.h"
#include "inference/network/compute_place.h"
#include "inference/network/resnet_module.h"
#include "inference/network/training_cache.h"
#include "inference/network/training_recipe.h"

namespace residua {

/// Rounds all weights to fp16, as the bundle keeps them: what is measured is what is shipped.
void roundToHalf(ResNet& network);

/// The card of a trained network, whose weights are rounded already: calibrates on validation (the head's
/// bias moves, so that scores and positives agree in the mean; then the temperature; class weights and label
/// smoothing are undone that way), sets thresholds at the recipe's sensitivity, and writes down data, split,
/// recipe, validation figures with intervals and the baselines.
ModelCard describeResult(ResNet& network, const TrainingRecipe& recipe, const TrainingCache& cache,
                         const TrainingProgress& progress, const ComputePlace& place, std::stop_token stop);

}  // namespace residua
