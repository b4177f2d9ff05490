// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <memory>

#include "inference/network/resnet_module.h"

namespace residua {

/// A folded ResNet's convolutional part by oneDNN itself, on the processor: each convolution, its shortcut
/// and its ReLU are one pass over memory, which LibTorch's calls cannot express. Weights are brought into
/// oneDNN's layouts once; layouts, kernels and activations' memory stay for all images of one shape.
class OneDnnTrunk {
public:
    /// @param type kFloat or kBFloat16
    OneDnnTrunk(const ResNet& folded, at::ScalarType type);
    ~OneDnnTrunk();

    /// fp32 [N, C, H, W] → fp32 [N, featureChannels, h, w]. Not thread-safe.
    at::Tensor features(const at::Tensor& images);

private:
    class Weights;
    class Plan;
    std::unique_ptr<Weights> weights_;
    std::unique_ptr<Plan> plan_;  ///< for the shape seen last
};

}  // namespace residua
