// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace residua {

/// Turns DICOM texts into UTF-8 (PS3.3 C.12.1.1.2): the single-byte sets, Thai, Japanese (JIS X 0201, 0208,
/// 0212), Korean (KS X 1001) and Chinese (GB 2312, GBK, GB 18030), with code extensions. Not thread-safe: one
/// a thread.
class TextDecoder {
public:
    TextDecoder();
    ~TextDecoder();
    TextDecoder(const TextDecoder&) = delete;
    TextDecoder& operator=(const TextDecoder&) = delete;

    /// @param specificCharacterSet the value of (0008,0005), e.g. "ISO 2022 IR 13\\ISO 2022 IR 87"; common
    ///   misspellings ("ISO-IR 100", "UTF-8") are understood, unknown terms count as the default repertoire
    void setCharacterSet(std::string_view specificCharacterSet);

    /// What cannot be converted becomes U+FFFD. Bytes above 127 without a declared set are read as UTF-8
    /// where they are valid UTF-8, else as Latin-1: many files forget to declare theirs.
    std::string toUtf8(std::string_view bytes);

private:
    struct Converter;

    std::string convert(const std::string& encoding, std::string_view bytes);
    std::string decodeExtended(std::string_view bytes);
    std::size_t takeEscape(std::string_view bytes, std::string& low, std::string& high) const;
    std::size_t takeRun(std::string_view bytes, const std::string& low, const std::string& high,
                        std::string& text);

    std::string first_;      ///< name of the set that texts start in; empty = not declared
    bool extended_ = false;  ///< escape sequences may switch sets
    std::string declared_;
    std::map<std::string, std::unique_ptr<Converter>> converters_;
};

/// The name as it is shown, "Family, Given": the first component group (alphabetic, ideographic, phonetic)
/// that is not empty; middle name, prefix and suffix stand with the given name (PS3.5 6.2.1).
std::string shownPersonName(std::string_view utf8);
/// The component groups that shownPersonName() leaves out, shown alike, joined by " = "; mostly empty.
std::string otherPersonNames(std::string_view utf8);

}  // namespace residua
