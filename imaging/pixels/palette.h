// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "imaging/pixels/dicom_values.h"
#include "imaging/pixels/image.h"

namespace residua {

/// The red, green and blue palettes of PALETTE COLOR, plain or segmented (PS3.3 C.7.6.3.1.5, C.7.9.2).
/// Throws Error PixelHeaderInvalid where one is missing or broken.
std::array<LookupTable, 3> readPalette(DcmItem& dataset, Sign stored);

}  // namespace residua
