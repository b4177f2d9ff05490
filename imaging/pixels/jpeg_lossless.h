// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

#include "imaging/pixels/jpeg_markers.h"

namespace residua {

/// Decodes a lossless Huffman stream (ITU-T T.81 H; PS3.5 8.2.1) of one interleaved scan, as all of DICOM's
/// are in practice.
/// @param marked what walkJpegMarkers found
/// @param samples height × width × components of 8 bits where the precision is at most 8, else of 16
/// @return false, and nothing is written, for forms that are left to another decoder: several scans,
/// subsampled components, restart intervals that are no whole rows
/// Throws Error CodestreamInvalid, also where the scan is damaged or ends early.
bool decodeLosslessJpeg(std::span<const std::byte> stream, const JpegStream& marked,
                        std::span<std::byte> samples);

}  // namespace residua
