// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/element_header.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace residua {

namespace {

// PS3.5 6.2 and 7.1.2: VRs with a 16-bit length, and those with two reserved bytes and a 32-bit length.
constexpr std::array<std::string_view, 22> kShortVrs{"AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD",
                                                     "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS",
                                                     "ST", "TM", "UI", "UL", "US", "??"};
constexpr std::array<std::string_view, 13> kLongVrs{"OB", "OD", "OF", "OL", "OV", "OW", "SQ",
                                                    "SV", "UC", "UN", "UR", "UT", "UV"};

enum class VrForm { Short, Long, Unknown };

VrForm formOf(std::string_view vr) {
    // "??" is what some writers put where they know nothing.
    if (std::ranges::find(kShortVrs, vr) != kShortVrs.end()) return VrForm::Short;
    return std::ranges::find(kLongVrs, vr) != kLongVrs.end() ? VrForm::Long : VrForm::Unknown;
}

bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}

std::uint32_t load(const std::byte* bytes, std::size_t size, std::endian order) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value =
            value << 8 | std::to_integer<std::uint32_t>(bytes[order == std::endian::big ? i : size - 1 - i]);
    return value;
}

}  // namespace

bool isKnownVr(std::string_view vr) {
    return formOf(vr) != VrForm::Unknown;
}

std::optional<ElementHeader> readElementHeader(ByteSource& source, std::size_t offset, std::size_t end,
                                               DatasetEncoding encoding) {
    const auto bytes = source.at(offset, std::min<std::size_t>(end - offset, 12));
    ElementHeader header;
    header.tag = load(bytes.data(), 2, encoding.order) << 16 | load(bytes.data() + 2, 2, encoding.order);
    if (encoding.vr == VrEncoding::Implicit || header.tag >> 16 == 0xFFFE) {
        header.length = load(bytes.data() + 4, 4, encoding.order);
        return header;
    }
    header.vr[0] = std::to_integer<char>(bytes[4]);
    header.vr[1] = std::to_integer<char>(bytes[5]);
    auto form = formOf({header.vr, 2});
    // A VR of a later edition has the long form (PS3.5 6.2.2 note 5); what is no VR at all is read as DCMTK
    // does.
    if (form == VrForm::Unknown)
        form =
            isUpper(header.vr[0]) && isUpper(header.vr[1]) && load(bytes.data() + 6, 2, encoding.order) == 0
                ? VrForm::Long
                : VrForm::Short;
    if (form == VrForm::Short) {
        header.length = load(bytes.data() + 6, 2, encoding.order);
        return header;
    }
    if (bytes.size() < 12) return std::nullopt;
    header.length = load(bytes.data() + 8, 4, encoding.order);
    header.size = 12;
    return header;
}

bool readsWell(ByteSource& source, std::size_t offset, std::size_t end, DatasetEncoding encoding) {
    std::uint32_t last = 0;
    for (int i = 0; i < 3 && offset < end; ++i) {
        if (end - offset < 8) return false;
        const auto header = readElementHeader(source, offset, end, encoding);
        if (!header) return false;
        if (header->tag == 0xFFFEE00D || header->tag == 0xFFFEE0DD) return true;
        if (header->tag >> 16 == 0xFFFE || header->tag < last) return false;
        if (encoding.vr == VrEncoding::Explicit && !isKnownVr({header->vr, 2})) return false;
        if (header->hasUndefinedLength()) return true;
        if (header->length > end - offset - header->size) return false;
        offset += header->size + header->length;
        last = header->tag + 1;
    }
    return true;
}

DatasetEncoding likelyEncoding(ByteSource& source, std::size_t offset, std::size_t end,
                               DatasetEncoding preferred) {
    if (offset >= end || readsWell(source, offset, end, preferred)) return preferred;
    for (const auto vr : {VrEncoding::Explicit, VrEncoding::Implicit})
        for (const auto order : {std::endian::little, std::endian::big})
            if (DatasetEncoding other{vr, order}; readsWell(source, offset, end, other)) return other;
    return preferred;
}

}  // namespace residua
