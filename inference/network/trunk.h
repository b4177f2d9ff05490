// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <memory>

#include "inference/network/resnet_module.h"

namespace residua {

class OneDnnTrunk;

/// A ResNet's convolutional part made ready to predict on one device: norms folded into the convolutions,
/// computed in `type` (kFloat or kBFloat16). On the processor weights and activations lie in oneDNN's own
/// blocked layouts from the first convolution to the last; on a card they are channels-last.
class Trunk {
public:
    Trunk(const ResNet& network, at::Device device, at::ScalarType type);

    /// fp32 [N, C, H, W] in memory → fp32 [N, featureChannels, h, w] on the device, whatever the trunk
    /// computes in. Not thread-safe.
    at::Tensor features(const at::Tensor& images) const;

private:
    std::shared_ptr<OneDnnTrunk> oneDnn_;  ///< does it all on the processor, where the build found oneDNN
    ResNet network_;                       ///< folded, for LibTorch's own convolutions
    at::Device device_;
    at::ScalarType type_;
    bool blocked_;
};

}  // namespace residua
