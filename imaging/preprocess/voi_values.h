// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "imaging/pixels/grey_pipeline.h"

namespace residua {

/// Modality values through a window or a VOI LUT to [0, 1], in floating point: a 12-bit image keeps more than
/// 256 values (PS3.3 C.11.2.1.2.1 LINEAR, C.11.2.1.3.1 SIGMOID, C.11.2.1.3.2 LINEAR_EXACT; C.11.2.1.1 for
/// LUTs).
std::vector<float> applyVoi(std::span<const float> modality, const Voi& voi);

}  // namespace residua
