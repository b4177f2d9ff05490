// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/image.h"

#include <algorithm>

namespace residua {

namespace {

struct Rectangle {
    std::size_t left, top, width, height;
};

/// @param samples a pixel; `stride` pixels a row
template <typename Value>
std::vector<Value> partOf(const std::vector<Value>& values, const Rectangle& part, std::size_t stride,
                          std::size_t samples) {
    std::vector<Value> result;
    result.reserve(part.width * part.height * samples);
    for (std::size_t y = part.top; y < part.top + part.height; ++y) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>((y * stride + part.left) * samples);
        result.insert(result.end(), first, first + static_cast<std::ptrdiff_t>(part.width * samples));
    }
    return result;
}

}  // namespace

void coverPixel(Image& image, std::size_t pixel, std::uint8_t bits) {
    if (image.cover.empty())
        image.cover.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
    image.cover[pixel] |= bits;
    image.covered |= bits;
}

Image croppedTo(const Image& image, int left, int top, int width, int height) {
    const Rectangle part{static_cast<std::size_t>(left), static_cast<std::size_t>(top),
                         static_cast<std::size_t>(width), static_cast<std::size_t>(height)};
    const auto stride = static_cast<std::size_t>(image.width);
    Image result = image;
    result.width = width;
    result.height = height;
    const std::size_t channels = image.isColour() ? 3 : 1;
    std::visit([&](const auto& values) { result.pixels = partOf(values, part, stride, channels); },
               image.pixels);
    if (image.cover.empty()) return result;
    result.cover = partOf(image.cover, part, stride, 1);
    result.covered = 0;
    for (const auto bits : result.cover) result.covered |= bits;
    return result;
}

std::size_t Image::byteSize() const {
    std::size_t bytes =
        std::visit([](const auto& values) { return values.size() * sizeof(values[0]); }, pixels);
    if (modalityLut) bytes += modalityLut->entries.size() * sizeof(std::uint16_t);
    for (const auto& lut : voiLuts) bytes += lut.entries.size() * sizeof(std::uint16_t);
    bytes += cover.size();
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
