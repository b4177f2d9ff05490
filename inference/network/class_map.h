// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/geometry/affine.h"
#include "imaging/preprocess/preprocess_spec.h"

namespace residua {

/// Centre of map cell (x, y) → network pixel, for a network of this output stride: each cell stands for the
/// square of stride × stride pixels that it came from. Published weights lie so: blobs planted in noise move
/// the layer3 features of torchvision's ResNet-18 at pixel = 16.01 · cell + 7.2, although the padding alone
/// would say 16 · cell.
constexpr Affine cellToInput(int outputStride) {
    const double stride = outputStride;
    return {stride, 0, (stride - 1) / 2, 0, stride, (stride - 1) / 2};
}

/// Cells along a side of `pixels` network pixels: the last one may be partly outside.
constexpr int cellsAlong(int pixels, int outputStride) {
    return (pixels + outputStride - 1) / outputStride;
}

/// Whether the middle of cell (x, y) shows the image and no padding.
constexpr bool cellShown(const ShownPart& shown, int x, int y, int outputStride) {
    const Point middle = cellToInput(outputStride)({static_cast<double>(x), static_cast<double>(y)});
    return shown.holds(middle.x, middle.y);
}

}  // namespace residua
