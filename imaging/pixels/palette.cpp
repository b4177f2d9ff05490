// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/palette.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcitem.h>

#include <algorithm>
#include <span>

#include "imaging/error.h"

namespace residua {

namespace {

[[noreturn]] void invalid(const char* detail) {
    throw Error(ProblemKind::PixelHeaderInvalid, {}, detail);
}

/// PS3.3 C.7.9.2: discrete, linear and indirect segments of words of 16 bits, or 8.
class Segments {
public:
    Segments(std::span<const std::uint16_t> words, int bits, std::size_t count)
        : words_(words), bits_(bits), count_(count) {}

    std::vector<std::uint16_t> expand() {
        std::size_t at = 0;
        while (at < words_.size() && entries_.size() < count_) at = expandOne(at, Indirect::Allowed);
        if (entries_.size() < count_) invalid("a segmented palette that is too short");
        entries_.resize(count_);
        return std::move(entries_);
    }

private:
    enum class Indirect { Allowed, Forbidden };  // an indirect segment may not lead to another one

    std::uint16_t word(std::size_t at) const {
        if (at >= words_.size()) invalid("a segmented palette that ends inside a segment");
        return words_[at];
    }

    /// @return where the next segment begins
    std::size_t expandOne(std::size_t at, Indirect indirect) {
        enum : std::uint16_t { kDiscrete = 0, kLinear = 1, kIndirect = 2 };
        const std::size_t length = word(at + 1);
        // Each segment then fills some of at most 65,536 entries: expansion comes to an end.
        if (length == 0) invalid("an empty segment of a palette");
        switch (word(at)) {
            case kDiscrete:
                for (std::size_t i = 0; i < length; ++i) entries_.push_back(word(at + 2 + i));
                return at + 2 + length;
            case kLinear:
                expandLinear(length, word(at + 2));
                return at + 3;
            case kIndirect: {
                if (indirect == Indirect::Forbidden) invalid("nested indirect segments of a palette");
                const std::size_t pointer = 32U / static_cast<unsigned>(bits_);  // in words; a byte offset
                std::size_t from = 0;
                for (std::size_t i = 0; i < pointer; ++i)
                    from |= std::size_t{word(at + 2 + i)} << (static_cast<std::size_t>(bits_) * i);
                from = from * 8 / static_cast<std::size_t>(bits_);
                for (std::size_t i = 0; i < length && entries_.size() < count_; ++i)
                    from = expandOne(from, Indirect::Forbidden);
                return at + 2 + pointer;
            }
            default:
                invalid("an unknown segment of a palette");
        }
    }

    void expandLinear(std::size_t length, int last) {
        if (entries_.empty()) invalid("a palette that begins with a linear segment");
        const double first = entries_.back();
        for (std::size_t i = 1; i <= length; ++i) {
            const double part = static_cast<double>(i) / static_cast<double>(length);
            entries_.push_back(static_cast<std::uint16_t>(first + (last - first) * part + 0.5));
        }
    }

    std::span<const std::uint16_t> words_;
    int bits_;
    std::size_t count_;
    std::vector<std::uint16_t> entries_;
};

/// Two bytes a word, the low one first (PS3.5 8.1.1).
std::vector<std::uint16_t> bytesOf(std::span<const std::uint16_t> words) {
    std::vector<std::uint16_t> bytes;
    for (const auto word : words) {
        bytes.push_back(word & 0xFF);
        bytes.push_back(word >> 8);
    }
    return bytes;
}

std::optional<LookupTable> readSegmented(DcmItem& dataset, const DcmTagKey& descriptor, const DcmTagKey& data,
                                         Sign stored) {
    const auto count = wordValue(dataset, descriptor, Sign::Unsigned, 0);
    const auto first = wordValue(dataset, descriptor, stored, 1);
    const Uint16* words = nullptr;
    unsigned long wordCount = 0;
    if (!count || !first || dataset.findAndGetUint16Array(data, words, &wordCount).bad() || !words)
        return std::nullopt;
    const std::size_t entries = *count == 0 ? 65536 : static_cast<std::size_t>(*count);
    if (wordValue(dataset, descriptor, Sign::Unsigned, 2) == 8) {
        try {
            return LookupTable{*first, 8, Segments(bytesOf({words, wordCount}), 8, entries).expand(), {}};
        } catch (const Error&) {
            // Some files give a depth of 8 bits and write 16: read below.
        }
    }
    return LookupTable{*first, 16, Segments({words, wordCount}, 16, entries).expand(), {}};
}

}  // namespace

std::array<LookupTable, 3> readPalette(DcmItem& dataset, Sign stored) {
    struct Tags {
        DcmTagKey descriptor, data, segmented;
    };
    const std::array<Tags, 3> tags{
        {{DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData,
          DCM_SegmentedRedPaletteColorLookupTableData},
         {DCM_GreenPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableData,
          DCM_SegmentedGreenPaletteColorLookupTableData},
         {DCM_BluePaletteColorLookupTableDescriptor, DCM_BluePaletteColorLookupTableData,
          DCM_SegmentedBluePaletteColorLookupTableData}}};
    std::array<LookupTable, 3> palette;
    for (std::size_t i = 0; i < 3; ++i) {
        auto lut = readLookupTable(dataset, tags[i].descriptor, tags[i].data, stored);
        if (!lut) lut = readSegmented(dataset, tags[i].descriptor, tags[i].segmented, stored);
        if (!lut) invalid("a palette is missing or contradicts its descriptor");
        palette[i] = std::move(*lut);
    }
    // 16-bit palettes whose entries all fit 8 bits mean 8 bits: dividing them by 256 would show black.
    const bool isEight = std::ranges::all_of(
        palette, [](const LookupTable& lut) { return std::ranges::max(lut.entries) <= 0xFF; });
    for (auto& lut : palette) lut.bits = isEight ? 8 : 16;
    return palette;
}

}  // namespace residua
