// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace residua {

/// A UID below 2.25 (PS3.5 B.2) made from a text: the same text gives the same UID in every scan.
/// @param role keeps UIDs of different things made from one text apart, e.g. "study"
std::string madeUid(std::string_view role, std::string_view text);

}  // namespace residua
