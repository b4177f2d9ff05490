// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace residua {

/// A decoded PNG: 8 or 16 bits, 1 (grey) or 3 (RGB) channels, 16-bit samples in the machine's byte order.
struct PngImage {
    int width = 0;
    int height = 0;
    int channels = 1;
    int bits = 8;
    std::vector<std::byte> samples;
    std::vector<std::byte> exif;  ///< TIFF block of the eXIf chunk, or empty
};

/// Throws Error PictureInvalid or FrameTooLarge (more than 1 GiB, or more than 16 MiB and
/// 200 times the file).
PngImage decodePng(std::span<const std::byte> file);

}  // namespace residua
