// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <ATen/core/Tensor.h>

#include <vector>

#include "inference/network/training_cache.h"

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

/// Squares of the class maps' outermost cells, averaged over all cells.
/// @param maps [N, F, h, w]
at::Tensor edgeEnergy(const at::Tensor& maps);

}  // namespace residua
