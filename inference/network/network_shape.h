// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inference/findings/model_card.h"

namespace residua {

/// A convolution without bias and the norm behind it, by torchvision's names.
struct ConvolutionShape {
    std::string convolution;  ///< e.g. "layer1.0.conv2": its weight is [out, in, kernel, kernel]
    std::string norm;         ///< e.g. "layer1.0.bn2": weight, bias, running_mean, running_var are [out]
    std::int64_t in = 0, out = 0, kernel = 0, stride = 1;
};

struct BlockShape {
    std::string name;  ///< e.g. "layer1.0"
    std::vector<ConvolutionShape> convolutions;
    std::optional<ConvolutionShape> downsample;  ///< on the shortcut
};

/// A ResNet (He 2016, table 1) as names and numbers without a tensor: what resnet.cpp builds, and files from
/// and for elsewhere hold.
struct NetworkShape {
    ConvolutionShape stem;
    std::vector<std::vector<BlockShape>>
        stages;                 ///< layer1 to layer4; at output stride 16 layer4 has no stride
    std::int64_t channels = 0;  ///< of the last stage: what the head weighs
};

/// Throws as layoutOf.
NetworkShape shapeOf(const Architecture& architecture);

struct TensorShape {
    std::string name;
    std::vector<std::int64_t> shape;
};
/// Every tensor but the head's (fc), in torchvision's order.
std::vector<TensorShape> trunkTensors(const NetworkShape& network);

}  // namespace residua
