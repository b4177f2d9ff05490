// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/architectures.h"

#include <algorithm>

#include "imaging/error.h"

namespace residua {

namespace {

constexpr std::array<ResNetLayout, 5> kLayouts{{
    {"resnet18", false, {2, 2, 2, 2}},
    {"resnet34", false, {3, 4, 6, 3}},
    {"resnet50", true, {3, 4, 6, 3}},
    {"resnet101", true, {3, 4, 23, 3}},
    {"resnet152", true, {3, 8, 36, 3}},
}};

void require(bool holds, const std::string& detail) {
    if (!holds) throw Error(ProblemKind::BundleCardInvalid, {}, detail);
}

}  // namespace

const ResNetLayout& layoutOf(const Architecture& architecture) {
    const auto row = std::ranges::find(kLayouts, architecture.name, &ResNetLayout::name);
    require(row != kLayouts.end(), "architecture.name: unknown network '" + architecture.name + "'");
    require(architecture.width >= 8 && architecture.width <= 256 && architecture.width % 8 == 0,
            "architecture.width: a multiple of 8 from 8 to 256 is needed");
    require(architecture.inputChannels == 1 || architecture.inputChannels == 3,
            "architecture.input_channels: 1 or 3 is needed");
    require(architecture.outputStride == 16 || architecture.outputStride == 32,
            "architecture.output_stride: 16 or 32 is needed");
    return *row;
}

}  // namespace residua
