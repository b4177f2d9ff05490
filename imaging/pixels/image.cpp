// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/image.h"

#include <algorithm>

namespace residua {

std::size_t Image::byteSize() const {
    std::size_t bytes =
        std::visit([](const auto& values) { return values.size() * sizeof(values[0]); }, pixels);
    if (modalityLut) bytes += modalityLut->entries.size() * sizeof(std::uint16_t);
    for (const auto& lut : voiLuts) bytes += lut.entries.size() * sizeof(std::uint16_t);
    return bytes + sizeof(Image);
}

bool showsColour(const Image& image) {
    constexpr int kRounding = 3;
    const auto* rgb = std::get_if<std::vector<std::uint8_t>>(&image.pixels);
    if (!image.isColour() || !rgb) return false;
    for (std::size_t i = 0; i + 2 < rgb->size(); i += 3) {
        const auto [low, high] = std::minmax({(*rgb)[i], (*rgb)[i + 1], (*rgb)[i + 2]});
        if (high - low > kRounding) return true;
    }
    return false;
}

}  // namespace residua
