// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "imaging/study/byte_source.h"

namespace residua {

enum class VrEncoding { Implicit, Explicit };

/// How a dataset's elements are written (PS3.5 7.1, 7.3).
struct DatasetEncoding {
    VrEncoding vr = VrEncoding::Explicit;
    std::endian order = std::endian::little;
    bool operator==(const DatasetEncoding&) const = default;
};

/// An element's tag, VR and length as written at some offset.
struct ElementHeader {
    std::uint32_t tag = 0;  ///< group × 65536 + element
    char vr[2] = {0, 0};    ///< {0, 0} in implicit VR
    std::uint32_t length = 0;
    std::size_t size = 8;  ///< bytes of the header itself, 8 or 12
    bool hasUndefinedLength() const { return length == 0xFFFFFFFF; }
};

/// Whether PS3.5 6.2 knows the VR ("??", as some writers put it, included).
bool isKnownVr(std::string_view vr);

/// The header at `offset`; at least 8 bytes must lie between offset and end, nullopt where it needs 12 of
/// fewer.
std::optional<ElementHeader> readElementHeader(ByteSource& source, std::size_t offset, std::size_t end,
                                               DatasetEncoding encoding);

/// Whether up to three elements from `offset` on have ascending tags, known VRs and lengths that fit.
bool readsWell(ByteSource& source, std::size_t offset, std::size_t end, DatasetEncoding encoding);

/// `preferred` where the elements at `offset` read well in it, else another encoding in which they do, else
/// `preferred`: some files contradict their meta header, some items their dataset.
DatasetEncoding likelyEncoding(ByteSource& source, std::size_t offset, std::size_t end,
                               DatasetEncoding preferred);

}  // namespace residua
