// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

#include "imaging/pixels/pixel_header.h"

namespace residua {

/// Reads the headers of a JPEG 2000 stream and its tile-parts (ISO 15444-1 A.4 to A.6) before memory is taken
/// or a decoder sees it: a few bytes can ask for millions of tiles, precincts, layers or code blocks. Throws
/// Error CodestreamMismatch where the image's size or components are not the header's, CodestreamInvalid
/// where it asks for more than its bytes could fill, FrameTooLarge for more than 2^27 samples.
void checkJpeg2000Header(std::span<const std::byte> stream, const PixelHeader& header);

}  // namespace residua
