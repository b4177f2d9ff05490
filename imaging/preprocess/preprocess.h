// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "imaging/pixels/image.h"
#include "imaging/preprocess/preprocess_spec.h"

namespace residua {

/// Window → crop to foreground → resample with antialiasing → fit → normalise, in floating point throughout:
/// more than 8 bits reach the network. MONOCHROME1 is inverted, so that bright always means dense or intense.
/// Throws Error PixelHeaderInvalid for an empty image.
/// Throws Error UsageInvalid for a size of 0 or a mean or std that does not have one number a channel.
NetworkInput preprocess(const Image& image, const PreprocessSpec& spec);

/// An image after window and crop, before fit and normalisation: what a training cache keeps.
struct CroppedImage {
    int width = 0;
    int height = 0;
    std::vector<float> values;  ///< width × height, in [0, 1]
    Affine toImage;             ///< pixel here → image pixel
};

/// The first steps of preprocess, by the same code: window, crop, and shrinking with antialiasing to at most
/// `maximumSide` pixels on the longer side (never enlarged; aspect kept to the nearest pixel, the affine
/// exact).
CroppedImage windowAndCrop(const Image& image, const PreprocessSpec& spec, int maximumSide);

}  // namespace residua
