// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace residua {

/// A name beside `file` that is free, with a word and the local time:
/// "library-schema3-20260301-140509.sqlite".
std::filesystem::path datedSibling(const std::filesystem::path& file, const std::string& word);

}  // namespace residua
