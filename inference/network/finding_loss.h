// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <ATen/core/Tensor.h>

#include <vector>

#include "inference/network/state_dict.h"
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

/// Takes the labels out of the logits of images that show only their border. A target of 1/2 makes such
/// logits small but leaves their order, and the order still tells the label; so the gap between the two
/// classes' mean logits is itself driven to 0. A batch holds too few such images to see the gap: means and
/// spread run over about the last twenty batches.
class BorderGap {
public:
    explicit BorderGap(std::int64_t findings, at::Device device);

    /// Follows this batch, then gives what lowers the gap: gap / variance × the batch's own gap, the first
    /// factor without gradient, averaged over the findings. Its value may be negative.
    /// @param logits, targets [N, F], targets NaN where not known
    /// @param onlyBorder [N], bool
    at::Tensor loss(const at::Tensor& logits, const at::Tensor& targets, const at::Tensor& onlyBorder);

    /// Running means and variance, for checkpoints: [F] each.
    NamedTensors state() const;

private:
    at::Tensor positive_, negative_, variance_;
};

}  // namespace residua
