// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/image.h"

namespace residua {

std::size_t Image::byteSize() const {
    std::size_t bytes =
        std::visit([](const auto& values) { return values.size() * sizeof(values[0]); }, pixels);
    if (modalityLut) bytes += modalityLut->entries.size() * sizeof(std::uint16_t);
    for (const auto& lut : voiLuts) bytes += lut.entries.size() * sizeof(std::uint16_t);
    return bytes + sizeof(Image);
}

}  // namespace residua
