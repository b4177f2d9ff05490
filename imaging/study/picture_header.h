// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "imaging/study/byte_source.h"
#include "imaging/study/study.h"

namespace residua {

enum class PictureFormat { Jpeg, Png, Tiff };

/// What a picture's header says, without decoding it.
struct PictureHeader {
    PictureFormat format = PictureFormat::Jpeg;
    int width = 0;
    int height = 0;
    bool isColour = false;
    bool isWhiteZero = false;  ///< grey whose 0 is white, as MONOCHROME1
    int frames = 1;            ///< pages of a TIFF; width and height are the first one's
};

/// Told by the first bytes; nullopt for what is no picture, as a DICOM file whose preamble is a TIFF's header
/// (PS3.10 7.1).
std::optional<PictureFormat> pictureFormat(ByteSource& source);

/// Walks to the JPEG's frame header (ITU-T T.81 B.2.2) or reads the PNG's IHDR or the TIFF's
/// directories.
/// Throws Error PictureInvalid where there is none, or an empty or a gigantic size.
PictureHeader readPictureHeader(ByteSource& source, PictureFormat format, const std::filesystem::path& path);

/// The modality that the nearest folder with a telling name stands for ("mri" → "MR", "chest" → "DX"), else
/// "OT".
std::string guessedModality(const std::filesystem::path& path);

/// A picture as an instance; the study and the series are its folder.
Study pictureStudy(const PictureHeader& header, const std::filesystem::path& path, std::size_t fileSize,
                   const std::string& modality);

}  // namespace residua
