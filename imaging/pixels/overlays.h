// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "imaging/pixels/pixel_header.h"

class DcmItem;

namespace residua {

/// A rectangle of the image's pixels; may reach beyond them.
struct OverlayArea {
    int left = 0, top = 0;  ///< from 0
    int width = 0, height = 0;
};

/// Covers the image where `isSet(x, y)`, which is asked only for pixels of both area and image. Of a region
/// only the outline is laid: its pixels are what a reader wants to see.
template <typename IsSet>
void layOverlay(const OverlayArea& area, OverlayUse use, Image& image, IsSet isSet) {
    const int left = std::max(area.left, 0), right = std::min(area.left + area.width, image.width);
    const int top = std::max(area.top, 0), bottom = std::min(area.top + area.height, image.height);
    const auto at = [&](int x, int y) {
        return x >= left && x < right && y >= top && y < bottom && isSet(x, y);
    };
    for (int y = top; y < bottom; ++y)
        for (int x = left; x < right; ++x) {
            if (!isSet(x, y)) continue;
            if (use == OverlayUse::Region && at(x - 1, y) && at(x + 1, y) && at(x, y - 1) && at(x, y + 1))
                continue;
            const auto pixel = static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) +
                               static_cast<std::size_t>(x);
            coverPixel(image, pixel, use == OverlayUse::Shutter ? kShuttered : kOverlaid);
        }
}

/// Lays the 16 overlays of a parsed dataset (PS3.3 C.9.2) over the frame (from 0) of an image whose size is
/// known. What lies outside of the image, or was promised but is missing, is left away.
/// @return those that lie in the pixels' own words
std::vector<EmbeddedOverlay> readOverlays(DcmItem& dataset, const PixelHeader& pixels, int frame,
                                          Image& image);

}  // namespace residua
