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

bool isBlank(const Image& image) {
    const std::size_t channels = image.isColour() ? 3 : 1;
    const auto isPadding = [&](int value) {
        return image.padding && value >= image.padding->first && value <= image.padding->second;
    };
    return std::visit(
        [&](const auto& values) {
            std::optional<std::size_t> first;
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (channels == 1 && isPadding(values[i])) continue;
                if (!first) first = i;
                if (values[i] != values[*first + (i - *first) % channels]) return false;
            }
            return true;
        },
        image.pixels);
}

}  // namespace residua
