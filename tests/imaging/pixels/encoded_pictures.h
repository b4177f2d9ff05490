// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "tests/support/dicom_bytes.h"

namespace residua::test {

/// A JPEG of the best quality: 8 × 8 blocks that are flat come back nearly as they were.
/// @param app1 content of an APP1 segment (EXIF), or nothing
Bytes jpegFile(unsigned width, unsigned height, int channels, const std::vector<unsigned char>& samples,
               const std::string& app1 = {});

/// @param colourType libpng's PNG_COLOR_TYPE_…; a palette has two colours
/// @param rows big endian where bits = 16
Bytes pngFile(unsigned width, unsigned height, int colourType, int bits, std::string rows);

/// One small picture of each kind that is read.
std::vector<Bytes> encodedPictures();

}  // namespace residua::test
