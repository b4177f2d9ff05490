// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include "inference/network/finding_loss.h"
#include "inference/network/resnet_module.h"

namespace residua {

/// What a training makes small, put together as its recipe says.
class TrainingLoss {
public:
    /// Throws Error LabelOneClass where a finding can be learned from neither labels nor places.
    TrainingLoss(const TrainingRecipe& recipe, const TrainingCache& cache,
                 const std::vector<std::size_t>& trainingImages, at::Device device);

    /// @param features [N, C, h, w] of the images as this epoch changes them
    /// @return a number with its gradient
    at::Tensor operator()(const ResNet& network, const at::Tensor& features,
                          const std::vector<std::size_t>& images, std::uint64_t epoch);

    /// What a checkpoint keeps of it; tensors share memory.
    NamedTensors state() const;

private:
    at::Tensor onlyBorder(const std::vector<std::size_t>& images, std::uint64_t epoch) const;
    /// Where elsewhereCounts().
    at::Tensor withElsewhere(const ResNet& network, const at::Tensor& maps, const at::Tensor& logits,
                             const at::Tensor& shown, const at::Tensor& targets,
                             const std::vector<std::size_t>& images, std::uint64_t epoch) const;

    const TrainingRecipe& recipe_;
    const TrainingCache& cache_;
    ClassWeights weights_;
    BorderGap borderGap_;
    at::Device device_;
};

}  // namespace residua
