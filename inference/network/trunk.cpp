// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/trunk.h"

namespace residua {

Trunk::Trunk(const ResNet& network, at::Device device, at::ScalarType type)
    : network_(folded(network)), device_(device), type_(type) {
    network_.to(device, type);
}

at::Tensor Trunk::features(const at::Tensor& images) const {
    const auto x = images.to(device_, type_).contiguous(at::MemoryFormat::ChannelsLast);
    return network_.features(x).to(at::kFloat);
}

}  // namespace residua
