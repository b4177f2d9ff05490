// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/dicom_bytes.h"

namespace residua::test {

inline constexpr std::string_view kSegmentationClass = "1.2.840.10008.5.1.4.1.1.66.4";
inline constexpr std::string_view kLabelMapClass = "1.2.840.10008.5.1.4.1.1.66.7";
inline constexpr std::string_view kFrameOfReference = "1.2.3.77";

struct WrittenSource {
    std::string uid;
    std::string frames;           ///< ReferencedFrameNumber, "" = none
    std::string samePlaces = "";  ///< SpatialLocationsPreserved, "" = none
};

struct WrittenFrame {
    unsigned segment = 1;  ///< 0 = none is named
    std::vector<WrittenSource> sources;
    std::string position;              ///< ImagePositionPatient, "" = none
    std::vector<std::uint8_t> pixels;  ///< 0 or 1; fractions; numbers of segments
};

/// A segmentation of 4 × 4 pixels a frame by default; axial, 1 mm between pixels where a frame has a
/// position.
struct WrittenSegmentation {
    std::string_view sopClass = kSegmentationClass;
    std::string type = "BINARY";
    unsigned rows = 4, columns = 4;
    unsigned maximum = 255;
    std::vector<std::pair<unsigned, std::string>> segments{{1, "Lesion"}};
    std::vector<WrittenFrame> frames;
    std::string frameOfReference = std::string(kFrameOfReference);
    std::string orientation = "1\\0\\0\\0\\1\\0";
    std::string spacing = "1\\1";  ///< between rows, between columns
    std::string thickness = "1";
    std::vector<std::string> images;  ///< ReferencedInstanceSequence
    std::string claimedFrames = "";   ///< NumberOfFrames where it lies
    std::string photometric = "MONOCHROME2";
};

inline DicomBytes groupOf(const WrittenFrame& frame) {
    std::vector<DicomBytes> sources;
    for (const auto& source : frame.sources) {
        DicomBytes item;
        item.text(0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.2").text(0x00081155, "UI", source.uid);
        if (!source.frames.empty()) item.text(0x00081160, "IS", source.frames);
        if (!source.samePlaces.empty()) item.text(0x0028135A, "CS", source.samePlaces);
        sources.push_back(item);
    }
    DicomBytes group;
    if (!sources.empty()) group.sequence(0x00089124, {DicomBytes().sequence(0x00082112, sources)});
    if (!frame.position.empty())
        group.sequence(0x00209113, {DicomBytes().text(0x00200032, "DS", frame.position)});
    if (frame.segment > 0) group.sequence(0x0062000A, {DicomBytes().us(0x0062000B, {frame.segment})});
    return group;
}

/// Bits follow one another, the first in the least significant place, also across frames (PS3.5 8.1.1).
inline Bytes packedPixels(const WrittenSegmentation& written, bool bits) {
    Bytes pixels;
    std::size_t count = 0;
    for (const auto& frame : written.frames)
        for (const auto value : frame.pixels) {
            if (!bits) {
                pixels.push_back(static_cast<std::byte>(value));
                continue;
            }
            if (count % 8 == 0) pixels.push_back(std::byte{0});
            if (value != 0) pixels.back() |= std::byte{1} << (count % 8);
            ++count;
        }
    if (pixels.size() % 2 != 0) pixels.push_back(std::byte{0});
    return pixels;
}

inline void putPalette(DicomBytes& d) {
    for (const Tag tag : {0x00281101, 0x00281102, 0x00281103}) d.us(tag, {256, 0, 8});
    for (const Tag tag : {0x00281201, 0x00281202, 0x00281203}) {
        Bytes entries;
        for (unsigned i = 0; i < 256; ++i) entries.push_back(static_cast<std::byte>(255 - i));
        d.raw(tag, "OW", entries);
    }
}

inline Bytes segmentationFile(const WrittenSegmentation& written) {
    const bool bits = written.type == "BINARY" && written.sopClass == kSegmentationClass;
    const unsigned allocated = bits ? 1 : 8;
    std::vector<DicomBytes> instances, segments, groups;
    for (const auto& uid : written.images) instances.push_back(DicomBytes().text(0x00081155, "UI", uid));
    for (const auto& [number, label] : written.segments)
        segments.push_back(DicomBytes().us(0x00620004, {number}).text(0x00620005, "LO", label));
    for (const auto& frame : written.frames) groups.push_back(groupOf(frame));
    const auto frames =
        written.claimedFrames.empty() ? std::to_string(written.frames.size()) : written.claimedFrames;
    DicomBytes d;
    d.text(0x00080016, "UI", written.sopClass).text(0x00080018, "UI", "1.2.3.66");
    d.text(0x00080060, "CS", "SEG");
    if (!instances.empty())
        d.sequence(0x00081115,
                   {DicomBytes().sequence(0x0008114A, instances).text(0x0020000E, "UI", "1.2.3.1")});
    d.text(0x0020000D, "UI", "1.2.3").text(0x0020000E, "UI", "1.2.3.2");
    if (!written.frameOfReference.empty()) d.text(0x00200052, "UI", written.frameOfReference);
    d.us(0x00280002, {1}).text(0x00280004, "CS", written.photometric).text(0x00280008, "IS", frames);
    d.us(0x00280010, {written.rows}).us(0x00280011, {written.columns});
    d.us(0x00280100, {allocated}).us(0x00280101, {allocated}).us(0x00280102, {allocated - 1});
    d.us(0x00280103, {0});
    if (written.photometric == "PALETTE COLOR") putPalette(d);
    d.text(0x00620001, "CS", written.type).sequence(0x00620002, segments);
    if (written.type == "FRACTIONAL") d.us(0x0062000E, {written.maximum});
    d.sequence(0x52009229,
               {DicomBytes()
                    .sequence(0x00209116, {DicomBytes().text(0x00200037, "DS", written.orientation)})
                    .sequence(0x00289110, {DicomBytes()
                                               .text(0x00180050, "DS", written.thickness)
                                               .text(0x00280030, "DS", written.spacing)})});
    d.sequence(0x52009230, groups);
    d.raw(kPixelData, "OB", packedPixels(written, bits));
    return dicomFile(kExplicitLittle, d.bytes(), "1.2.3.66");
}

/// A CT slice of 8 bits, axial, 1 mm between pixels; every pixel is its index.
inline Bytes slicedImage(std::string_view uid, unsigned rows, unsigned columns, std::string_view position,
                         std::string_view frameOfReference = kFrameOfReference) {
    DicomBytes d;
    d.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2").text(0x00080018, "UI", uid);
    d.text(0x00080060, "CS", "CT").text(0x00180050, "DS", "1");
    d.text(0x0020000D, "UI", "1.2.3").text(0x0020000E, "UI", "1.2.3.1");
    d.text(0x00200032, "DS", position).text(0x00200037, "DS", "1\\0\\0\\0\\1\\0");
    d.text(0x00200052, "UI", frameOfReference);
    d.us(0x00280002, {1}).text(0x00280004, "CS", "MONOCHROME2").us(0x00280010, {rows});
    d.us(0x00280011, {columns}).text(0x00280030, "DS", "1\\1");
    d.us(0x00280100, {8}).us(0x00280101, {8}).us(0x00280102, {7}).us(0x00280103, {0});
    Bytes pixels;
    for (unsigned i = 0; i < rows * columns; ++i) pixels.push_back(static_cast<std::byte>(i & 0xFF));
    if (pixels.size() % 2 != 0) pixels.push_back(std::byte{0});
    return dicomFile(kExplicitLittle, d.raw(kPixelData, "OB", pixels).bytes(), uid);
}

}  // namespace residua::test
