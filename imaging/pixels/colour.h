// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "imaging/pixels/image.h"

namespace residua {

/// YBR_FULL to RGB in place (PS3.3 C.7.6.3.1.2), interleaved 8-bit samples.
void ybrFullToRgb(std::span<std::uint8_t> samples);

/// YBR_PARTIAL (luma 16 to 235, chroma 16 to 240) to RGB in place, interleaved 8-bit samples.
void ybrPartialToRgb(std::span<std::uint8_t> samples);

/// YBR_FULL_422 or YBR_PARTIAL_422 as stored, Y1 Y2 Cb Cr for two pixels, to interleaved Y Cb Cr.
/// @param columns of each row; for an odd number the last pixel of a row shares the pair's chroma
std::vector<std::uint8_t> expand422(std::span<const std::byte> stored, std::size_t rows, std::size_t columns);

/// All R, all G, all B to interleaved.
template <typename Sample>
std::vector<Sample> interleaved(std::span<const Sample> planar) {
    std::vector<Sample> result(planar.size());
    const std::size_t pixels = planar.size() / 3;
    for (std::size_t i = 0; i < pixels; ++i)
        for (std::size_t c = 0; c < 3; ++c) result[3 * i + c] = planar[c * pixels + i];
    return result;
}

/// Palette indices to interleaved R, G, B; indices outside a palette take its first or last entry.
template <typename Index>
std::vector<std::uint8_t> throughPalette(std::span<const Index> indices,
                                         const std::array<LookupTable, 3>& palette) {
    std::vector<std::uint8_t> rgb(3 * indices.size());
    for (std::size_t c = 0; c < 3; ++c) {
        const auto& lut = palette[c];
        const int last = static_cast<int>(lut.entries.size()) - 1;
        const int shift = lut.bits - 8;
        for (std::size_t i = 0; i < indices.size(); ++i) {
            const int index = std::min(std::max(static_cast<int>(indices[i]) - lut.firstInput, 0), last);
            rgb[3 * i + c] = static_cast<std::uint8_t>(lut.entries[static_cast<std::size_t>(index)] >> shift);
        }
    }
    return rgb;
}

}  // namespace residua
