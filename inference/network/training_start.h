// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "inference/network/compute_place.h"
#include "inference/network/resnet_module.h"
#include "inference/network/training_cache.h"
#include "inference/network/training_recipe.h"

namespace residua {

struct TrainingStart {
    ResNet network;
    std::set<std::string> random;  ///< tensors that no start weights gave a value
};

/// The network that a training begins with, on its device: random, or from a bundle or a safetensors file,
/// which may lack tensors. A file's stem is taken to expect ImageNet's normalisation, a bundle's its own
/// card's; it is rewritten for the recipe's normalisation and number of channels (equal ones): W'(c) = W(c) ·
/// std'/std(c), summed for one channel, and the norm behind it takes the constant Σ W(c) · (mean' - mean(c))
/// / std(c). That is the same function except where the padding is seen. Norms that were folded away get
/// statistics from 192 training images. Throws as readBundle, Safetensors and loadPartialState do.
TrainingStart startNetwork(const TrainingRecipe& recipe, const TrainingCache& cache,
                           const std::vector<std::size_t>& trainingImages, const ComputePlace& place,
                           std::stop_token stop);

/// Gives all norms the running statistics of up to `images` training images under the weights as they are,
/// for weights that were averaged (Izmailov 2018, section 3.2).
void reestimateNorms(ResNet& network, const TrainingRecipe& recipe, const TrainingCache& cache,
                     const std::vector<std::size_t>& trainingImages, const ComputePlace& place,
                     std::stop_token stop);

/// What a network says where the truth about a finding is known: one entry an image, and where
/// elsewhereCounts() a negative one more for each image whose finding has a known place, made of its cells
/// elsewhere.
struct FindingCases {
    std::vector<double> logits;
    std::vector<int> labels;          ///< 0 or 1
    std::vector<std::size_t> images;  ///< of the cache
    std::size_t elsewhere = 0;        ///< how many are of the second kind
};

/// One a finding.
std::vector<FindingCases> casesOf(const ResNet& network, const TrainingRecipe& recipe,
                                  const TrainingCache& cache, const std::vector<std::size_t>& images,
                                  const ComputePlace& place, std::stop_token stop);

/// A batch's images as a tensor on the device: [N, C, H, W], channels-last.
at::Tensor inputTensor(std::vector<float>& values, std::int64_t count, const PreprocessSpec& spec,
                       at::Device device);

/// Numbers of one input.
inline std::size_t inputSize(const PreprocessSpec& spec) {
    return static_cast<std::size_t>(spec.channels) * static_cast<std::size_t>(spec.height) *
           static_cast<std::size_t>(spec.width);
}

/// `images` cut into batches of at most `batch`.
std::vector<std::vector<std::size_t>> inBatches(const std::vector<std::size_t>& images, std::size_t batch);

}  // namespace residua
