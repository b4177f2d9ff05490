// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/pixels/image.h"
#include "imaging/preprocess/preprocess_spec.h"

namespace residua {

/// Window → crop to foreground → resample with antialiasing → fit → normalise, in floating point throughout:
/// more than 8 bits reach the network. MONOCHROME1 is inverted, so that bright always means dense or intense.
/// Throws Error PixelHeaderInvalid for an empty image.
NetworkInput preprocess(const Image& image, const PreprocessSpec& spec);

}  // namespace residua
