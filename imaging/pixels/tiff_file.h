// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace residua {

/// A decoded page of a TIFF: 8 or 16 bits, 1 (grey) or 3 (RGB, 8 bits) channels, 16-bit samples in the
/// machine's byte order.
struct TiffImage {
    int width = 0;
    int height = 0;
    int channels = 1;
    int bits = 8;
    bool isSigned = false;     ///< of 16-bit grey
    bool isWhiteZero = false;  ///< grey whose 0 is white
    int orientation = 1;       ///< as in EXIF, 1 to 8
    std::vector<std::byte> samples;
};

/// The page whose directory lies at `directory`, in strips or tiles and any compression that libtiff has been
/// built with. Palettes, YCbCr, CMYK, 16-bit RGB and grey of less than 8 bits become 8-bit RGB; transparent
/// pixels lie on black. Throws Error PictureInvalid, PixelFormatUnsupported (floats, 32 bits, …) or
/// FrameTooLarge (more than 1 GiB, or more than 16 MiB and 200 times the file).
TiffImage decodeTiff(std::span<const std::byte> file, std::uint64_t directory);

}  // namespace residua
