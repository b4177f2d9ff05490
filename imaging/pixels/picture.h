// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "imaging/pixels/image.h"

namespace residua {

/// Decodes a file's bytes as a JPEG (8 bit), a PNG (1 to 16 bit) or a TIFF's page (1 to 16 bit), upright:
/// EXIF orientations 1 to 8 are applied. A picture whose pixels are all grey becomes Monochrome2, 16-bit grey
/// keeps its bits; transparent pixels lie on black. 8-bit grey brings an identity window: it was windowed
/// when it was made.
/// @param path for problems only
/// @param frame page of a TIFF, from 0; 0 of the others
/// Throws Error PictureInvalid, PixelFormatUnsupported, FrameTooLarge, FrameNumberInvalid, NotAnImage.
Image decodePicture(const std::filesystem::path& path, std::span<const std::byte> file, int frame = 0);

}  // namespace residua
