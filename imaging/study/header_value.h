// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "imaging/study/character_set.h"
#include "imaging/study/file_gate.h"

namespace residua {

/// A value in a reader's words.
struct ShownValue {
    std::string text;    ///< UTF-8, on one line
    bool isCut = false;  ///< there is more than the text says
};

/// The value of an element that is read as `vr`: texts decoded, numbers written out, other bytes in hex.
/// @param decoder set to the character set of the element's dataset
ShownValue shownValue(const GateElement& element, std::string_view vr, TextDecoder& decoder);

/// FNV-1a over words of 8 bytes: tells values apart, keeps no secret.
std::uint64_t digestOf(std::span<const std::byte> bytes);

}  // namespace residua
