// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "imaging/pixels/image.h"

namespace residua {

/// Whether a file's first 8 bytes are those of a JPEG or PNG picture.
bool looksLikePicture(std::span<const std::byte> head);

/// Decodes a file's bytes as a JPEG (8 bit) or PNG (1 to 16 bit) picture, upright: EXIF orientations 1 to 8
/// are applied. A picture whose pixels are all grey becomes Monochrome2, 16-bit grey keeps its bits;
/// transparent pixels lie on black. 8-bit grey brings an identity window: it was windowed when it was made.
/// Throws Error PictureInvalid, PixelFormatUnsupported or FrameTooLarge.
/// @param path for problems only
Image decodePicture(const std::filesystem::path& path, std::span<const std::byte> file);

}  // namespace residua
