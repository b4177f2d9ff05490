// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

#include "inference/findings/model_card.h"

namespace residua {

/// One row of the table of networks (He 2016, table 1).
struct ResNetLayout {
    std::string_view name;
    bool bottleneck;            ///< 1×1, 3×3, 1×1 with four times the channels at the end; else two 3×3
    std::array<int, 4> blocks;  ///< in layer1 to layer4
};

/// Throws Error BundleCardInvalid, naming the field: an unknown name, a width that is no multiple of 8 from 8
/// to 256, other than 1 or 3 channels, an output stride other than 16 or 32.
const ResNetLayout& layoutOf(const Architecture& architecture);

}  // namespace residua
