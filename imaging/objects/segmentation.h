// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/study/file_gate.h"

namespace residua {

/// Where a plane of pixels lies in its frame of reference (PS3.3 C.7.6.2.1.1).
struct PlaneGeometry {
    std::array<double, 3> position{};     ///< centre of the first pixel: mm, LPS
    std::array<double, 6> orientation{};  ///< row, then column cosines
    double rowSpacing = 1;                ///< mm between rows, > 0
    double columnSpacing = 1;             ///< mm between columns, > 0
    double thickness = 0;                 ///< SliceThickness in mm, 0 = unknown
};

/// An image that a frame of a segmentation was drawn on (PS3.3 C.7.6.16.2.6).
struct SourceImage {
    std::string sopInstanceUid;
    std::vector<int> frames;  ///< from 1; empty = all
    bool samePlaces = true;   ///< SpatialLocationsPreserved is not given, or YES
};

struct SegmentationFrame {
    int segment = 0;  ///< its SegmentNumber; 0 in a label map, whose pixels name their segments
    std::optional<PlaneGeometry> plane;
    std::vector<SourceImage> sources;
};

struct Segment {
    int number = 0;
    std::string label;  ///< SegmentLabel, UTF-8
};

enum class SegmentationKind {
    Binary,      ///< one bit a pixel
    Fractional,  ///< above half of maximumFraction is inside
    LabelMap,    ///< the pixel's value is the segment's number
};

/// A DICOM segmentation or label map (PS3.3 A.51 and C.8.20.2). Frames may lie in one plane and overlap.
struct Segmentation {
    SegmentationKind kind = SegmentationKind::Binary;
    int maximumFraction = 255;              ///< MaximumFractionalValue, 1 to 255
    std::optional<int> background;          ///< of a label map, beside 0: PixelPaddingValue
    std::string frameOfReferenceUid;        ///< "" = none
    std::vector<Segment> segments;          ///< in the order of the file
    std::vector<SegmentationFrame> frames;  ///< those with functional groups, from the first
    /// SOP Instance UIDs of the images that the whole object names: one without a frame of its own holds
    /// nothing of any segment.
    std::vector<std::string> images;
    GatedFile file;  ///< the pixels: frames are decoded when they are asked for
};

/// Throws Error LabelMaskInvalid for what is no segmentation (isSegmentation()) or contradicts itself (frames
/// of segments that are not described, an unknown type, more than 100,000 frames), PixelDataMissing, and as
/// readGatedFile.
Segmentation segmentationOf(GatedFile file);
Segmentation readSegmentation(const std::filesystem::path& path, const ArchivePasswords& passwords = {});

/// The segments that a reader names by number or label (compared without case); all where the text is empty.
/// Throws Error LabelMaskInvalid, saying which there are.
std::vector<int> segmentsNamed(const Segmentation& segmentation, std::string_view name);

}  // namespace residua
