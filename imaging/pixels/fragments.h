// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "imaging/pixels/pixel_header.h"

namespace residua {

/// The bytes of one frame's compressed stream. One fragment is borrowed, several are joined.
struct FrameStream {
    std::span<const std::byte> bytes;
    std::vector<std::byte> joined;  ///< owns `bytes` where there were several fragments
};

/// Finds a frame among the fragments of encapsulated PixelData (PS3.5 A.4): by the extended or basic offset
/// table, one fragment a frame, or where JPEG streams begin.
/// @param pixelData from the first item tag (the basic offset table) on
/// Throws Error FragmentInvalid.
FrameStream frameStream(std::span<const std::byte> pixelData, const PixelHeader& header, int frame);

}  // namespace residua
