// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace residua {

struct DelimitedRow {
    std::size_t line = 0;  ///< where the row begins, from 1
    std::vector<std::string> fields;
};

/// A table as RFC 4180 has it, and as spreadsheets really write it: with or without a byte order mark, LF or
/// CRLF, delimiter comma, semicolon or tab (whichever the first line holds most of), blank lines skipped.
struct DelimitedText {
    std::vector<std::string> header;  ///< lower case, without spaces around
    std::vector<DelimitedRow> rows;

    std::optional<std::size_t> column(std::initializer_list<std::string_view> names) const;
};

/// Throws Error LabelTableInvalid (with `path`) for UTF-16, a NUL byte, a quote that is never closed, or no
/// header.
DelimitedText parseDelimitedText(std::string_view text, const std::filesystem::path& path);

std::string trimmed(std::string_view text);
std::string lowerCase(std::string_view text);  ///< of ASCII letters

}  // namespace residua
