// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "imaging/pixels/jpeg_markers.h"

namespace residua {

/// How the three components of a JPEG stream are to be read.
enum class JpegColour { Rgb, Ybr };

/// Decodes an 8-bit Huffman stream (baseline, extended, progressive) by libjpeg-turbo.
/// @param marked what walkJpegMarkers found: 1 or 3 components
/// @return height × width × components, colour as interleaved R, G, B
/// Throws Error CodestreamInvalid, also where the scan is damaged or ends early.
std::vector<std::uint8_t> decodeJpeg8(std::span<const std::byte> stream, const JpegStream& marked,
                                      JpegColour colour);

/// What the markers say of three components (T.81 leaves it open): JFIF and Adobe, component ids 'R' 'G' 'B',
/// subsampling (only chroma is subsampled), else `otherwise`.
JpegColour jpegColour(const JpegStream& marked, JpegColour otherwise);

}  // namespace residua
