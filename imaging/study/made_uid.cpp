// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/made_uid.h"

#include <cstdint>

namespace residua {

namespace {

/// FNV-1a, 64 bit.
std::uint64_t hash(std::uint64_t state, std::string_view text) {
    for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return state;
}

}  // namespace

std::string madeUid(std::string_view role, std::string_view text) {
    const auto first = hash(hash(14695981039346656037u, role), text);
    const auto second = hash(hash(first, text), role);
    // Two decimal numbers in a row stay below the 39 digits of a 128-bit number and the 64 characters of a
    // UID.
    return "2.25." + std::to_string(first | std::uint64_t{1} << 63) +
           std::to_string(second % 1000000000000000000u);
}

}  // namespace residua
