// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

#include "imaging/pixels/pixel_header.h"

namespace residua {

/// Throws Error FragmentInvalid where the stream is too short to fill the frame: to be asked before memory is
/// taken for it.
void requireRleLength(std::span<const std::byte> stream, const PixelHeader& header);

/// Decodes one RLE frame (PS3.5 Annex G) into `samples`: header.bytesPerFrame() bytes, colour interleaved,
/// 16- and 32-bit samples in the machine's byte order. Throws Error FragmentInvalid.
void decodeRle(std::span<const std::byte> stream, const PixelHeader& header, std::span<std::byte> samples);

}  // namespace residua
