// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/preprocess/windowed_rows.h"

namespace residua {

/// A part of an image in pixel edges: the whole image is {0, 0, width, height}.
struct PixelBox {
    double left = 0;
    double top = 0;
    double width = 0;
    double height = 0;
};

/// The bounding box of the largest connected component above Otsu's threshold, with a margin of 2 % of its
/// sides, inside the image and never smaller than a quarter of each of its sides; the whole image where all
/// is alike. Found on a copy of at most 128 pixels a side, so the edges are exact to a pixel of that copy.
PixelBox foregroundBox(const WindowedRows& rows);

}  // namespace residua
