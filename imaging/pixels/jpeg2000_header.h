// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

#include "imaging/pixels/pixel_header.h"

namespace residua {

/// Reads a JPEG 2000 stream's main header (ISO 15444-1 A.5.1, A.6.1) before memory is taken or a decoder sees
/// it: a stream of a few bytes can ask for millions of tiles or precincts. Throws Error CodestreamMismatch
/// where the image's size or components are not the header's, CodestreamInvalid where there are more tiles or
/// precincts than the stream's bytes could fill.
void checkJpeg2000Header(std::span<const std::byte> stream, const PixelHeader& header);

}  // namespace residua
