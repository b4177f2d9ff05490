// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/delimited_text.h"

#include <algorithm>

#include "imaging/error.h"

namespace residua {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& detail) {
    throw Error(ProblemKind::LabelTableInvalid, path, detail);
}

char findDelimiter(std::string_view text) {
    const auto line = text.substr(0, text.find_first_of("\r\n"));
    char best = ',';
    std::ptrdiff_t most = 0;
    for (const char candidate : {',', ';', '\t'}) {
        const auto count = std::count(line.begin(), line.end(), candidate);
        if (count <= most) continue;
        best = candidate;
        most = count;
    }
    return best;
}

/// Walks the text once and hands out one row after the other.
class RowReader {
public:
    RowReader(std::string_view text, const std::filesystem::path& path)
        : text_(text), path_(path), delimiter_(findDelimiter(text)) {}

    std::optional<DelimitedRow> next() {
        while (at_ < text_.size()) {
            DelimitedRow row = readRow();
            if (row.fields.size() > 1 || !row.fields.front().empty()) return row;
        }
        return std::nullopt;
    }

private:
    DelimitedRow readRow() {
        DelimitedRow row{line_, {}};
        do row.fields.push_back(at_ < text_.size() && text_[at_] == '"' ? quotedField() : plainField());
        while (at_ < text_.size() && text_[at_] == delimiter_ && ++at_ <= text_.size());
        if (at_ < text_.size() && text_[at_] == '\r') ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
        ++line_;
        return row;
    }

    std::string plainField() {
        const auto end = std::min(text_.find_first_of("\r\n", at_), text_.find(delimiter_, at_));
        const auto field = text_.substr(at_, end == text_.npos ? text_.npos : end - at_);
        at_ += field.size();
        return trimmed(field);
    }

    std::string quotedField() {
        const auto opened = line_;
        std::string field;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '"') {
                if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') {
                    ++at_;
                    return trimmed(field + plainField());  // what follows a closing quote still belongs to it
                }
                ++at_;
            }
            if (text_[at_] == '\n') ++line_;
            field += text_[at_];
        }
        fail(path_, "line " + std::to_string(opened) + ": a quote is opened and never closed");
    }

    std::string_view text_;
    const std::filesystem::path& path_;
    char delimiter_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

}  // namespace

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::optional<std::size_t> DelimitedText::column(std::initializer_list<std::string_view> names) const {
    for (const auto name : names) {
        const auto found = std::find(header.begin(), header.end(), name);
        if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
    }
    return std::nullopt;
}

DelimitedText parseDelimitedText(std::string_view text, const std::filesystem::path& path) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        fail(path, "the table is UTF-16; save it as CSV UTF-8");
    if (text.find('\0') != text.npos) fail(path, "the table holds bytes that are no text");
    RowReader reader(text, path);
    const auto header = reader.next();
    if (!header) fail(path, "the table is empty");
    DelimitedText table;
    for (const auto& name : header->fields) table.header.push_back(lowerCase(name));
    while (auto row = reader.next()) table.rows.push_back(std::move(*row));
    return table;
}

}  // namespace residua
