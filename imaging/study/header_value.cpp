// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/header_value.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#include "imaging/study/element_value.h"

namespace residua {

namespace {

// Ours: what a line in a table can show.
constexpr std::size_t kMostTextBytes = 1024;
constexpr std::size_t kMostNumbers = 64;
constexpr std::size_t kMostBytes = 16;
constexpr std::string_view kLineEnd = "\xE2\x86\xB5";  // ↵

constexpr std::array<std::string_view, 16> kTextVrs{"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO",
                                                    "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR"};

bool isText(std::string_view vr) {
    return vr == "UT" || std::ranges::find(kTextVrs, vr) != kTextVrs.end();
}

/// 0 for a VR that holds no numbers.
std::size_t numberSize(std::string_view vr) {
    if (vr == "US" || vr == "SS") return 2;
    if (vr == "UL" || vr == "SL" || vr == "FL" || vr == "AT") return 4;
    return vr == "FD" || vr == "UV" || vr == "SV" ? 8 : 0;
}

std::string oneLine(std::string_view text) {
    std::string line;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n' || (c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')))
            line += kLineEnd;
        else if (c != '\r')
            line += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
    return line;
}

/// At most kMostTextBytes, cut between characters.
ShownValue cutText(std::string text) {
    if (text.size() <= kMostTextBytes) return {std::move(text)};
    std::size_t end = kMostTextBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return {std::move(text), true};
}

ShownValue shownText(const GateElement& element, TextDecoder& decoder) {
    // Four bytes a character, and escape sequences: more is cut in any case.
    constexpr std::size_t kMostDecoded = 8 * kMostTextBytes;
    auto raw = textOf(element);
    const bool isLong = raw.size() > kMostDecoded;
    auto shown = cutText(oneLine(decoder.toUtf8(raw.substr(0, kMostDecoded))));
    shown.isCut = shown.isCut || isLong;
    return shown;
}

std::uint64_t bitsAt(const GateElement& element, std::size_t offset, std::size_t size) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const bool isBig = element.byteOrder == std::endian::big;
        bits |= std::to_integer<std::uint64_t>(element.value[offset + i]) << (8 * (isBig ? size - 1 - i : i));
    }
    return bits;
}

template <typename Number>
std::string written(Number number) {
    std::array<char, 40> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), end};
}

std::string numberAt(const GateElement& element, std::size_t offset, std::string_view vr) {
    if (vr == "AT") {  // two numbers of 16 bits
        const auto group = bitsAt(element, offset, 2), number = bitsAt(element, offset + 2, 2);
        return tagText(static_cast<std::uint32_t>(group << 16 | number));
    }
    const auto bits = bitsAt(element, offset, numberSize(vr));
    if (vr == "FD") return written(std::bit_cast<double>(bits));
    if (vr == "FL") return written(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    if (vr == "SS") return written(static_cast<std::int16_t>(bits));
    if (vr == "SL") return written(static_cast<std::int32_t>(bits));
    if (vr == "SV") return written(static_cast<std::int64_t>(bits));
    return written(bits);
}

ShownValue shownNumbers(const GateElement& element, std::string_view vr) {
    const auto size = std::max<std::size_t>(numberSize(vr), 1);  // 0 for texts, which do not come here
    const auto count = element.value.size() / size;
    ShownValue shown{{}, count > kMostNumbers};
    for (std::size_t i = 0; i < std::min(count, kMostNumbers); ++i) {
        if (i > 0) shown.text += '\\';
        shown.text += numberAt(element, i * size, vr);
    }
    return shown;
}

ShownValue shownBytes(std::span<const std::byte> bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    ShownValue shown{{}, bytes.size() > kMostBytes};
    for (const auto byte : bytes.first(std::min(bytes.size(), kMostBytes))) {
        if (!shown.text.empty()) shown.text += ' ';
        shown.text += digits[std::to_integer<unsigned>(byte) >> 4];
        shown.text += digits[std::to_integer<unsigned>(byte) & 0xF];
    }
    return shown;
}

bool isPrintable(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

ShownValue shownValue(const GateElement& element, std::string_view vr, TextDecoder& decoder) {
    if (isText(vr)) return shownText(element, decoder);
    const auto size = numberSize(vr);
    if (size != 0 && element.value.size() % size == 0) return shownNumbers(element, vr);
    // Of private elements in implicit VR nothing says that they are texts, but most are.
    if (vr == "UN" && isPrintable(textOf(element))) return shownText(element, decoder);
    return shownBytes(element.value);
}

std::uint64_t digestOf(std::span<const std::byte> bytes) {
    constexpr std::uint64_t kPrime = 0x100000001B3u;
    std::uint64_t digest = 0xCBF29CE484222325u ^ bytes.size();
    for (std::size_t i = 0; i < bytes.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, std::min<std::size_t>(8, bytes.size() - i));
        digest = (digest ^ word) * kPrime;
        digest ^= digest >> 32;  // the upper bytes of a word reach the lower ones of the digest
    }
    return digest;
}

}  // namespace residua
