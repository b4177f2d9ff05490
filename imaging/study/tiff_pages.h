// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "imaging/study/byte_source.h"

namespace residua {

/// A TIFF's page: where its directory lies, and its size.
struct TiffPage {
    std::uint64_t directory = 0;  ///< offset in the file
    int width = 0;
    int height = 0;
    bool isColour = false;
    bool isWhiteZero = false;  ///< grey whose 0 is white
};

/// Whether the file begins as a TIFF or BigTIFF does.
bool looksLikeTiff(ByteSource& source);

/// The pages in the order of the file, at least one, found by walking the directories (TIFF 6.0, section 2;
/// BigTIFF). Smaller copies and masks (NewSubfileType) are left out.
/// Throws Error PictureInvalid for directories outside the file, in a circle, of more than 1,000,000 entries
/// or without a size, FrameTooLarge as requirePictureSize.
std::vector<TiffPage> readTiffPages(ByteSource& source, const std::filesystem::path& path);

/// Throws Error PictureInvalid for a picture without pixels, FrameTooLarge for one of more than 1 GiB at 3
/// bytes a pixel.
void requirePictureSize(std::uint64_t width, std::uint64_t height, const std::filesystem::path& path);

}  // namespace residua
