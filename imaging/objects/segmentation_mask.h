// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "imaging/objects/segmentation.h"

namespace residua {

/// One frame of a DICOM image, as far as a segmentation can refer to it.
struct ImagePlane {
    std::string sopInstanceUid;
    std::string frameOfReferenceUid;
    int frame = 0;   ///< from 0
    int frames = 1;  ///< of the image
    int width = 0;
    int height = 0;
    std::optional<PlaneGeometry> geometry;
};

/// Throws Error as readGatedFile, FrameNumberInvalid.
ImagePlane planeOfImage(const std::filesystem::path& path, int frame = 0,
                        const ArchivePasswords& passwords = {});

/// On the image's own grid, row by row: 1 is inside.
struct ImageMask {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> values;
};

/// What of these segments lies in the image. The frames that name it among their source images are taken
/// (PS3.3 C.7.6.16.2.6: by UID and frame number); of those with several sources, and of those without any,
/// the ones that lie in its plane: in the same frame of reference, with each corner of the image at most a
/// tenth of the slice thickness away, or 0.1 mm where that is more. Overlapping frames are joined. A frame
/// with another grid is looked up at the centre of each pixel of the image. An image that the segmentation
/// names without drawing on it gives an empty mask.
/// Throws Error LabelMaskInvalid where nothing refers to it, or it cannot be told which
/// pixels are meant; Cancelled; else as decodeFrame.
ImageMask maskOf(const Segmentation& segmentation, const ImagePlane& image, const std::vector<int>& segments,
                 std::stop_token stop = {});

}  // namespace residua
