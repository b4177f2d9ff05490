// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

#include "imaging/pixels/pixel_header.h"

namespace residua {

/// What a JPEG 2000 stream turned out to hold.
struct Jpeg2000Samples {
    int precision = 8;
    /// The stream's own multiple component transform was undone: colour is RGB, whatever the header says.
    bool isRgb = false;
};

/// Decodes a JPEG 2000 or HTJ2K codestream (bare, or in a JP2 box) with OpenJPEG in strict mode, once its
/// size, components and depth agree with the header.
/// @param samples header.bytesPerFrame() bytes, colour interleaved, 16-bit samples in the machine's byte
/// order;
///   negative values as two's complement of the sample's width. A stream that is unsigned where the header
///   says signed is read as two's complement of its precision
/// Throws Error CodestreamMismatch, CodestreamInvalid.
Jpeg2000Samples decodeJpeg2000(std::span<const std::byte> stream, const PixelHeader& header,
                               std::span<std::byte> samples);

}  // namespace residua
