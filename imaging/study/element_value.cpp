// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/element_value.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

namespace residua {

namespace {

std::uint64_t bitsAt(const GateElement& element, std::size_t offset, std::size_t size) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const std::size_t shift = 8 * (element.byteOrder == std::endian::big ? size - 1 - i : i);
        bits |= std::to_integer<std::uint64_t>(element.value[offset + i]) << shift;
    }
    return bits;
}

double binaryNumber(std::string_view vr, std::uint64_t bits) {
    if (vr == "FD") return std::bit_cast<double>(bits);
    if (vr == "FL") return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (vr == "SS") return static_cast<std::int16_t>(bits);
    if (vr == "SL") return static_cast<std::int32_t>(bits);
    return static_cast<double>(bits);
}

std::size_t binarySize(std::string_view vr) {
    if (vr == "FD") return 8;
    if (vr == "FL" || vr == "SL" || vr == "UL") return 4;
    return vr == "US" || vr == "SS" ? 2 : 0;
}

}  // namespace

bool hasVr(const GateElement& element, std::string_view vr) {
    const std::string_view own(element.vr, 2);
    return own == vr || own == "UN" || element.vr[0] == 0;
}

std::string_view trimmed(std::string_view text) {
    const auto isPadding = [](char c) { return c == ' ' || c == '\0'; };
    while (!text.empty() && isPadding(text.back())) text.remove_suffix(1);
    while (!text.empty() && isPadding(text.front())) text.remove_prefix(1);
    return text;
}

std::string_view textOf(const GateElement& element) {
    return trimmed({reinterpret_cast<const char*>(element.value.data()), element.value.size()});
}

std::string tagText(std::uint32_t tag) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "(0000,0000)";
    for (std::size_t i = 0; i < 8; ++i) text[i < 4 ? i + 1 : i + 2] = digits[tag >> (28 - 4 * i) & 0xF];
    return text;
}

std::optional<unsigned> unsignedShortOf(const GateElement& element) {
    if (!hasVr(element, "US") || element.value.size() != 2) return std::nullopt;
    return static_cast<unsigned>(bitsAt(element, 0, 2));
}

std::vector<double> numbersOfText(std::string_view text) {
    std::vector<double> numbers;
    while (!text.empty()) {
        const auto end = text.find('\\');
        auto part = trimmed(text.substr(0, end));
        if (!part.empty() && part.front() == '+') part.remove_prefix(1);  // from_chars knows no plus sign
        double value = 0;
        const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        if (error != std::errc() || !std::isfinite(value)) break;
        numbers.push_back(value);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return numbers;
}

std::vector<double> numbersOf(const GateElement& element, std::string_view vr) {
    const std::string_view own(element.vr, 2);
    const std::string_view used = element.vr[0] == 0 || own == "UN" ? vr : own;
    const auto size = binarySize(used);
    if (size == 0) return numbersOfText(textOf(element));
    std::vector<double> numbers;
    for (std::size_t offset = 0; offset + size <= element.value.size(); offset += size) {
        const double value = binaryNumber(used, bitsAt(element, offset, size));
        if (!std::isfinite(value)) break;
        numbers.push_back(value);
    }
    return numbers;
}

}  // namespace residua
