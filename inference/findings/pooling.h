// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

namespace residua {

/// How many cells make the logit by Pooling::Strongest.
/// @param cells of the class map that show the image
inline int strongestCount(int cells) {
    return std::max(1, (2 * cells + 50) / 100);  // round(0.02 · cells), in whole numbers: the same everywhere
}

}  // namespace residua
