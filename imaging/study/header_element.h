// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "imaging/error.h"

namespace residua {

/// An element or an item of a DICOM file, as a reader looks at it.
struct HeaderElement {
    static constexpr std::uint32_t kItem = 0xFFFEE000;

    std::uint32_t tag = 0;  ///< group × 65536 + element; kItem for an item of a sequence
    std::string vr;         ///< two letters: as written, or the dictionary's in implicit VR; none of an item
    std::string name;       ///< the data dictionary's keyword; empty = not known
    std::string creator;    ///< of a private element (PS3.5 7.8.1); UTF-8
    std::string value;      ///< UTF-8 on one line; several values with '\' between; empty for a sequence
    bool isCut = false;     ///< `value` shows only the start, or nothing of PixelData
    int depth = 0;          ///< in the tree: an item lies one below its sequence, its elements one below it
    std::uint32_t length = 0;  ///< of the value in bytes; 0xFFFFFFFF = undefined
    std::uint64_t digest = 0;  ///< of the whole value where isCut: equal values have equal digests

    bool hasSameValue(const HeaderElement& other) const {
        return value == other.value && isCut == other.isCut && digest == other.digest;
    }
};

struct HeaderDump {
    std::vector<HeaderElement> elements;  ///< in the order of the file, at most as many as were asked for
    std::size_t total = 0;                ///< elements and items of the file
    std::optional<Problem> problem;       ///< where the file breaks off; elements holds what lies before
};

}  // namespace residua
