// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <ATen/core/Tensor.h>

#include <vector>

#include "inference/network/training_cache.h"
#include "inference/network/training_recipe.h"

namespace residua {

/// One weight a finding for its positives and one for its negatives, so that both count alike: n / (2 ·
/// positives) and n / (2 · negatives). All 1 without class weights.
struct ClassWeights {
    std::vector<float> positive;
    std::vector<float> negative;
};

/// Throws Error LabelOneClass if a finding has no positive or no negative image among `images`.
ClassWeights classWeightsOf(const TrainingCache& cache, const std::vector<std::size_t>& images,
                            std::size_t findings, bool weighted);

/// The images' targets, [N, F], NaN where not known.
at::Tensor targetTensor(const TrainingCache& cache, const std::vector<std::size_t>& images,
                        std::size_t findings);

/// Mean binary cross-entropy over the known targets, targets smoothed to t (1 - smoothing) + smoothing / 2.
/// @param logits, targets [N, F]
at::Tensor findingLoss(const at::Tensor& logits, const at::Tensor& targets, const ClassWeights& weights,
                       double smoothing);

/// placeTargets() of the images as this epoch changes them, on the device of the maps. Nothing is known of an
/// image that shows only its border.
/// @param maps [N, F, h, w]
at::Tensor placeTensor(const TrainingCache& cache, const std::vector<std::size_t>& images,
                       const TrainingRecipe& recipe, std::uint64_t epoch, const at::Tensor& maps);

/// Mean binary cross-entropy of the cells where the finding lies and of those where it does not, half each,
/// so that a small finding counts as much as the tissue around it. 0 where nothing is known.
/// @param maps, targets [N, F, h, w]; targets as placeTargets() gives them
at::Tensor placeLoss(const at::Tensor& maps, const at::Tensor& targets);

/// Squares of the class maps' outermost cells, averaged over all cells.
/// @param maps [N, F, h, w]
at::Tensor edgeEnergy(const at::Tensor& maps);

}  // namespace residua
