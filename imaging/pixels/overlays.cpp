// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/overlays.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcitem.h>

#include <cstdint>
#include <optional>

#include "imaging/pixels/dicom_values.h"

namespace residua {

namespace {

/// PS3.5 8.1.1 and PS3.3 C.9.2: bits follow one another, the first in the least significant place.
class PackedBits {
public:
    explicit PackedBits(DcmElement& data) : count_(std::uint64_t{8} * data.getLength()) {
        if (data.getUint16Array(words_).bad()) words_ = nullptr;
        if (!words_ && data.getUint8Array(bytes_).bad()) bytes_ = nullptr;
        if (!words_ && !bytes_) count_ = 0;
    }
    std::uint64_t count() const { return count_; }
    bool at(std::uint64_t bit) const {
        if (bit >= count_) return false;
        return words_ ? (words_[bit / 16] >> (bit % 16) & 1) != 0 : (bytes_[bit / 8] >> (bit % 8) & 1) != 0;
    }

private:
    Uint16* words_ = nullptr;
    Uint8* bytes_ = nullptr;
    std::uint64_t count_;
};

class OverlayGroup {
public:
    OverlayGroup(DcmItem& dataset, int group) : dataset_(dataset), group_(static_cast<Uint16>(group)) {}

    DcmElement* data() const { return elementOf(dataset_, tag(0x3000)); }
    int word(Uint16 element, int otherwise, Sign sign = Sign::Unsigned, unsigned long index = 0) const {
        return wordValue(dataset_, tag(element), sign, index).value_or(otherwise);
    }
    OverlayUse use() const {
        const bool isShutter = unsignedValue(dataset_, DCM_ShutterOverlayGroup) == int{group_};
        for (unsigned long i = 0; isShutter && i < 4; ++i)
            if (textValue(dataset_, DCM_ShutterShape, i) == "BITMAP") return OverlayUse::Shutter;
        return textValue(dataset_, tag(0x0040)) == "R" ? OverlayUse::Region : OverlayUse::Graphics;
    }
    OverlayArea area() const {
        // OverlayOrigin is row\column, 1\1 the first pixel.
        return {word(0x0050, 1, Sign::Signed, 1) - 1, word(0x0050, 1, Sign::Signed, 0) - 1, word(0x0011, 0),
                word(0x0010, 0)};
    }
    /// Which of the overlay's frames belongs to the image's; none outside of its range. One without a number
    /// of frames lies over all.
    std::optional<std::uint64_t> plane(int frame) const {
        const auto frames = decimalValue(dataset_, tag(0x0015));
        if (!frames || *frames < 1) return 0;
        const int plane = frame + 1 - word(0x0051, 1);
        if (plane < 0 || plane >= *frames) return std::nullopt;
        return static_cast<std::uint64_t>(plane);
    }

private:
    DcmTagKey tag(Uint16 element) const { return {group_, element}; }
    DcmItem& dataset_;
    Uint16 group_;
};

void layPacked(const OverlayGroup& group, DcmElement& data, int frame, Image& image) {
    const auto plane = group.plane(frame);
    auto area = group.area();
    if (!plane || area.width == 0 || area.height == 0) return;
    const PackedBits bits(data);
    const auto width = static_cast<std::uint64_t>(area.width);
    const auto first = *plane * width * static_cast<std::uint64_t>(area.height);
    // Rows that the file only claims cost nothing.
    const auto rows = bits.count() > first ? (bits.count() - first + width - 1) / width : 0;
    area.height = static_cast<int>(std::min<std::uint64_t>(rows, static_cast<std::uint64_t>(area.height)));
    layOverlay(area, group.use(), image, [&](int x, int y) {
        return bits.at(first + static_cast<std::uint64_t>(y - area.top) * width +
                       static_cast<std::uint64_t>(x - area.left));
    });
}

/// A bit of the pixels' words that none of the pixels' own values uses.
std::optional<int> embeddedBit(const OverlayGroup& group, const PixelHeader& pixels) {
    const int bit = group.word(0x0102, -1);
    const bool isOwn = bit > pixels.highBit - pixels.bitsStored && bit <= pixels.highBit;
    if (group.word(0x0100, 1) <= 1 || pixels.isFloat || bit < 0 || bit >= pixels.bitsAllocated || isOwn)
        return std::nullopt;
    return bit;
}

}  // namespace

std::vector<EmbeddedOverlay> readOverlays(DcmItem& dataset, const PixelHeader& pixels, int frame,
                                          Image& image) {
    std::vector<EmbeddedOverlay> embedded;
    for (int number = 0x6000; number <= 0x601E; number += 2) {
        const OverlayGroup group(dataset, number);
        if (DcmElement* data = group.data())
            layPacked(group, *data, frame, image);
        else if (const auto bit = embeddedBit(group, pixels);
                 bit && std::ranges::find(embedded, *bit, &EmbeddedOverlay::bit) == embedded.end())
            embedded.push_back({*bit, group.use()});
    }
    return embedded;
}

}  // namespace residua
