// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/colour.h"

#include <algorithm>

namespace residua {

namespace {

std::uint8_t rounded(double value) {
    return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
}

}  // namespace

void ybrFullToRgb(std::span<std::uint8_t> samples) {
    for (std::size_t i = 0; i + 2 < samples.size(); i += 3) {
        const double y = samples[i];
        const double cb = samples[i + 1] - 128.0;
        const double cr = samples[i + 2] - 128.0;
        samples[i] = rounded(y + 1.402 * cr);
        samples[i + 1] = rounded(y - 0.344136 * cb - 0.714136 * cr);
        samples[i + 2] = rounded(y + 1.772 * cb);
    }
}

void ybrPartialToRgb(std::span<std::uint8_t> samples) {
    for (std::size_t i = 0; i + 2 < samples.size(); i += 3) {
        const double y = 1.1644 * (samples[i] - 16.0);
        const double cb = samples[i + 1] - 128.0;
        const double cr = samples[i + 2] - 128.0;
        samples[i] = rounded(y + 1.5960 * cr);
        samples[i + 1] = rounded(y - 0.3917 * cb - 0.8130 * cr);
        samples[i + 2] = rounded(y + 2.0173 * cb);
    }
}

std::vector<std::uint8_t> expand422(std::span<const std::byte> stored, std::size_t rows,
                                    std::size_t columns) {
    std::vector<std::uint8_t> samples(3 * rows * columns);
    const std::size_t rowBytes = (columns + 1) / 2 * 4;
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            const auto pair = stored.subspan(row * rowBytes + column / 2 * 4, 4);
            auto* pixel = &samples[3 * (row * columns + column)];
            pixel[0] = std::to_integer<std::uint8_t>(pair[column % 2]);
            pixel[1] = std::to_integer<std::uint8_t>(pair[2]);
            pixel[2] = std::to_integer<std::uint8_t>(pair[3]);
        }
    }
    return samples;
}

}  // namespace residua
