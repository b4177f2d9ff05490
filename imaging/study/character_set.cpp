// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/character_set.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "imaging/study/element_value.h"

namespace residua {

namespace {

constexpr char kEscape = '\x1B';
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
// Sets that iconv has no name for.
constexpr std::string_view kAscii = "ascii";
constexpr std::string_view kKatakana = "katakana";  // JIS X 0201
constexpr std::string_view kJis208 = "jis x 0208";
constexpr std::string_view kJis212 = "jis x 0212";

struct CharacterSet {
    int registration;         ///< number in "ISO_IR n" and "ISO 2022 IR n"
    std::string_view name;    ///< for iconv, or one of the above
    std::string_view escape;  ///< behind ESC (PS3.3 tables C.12-3 and C.12-4)
};
constexpr std::array kSets{
    CharacterSet{6, kAscii, "(B"},          CharacterSet{14, kAscii, "(J"},
    CharacterSet{13, kKatakana, ")I"},      CharacterSet{100, "ISO-8859-1", "-A"},
    CharacterSet{101, "ISO-8859-2", "-B"},  CharacterSet{109, "ISO-8859-3", "-C"},
    CharacterSet{110, "ISO-8859-4", "-D"},  CharacterSet{144, "ISO-8859-5", "-L"},
    CharacterSet{127, "ISO-8859-6", "-G"},  CharacterSet{126, "ISO-8859-7", "-F"},
    CharacterSet{138, "ISO-8859-8", "-H"},  CharacterSet{148, "ISO-8859-9", "-M"},
    CharacterSet{203, "ISO-8859-15", "-b"}, CharacterSet{166, "TIS-620", "-T"},
    CharacterSet{87, kJis208, "$B"},        CharacterSet{87, kJis208, "$@"},
    CharacterSet{159, kJis212, "$(D"},      CharacterSet{149, "EUC-KR", "$)C"},
    CharacterSet{58, "GB2312", "$)A"},      CharacterSet{192, "UTF-8", ""},
};

bool isAscii(std::string_view bytes) {
    return std::ranges::all_of(bytes,
                               [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != kEscape; });
}
bool isHigh(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}

/// "ISO_IR 100", "ISO 2022 IR 100", "ISO-IR-100" → 100; 0 for other terms.
int registrationOf(std::string_view term) {
    const auto at = term.rfind("IR");
    if (at == std::string_view::npos) return 0;
    int number = 0;
    for (const char c : term.substr(at + 2))
        if (c >= '0' && c <= '9' && number < 1000) number = 10 * number + (c - '0');
    return number;
}

/// The set's name; empty for what is not known.
std::string setName(std::string_view term) {
    if (term == "GB18030" || term == "GBK") return std::string(term);
    if (term == "UTF-8" || term == "UTF8") return "UTF-8";
    const auto set = std::ranges::find(kSets, registrationOf(term), &CharacterSet::registration);
    return set == kSets.end() ? std::string() : std::string(set->name);
}

bool isLowPair(std::string_view set) {
    return set == kJis208 || set == kJis212;
}

std::string katakana(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0xA1 || byte > 0xDF) {
            text += kReplacement;
            continue;
        }
        const unsigned code = 0xFF61u + byte - 0xA1u;  // half-width katakana
        text += static_cast<char>(0xE0 | code >> 12);
        text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        text += static_cast<char>(0x80 | (code & 0x3F));
    }
    return text;
}

/// JIS pairs as EUC-JP: high bits set, JIS X 0212 behind a single shift.
std::string asEucJp(std::string_view set, std::string_view bytes) {
    std::string euc;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (set == kJis212 && i % 2 == 0) euc += '\x8F';
        euc += static_cast<char>(bytes[i] | 0x80);
    }
    return euc;
}

}  // namespace

struct TextDecoder::Converter {
    iconv_t handle;
    explicit Converter(const std::string& from) : handle(iconv_open("UTF-8", from.c_str())) {}
    ~Converter() {
        if (isOpen()) iconv_close(handle);
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): how iconv_open tells that it failed
    bool isOpen() const { return handle != reinterpret_cast<iconv_t>(-1); }
};

TextDecoder::TextDecoder() = default;
TextDecoder::~TextDecoder() = default;

void TextDecoder::setCharacterSet(std::string_view specificCharacterSet) {
    if (specificCharacterSet == declared_) return;
    declared_ = specificCharacterSet;
    const auto firstTerm = trimmed(specificCharacterSet.substr(0, specificCharacterSet.find('\\')));
    first_ = setName(firstTerm);
    // One set alone may not be extended, but writers forget the "2022": escapes are followed all the same.
    extended_ = first_ != "UTF-8" && first_ != "GB18030" && first_ != "GBK";
}

std::string TextDecoder::convert(const std::string& encoding, std::string_view bytes) {
    auto& converter = converters_[encoding];
    if (!converter) converter = std::make_unique<Converter>(encoding);
    std::string text;
    if (!converter->isOpen()) {
        for (std::size_t i = 0; i < bytes.size(); ++i) text += kReplacement;
        return text;
    }
    iconv(converter->handle, nullptr, nullptr, nullptr, nullptr);
    std::array<char, 256> buffer{};
    auto* in = const_cast<char*>(bytes.data());
    std::size_t left = bytes.size();
    while (left > 0) {
        char* out = buffer.data();
        std::size_t room = buffer.size();
        const auto result = iconv(converter->handle, &in, &left, &out, &room);
        const int error = result == static_cast<std::size_t>(-1) ? errno : 0;
        text.append(buffer.data(), buffer.size() - room);
        if (error != 0 && error != E2BIG) {
            text += kReplacement;
            ++in;
            --left;
        }
    }
    return text;
}

/// Follows an escape sequence; the number of bytes behind ESC, 0 where it is none that DICOM knows.
std::size_t TextDecoder::takeEscape(std::string_view bytes, std::string& low, std::string& high) const {
    for (const auto& set : kSets) {
        if (set.escape.empty() || !bytes.starts_with(set.escape)) continue;
        // PS3.3 C.12.1.1.2: ')' and '-' designate the upper half (G1), '(' and a bare '$' the lower (G0).
        const bool isHighHalf = set.escape[0] == ')' || set.escape[0] == '-' || set.escape.starts_with("$)");
        (isHighHalf ? high : low) = set.name;
        return set.escape.size();
    }
    return 0;
}

/// Converts the bytes up to the next escape, delimiter or change of half.
std::size_t TextDecoder::takeRun(std::string_view bytes, const std::string& low, const std::string& high,
                                 std::string& text) {
    std::size_t end = 1;
    if (isHigh(bytes[0])) {
        while (end < bytes.size() && isHigh(bytes[end])) ++end;
        if (high == kKatakana)
            text += katakana(bytes.substr(0, end));
        else
            text += convert(high.empty() || high == kAscii ? "ISO-8859-1" : high, bytes.substr(0, end));
        return end;
    }
    const auto staysLow = [](char c) { return !isHigh(c) && c != kEscape; };
    if (isLowPair(low) && bytes[0] > ' ') {
        while (end < bytes.size() && staysLow(bytes[end]) && bytes[end] > ' ') ++end;
        text += convert("EUC-JP", asEucJp(low, bytes.substr(0, end)));
        return end;
    }
    text += bytes[0];
    return 1;
}

std::string TextDecoder::decodeExtended(std::string_view bytes) {
    const std::string start = isLowPair(first_) ? std::string() : first_;
    std::string low(kAscii), high = start, text;
    for (std::size_t i = 0; i < bytes.size();) {
        if (bytes[i] == kEscape) {
            const auto length = takeEscape(bytes.substr(i + 1), low, high);
            if (length == 0) text += kReplacement;
            i += 1 + length;
            continue;
        }
        // PS3.5 6.1.2.5.3: delimiters bring back the first set.
        const bool isDelimiter = bytes[i] == '\\' || bytes[i] == '^' || bytes[i] == '=' || bytes[i] == '\r' ||
                                 bytes[i] == '\n' || bytes[i] == '\f' || bytes[i] == '\t';
        if (isDelimiter && !isLowPair(low)) high = start;
        i += takeRun(bytes.substr(i), low, high, text);
    }
    return text;
}

std::string TextDecoder::toUtf8(std::string_view bytes) {
    if (isAscii(bytes)) return std::string(bytes);
    const bool hasEscape = bytes.find(kEscape) != std::string_view::npos;
    if (first_ == "GB18030" || first_ == "GBK") return convert(first_, bytes);
    if (!hasEscape && (first_.empty() || first_ == kAscii || first_ == "UTF-8")) {
        auto text = convert("UTF-8", bytes);
        if (text == bytes) return text;
        return convert("ISO-8859-1", bytes);
    }
    return decodeExtended(bytes);
}

namespace {

/// One component group, "family^given^middle^prefix^suffix", as it is shown; empty for none.
std::string shownGroup(std::string_view group) {
    std::array<std::string_view, 5> parts;
    for (auto& part : parts) {
        part = trimmed(group.substr(0, group.find('^')));
        group.remove_prefix(std::min(
            group.find('^') == std::string_view::npos ? group.size() : group.find('^') + 1, group.size()));
    }
    std::string given;
    for (const std::size_t i : {3, 1, 2, 4}) {
        if (parts[i].empty()) continue;
        if (!given.empty()) given += ' ';
        given += parts[i];
    }
    std::string shown(parts[0]);
    if (!shown.empty() && !given.empty()) shown += ", ";
    return shown + given;
}

/// PS3.5 6.2.1: up to three groups; those that are not empty, as they are shown.
std::vector<std::string> shownGroups(std::string_view name) {
    std::vector<std::string> groups;
    while (!name.empty()) {
        const auto group = name.substr(0, name.find('='));
        name.remove_prefix(std::min(group.size() + 1, name.size()));
        if (auto shown = shownGroup(group); !shown.empty()) groups.push_back(std::move(shown));
    }
    return groups;
}

}  // namespace

std::string shownPersonName(std::string_view name) {
    auto groups = shownGroups(name);
    return groups.empty() ? std::string() : std::move(groups.front());
}

std::string otherPersonNames(std::string_view name) {
    const auto groups = shownGroups(name);
    std::string others;
    for (std::size_t i = 1; i < groups.size(); ++i) others += (i == 1 ? "" : " = ") + groups[i];
    return others;
}

}  // namespace residua
