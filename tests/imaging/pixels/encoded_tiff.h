// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/dicom_bytes.h"

namespace residua::test {

/// A page of a TIFF, in libtiff's numbers.
struct TiffShape {
    std::uint32_t width = 1;
    std::uint32_t height = 1;
    std::uint16_t bits = 8;
    std::uint16_t samples = 1;
    std::uint16_t photometric = 1;  ///< 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 6 YCbCr
    std::uint16_t compression = 1;  ///< 1 none, 4 CCITT G4, 5 LZW, 7 JPEG, 8 deflate, 32773 PackBits
    std::uint16_t format = 1;       ///< 1 unsigned, 2 signed, 3 float
    std::uint16_t orientation = 0;  ///< 0 = not said
    std::uint32_t tile = 0;         ///< side; 0 = strips
    bool isPlanar = false;
    bool hasAlpha = false;          ///< the last sample, not multiplied
    std::uint32_t subfileType = 0;  ///< 1 = a smaller copy
};

struct TiffPageData {
    TiffShape shape;
    std::string samples;  ///< row by row in the machine's byte order, planes one after the other
};

/// A file that libtiff writes. A palette's entry i is (i, 255 - i, 7).
/// @param mode "w", or "wb" (big endian), "wl", "w8" (BigTIFF)
Bytes tiffFile(const std::vector<TiffPageData>& pages, const char* mode = "wl");

/// One small file of each kind that is read.
std::vector<Bytes> encodedTiffs();

}  // namespace residua::test
