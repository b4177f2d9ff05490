// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

#include "imaging/pixels/jpeg_markers.h"
#include "imaging/pixels/pixel_header.h"

namespace residua {

/// Decodes a JPEG-LS, 12-bit or unusual lossless stream with DCMTK's codecs, which see nothing of the file
/// but this stream.
/// @param marked what walkJpegMarkers found, already compared with the header
/// @param samples header.samplesPerFrame() samples of 8 bits where the stream's precision is at most 8, else
/// of 16
///   bits in the machine's byte order; colour interleaved, not converted
/// Throws Error CodestreamInvalid.
void decodeWithDcmtk(std::span<const std::byte> stream, const JpegStream& marked, const PixelHeader& header,
                     std::span<std::byte> samples);

}  // namespace residua
