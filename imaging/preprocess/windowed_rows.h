// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "imaging/pixels/image.h"
#include "imaging/preprocess/preprocess_spec.h"

namespace residua {

/// An image after the spec's window, row by row as floats in [0, 1]: bright is dense (MONOCHROME1 inverted),
/// padding is 0. Grey images go through one table of all stored values, so that a row costs a look-up a
/// pixel.
class WindowedRows {
public:
    /// Throws Error PixelHeaderInvalid for an empty image or one whose pixels do not fill its size.
    WindowedRows(const Image& image, const PreprocessSpec& spec);

    int width() const { return image_.width; }
    int height() const { return image_.height; }
    /// Writes columns first … first + count - 1 of row y.
    void read(int y, int first, int count, float* out) const;

private:
    const Image& image_;
    std::vector<float> table_;   ///< one value for each stored value; empty for colour
    std::vector<float> values_;  ///< width × height, colour only
};

}  // namespace residua
