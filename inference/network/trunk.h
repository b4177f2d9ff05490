// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include "inference/network/resnet_module.h"

namespace residua {

/// A ResNet made ready to predict on one device: norms folded into the convolutions, channels-last, the trunk
/// in `type`; the head stays in fp32, so that scores and maps add up whatever the trunk computes in.
class Trunk {
public:
    Trunk(const ResNet& network, at::Device device, at::ScalarType type);

    /// fp32 [N, C, H, W] in memory → fp32 [N, featureChannels, h, w] on the device.
    at::Tensor features(const at::Tensor& images) const;

private:
    ResNet network_;
    at::Device device_;
    at::ScalarType type_;
};

}  // namespace residua
