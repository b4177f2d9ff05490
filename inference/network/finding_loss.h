// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
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

/// Where elsewhereCounts(), a positive image whose place is known counts among the negatives too. Throws
/// Error LabelOneClass if a finding has no positive or no negative among `images`.
ClassWeights classWeightsOf(const TrainingCache& cache, const std::vector<std::size_t>& images,
                            const TrainingRecipe& recipe);

/// Whether the rest of an image, away from the place of its finding, is an example of an image without it:
/// where the strongest cells make the score, those elsewhere are what a slice of the same scan without the
/// finding would have.
inline bool elsewhereCounts(const TrainingRecipe& recipe) {
    return recipe.placeWeight > 0 && recipe.architecture.pooling == Pooling::Strongest;
}

/// The images' targets, [N, F], NaN where not known.
at::Tensor targetTensor(const TrainingCache& cache, const std::vector<std::size_t>& images,
                        std::size_t findings);

/// Mean binary cross-entropy over the known targets, targets smoothed to t (1 - smoothing) + smoothing / 2.
/// @param logits, targets [N, F]
at::Tensor findingLoss(const at::Tensor& logits, const at::Tensor& targets, const ClassWeights& weights,
                       double smoothing);

/// How an image came to the network: as an epoch changes it, or as it is.
struct Seen {
    std::optional<std::uint64_t> epoch;  ///< empty = as it is
};

/// placeTargets() of the images as the network sees them, [N, F, h, w]. Nothing is known of an image that
/// shows only its border.
at::Tensor placeTensor(const TrainingCache& cache, const std::vector<std::size_t>& images,
                       const TrainingRecipe& recipe, Seen seen);

/// The cells that may count, for ResNet::logitsOfMaps: cellsShown() of the images as the network sees them,
/// bool [N, 1, h, w] on the device. Undefined for Pooling::Mean, where all count.
at::Tensor countedCells(const TrainingCache& cache, const std::vector<std::size_t>& images,
                        const TrainingRecipe& recipe, Seen seen, at::Device device);

/// Cells that show the image, are known to be free of the finding and do not touch its place: bool [N, F, h,
/// w].
/// @param places of placeTensor()
/// @param shown of countedCells()
at::Tensor elsewhere(const at::Tensor& places, const at::Tensor& shown);

/// Mean binary cross-entropy of the cells where the finding lies and of those where it does not, half each,
/// so that a small finding counts as much as the tissue around it. 0 where nothing is known.
/// @param maps, targets [N, F, h, w]; targets as placeTargets() gives them
at::Tensor placeLoss(const at::Tensor& maps, const at::Tensor& targets);

/// For Pooling::Strongest, where a cell alone can flag an image: binary cross-entropy over all known cells,
/// cells of the finding threefold, and half of 1 - Dice (Milletari 2016). 0 where nothing is known.
/// @param cells [N, F, h, w]: maps plus bias; targets as placeTargets() gives them, NaN where padding is
/// shown
at::Tensor outlineLoss(const at::Tensor& cells, const at::Tensor& targets);

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
