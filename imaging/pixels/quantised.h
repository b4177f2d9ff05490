// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "imaging/pixels/image.h"

namespace residua {

/// Turns `count` numbers into the image's 16-bit stored values. Slope and intercept are adapted, so that
/// modality values stay: exact where whole numbers span at most 65,534, else to 1/131,068 of the frame's
/// range. What is no finite number becomes padding.
/// @param valueAt the number at an index, before the rescale; NaN for padding
template <typename ValueAt>
void quantise(std::size_t count, ValueAt valueAt, Image& image) {
    // Ours: what lies beyond is no measurement, and its differences leave double's range.
    constexpr double kLargest = 1e30;
    constexpr double kSteps = 65534;  // 1 to 65535; 0 is padding
    const auto isUsable = [](double value) { return std::abs(value) <= kLargest; };
    double low = std::numeric_limits<double>::infinity(), high = -low;
    bool areWhole = true;
    for (std::size_t i = 0; i < count; ++i) {
        const double value = valueAt(i);
        if (!isUsable(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
        areWhole = areWhole && value == std::floor(value);
    }
    if (low > high) low = high = 0;
    const double span = high - low;
    const double step = span == 0 || (areWhole && span <= kSteps) ? 1 : span / kSteps;
    std::vector<std::uint16_t> stored(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double value = valueAt(i);
        if (isUsable(value)) stored[i] = static_cast<std::uint16_t>(1 + std::round((value - low) / step));
    }
    image.pixels = std::move(stored);
    image.bitsStored = 16;
    image.padding = {0, 0};
    image.modalityLut.reset();  // PS3.3 C.11.1: of 8- and 16-bit values only
    image.rescaleIntercept += image.rescaleSlope * (low - step);
    image.rescaleSlope *= step;
}

}  // namespace residua
