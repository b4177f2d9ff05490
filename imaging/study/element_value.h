// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/study/file_gate.h"

namespace residua {

constexpr std::uint32_t tagOf(const GateElement& element) {
    return static_cast<std::uint32_t>(element.group) << 16 | element.element;
}

/// Whether the element is written with this VR, or without one that says anything (implicit VR, UN).
bool hasVr(const GateElement& element, std::string_view vr);

/// The bytes as text, without padding (spaces and NULs at the end); any VR.
std::string_view textOf(const GateElement& element);

/// A single US value; nullopt for any other VR or length.
std::optional<unsigned> unsignedShortOf(const GateElement& element);

/// All values of a DS, IS, FD, FL, US, SS, UL or SL; in implicit VR and UN as the `vr` that the dictionary
/// gives. Values that are no finite numbers end the list.
std::vector<double> numbersOf(const GateElement& element, std::string_view vr);

/// The numbers of a backslash-separated DS or IS text.
std::vector<double> numbersOfText(std::string_view text);

/// Without spaces and NULs at both ends.
std::string_view trimmed(std::string_view text);

/// "(0028,0010)"
std::string tagText(std::uint32_t tag);

}  // namespace residua
