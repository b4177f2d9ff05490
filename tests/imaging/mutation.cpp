// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/imaging/mutation.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <random>

#include "tests/imaging/study/hostile_files.h"

namespace residua::test {

namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t count) {
    return count == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
}

std::string at(const char* what, std::size_t place) {
    return std::string(what) + " at byte " + std::to_string(place);
}

/// Where PixelData's element begins, in any encoding; the middle of files without one.
std::size_t pixelDataPlace(const Bytes& bytes) {
    for (const std::string_view tag :
         {std::string_view("\xE0\x7F\x10\0", 4), std::string_view("\x7F\xE0\0\x10", 4)}) {
        const Bytes pattern = toBytes(tag);
        const auto found = std::find_end(bytes.begin(), bytes.end(), pattern.begin(), pattern.end());
        if (found != bytes.end()) return static_cast<std::size_t>(found - bytes.begin());
    }
    return bytes.size() / 2;
}

std::string cut(Bytes& bytes, Random& random) {
    const std::size_t length = 1 + below(random, bytes.size() - 1);
    bytes.resize(length);
    return at("cut", length);
}

/// A few bits anywhere in [from, to).
std::string turnBits(Bytes& bytes, Random& random, std::size_t from, std::size_t to) {
    to = std::min(to, bytes.size());
    std::string recipe = "bits turned at";
    for (std::size_t i = 0, count = 1 + below(random, 4); i < count && from < to; ++i) {
        const std::size_t place = from + below(random, to - from);
        bytes[place] ^= static_cast<std::byte>(1U << below(random, 8));
        recipe += " " + std::to_string(place);
    }
    return recipe;
}

std::string turnHeaderBits(Bytes& bytes, Random& random) {
    return turnBits(bytes, random, 128, pixelDataPlace(bytes));
}
std::string turnStreamHeaderBits(Bytes& bytes, Random& random) {
    const std::size_t pixels = pixelDataPlace(bytes);
    return turnBits(bytes, random, pixels, pixels + 256);
}
std::string turnStreamBits(Bytes& bytes, Random& random) {
    return turnBits(bytes, random, pixelDataPlace(bytes), bytes.size());
}

/// A number of 1, 2 or 4 bytes replaced by one from the edges of its range.
std::string replaceNumber(Bytes& bytes, Random& random, std::size_t from, std::size_t to) {
    constexpr std::array<std::uint32_t, 10> kEdges{0,      1,          0x7F,       0x80,       0xFF,
                                                   0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};
    const std::size_t size = std::size_t{1} << below(random, 3);
    to = std::min(to, bytes.size());
    if (from + size > to) return "nothing to replace";
    const std::size_t place = from + below(random, to - from - size + 1);
    const std::uint32_t value = kEdges[below(random, kEdges.size())];
    for (std::size_t i = 0; i < size; ++i) bytes[place + i] = static_cast<std::byte>(value >> (8 * i) & 0xFF);
    return at("number replaced", place) + " by " + std::to_string(value);
}
std::string replaceHeaderNumber(Bytes& bytes, Random& random) {
    return replaceNumber(bytes, random, 128, pixelDataPlace(bytes));
}
std::string replaceStreamNumber(Bytes& bytes, Random& random) {
    const std::size_t pixels = pixelDataPlace(bytes);
    return replaceNumber(bytes, random, pixels, pixels + 128);
}

std::string moveBlock(Bytes& bytes, Random& random) {
    const std::size_t size = std::min<std::size_t>(2 + below(random, 64), bytes.size() / 2);
    const std::size_t from = below(random, bytes.size() - size + 1);
    const Bytes block(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                      bytes.begin() + static_cast<std::ptrdiff_t>(from + size));
    const std::size_t way = below(random, 3);
    if (way != 0)  // otherwise doubled
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                    bytes.begin() + static_cast<std::ptrdiff_t>(from + size));
    const std::size_t to = below(random, bytes.size());
    if (way != 1) bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(to), block.begin(), block.end());
    return at("block moved, lost or doubled", from) + " to " + std::to_string(to);
}

std::string blankBlock(Bytes& bytes, Random& random) {
    const std::size_t from = below(random, bytes.size());
    const std::size_t size = std::min(1 + below(random, 2048), bytes.size() - from);
    const auto value = below(random, 2) == 0 ? std::byte{0} : std::byte{0xFF};
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), size, value);
    return at("blanked", from);
}

/// An element of the image (group 28) made to contradict the rest, wherever its tag stands.
std::string contradictImage(Bytes& bytes, Random& random) {
    constexpr std::array<std::uint8_t, 13> kElements{0x02, 0x04, 0x06, 0x08, 0x10, 0x11, 0x30,
                                                     0x00, 0x01, 0x02, 0x03, 0x50, 0x52};
    constexpr std::array<std::uint16_t, 14> kValues{0,  1,  2,  3,   4,     8,     12,
                                                    16, 17, 32, 255, 32768, 60000, 65535};
    const std::size_t which = below(random, kElements.size());
    const int high = which < 7 ? 0 : (which < 11 ? 1 : 0x10);
    const bool isBig = below(random, 8) == 0;
    Bytes tag{std::byte{0x28}, std::byte{0}, std::byte{kElements[which]}, static_cast<std::byte>(high)};
    if (isBig)
        tag = {std::byte{0}, std::byte{0x28}, static_cast<std::byte>(high), std::byte{kElements[which]}};
    const auto found = std::search(bytes.begin(), bytes.end(), tag.begin(), tag.end());
    if (bytes.end() - found < 16) return "no such element";
    const auto value = kValues[below(random, kValues.size())];
    for (std::ptrdiff_t i = 0; i < 2; ++i)
        found[8 + i] = static_cast<std::byte>(value >> (8 * (isBig ? 1 - i : i)) & 0xFF);
    return at("image element", static_cast<std::size_t>(found - bytes.begin())) + " set to " +
           std::to_string(value);
}

/// The file's pixels called by another transfer syntax of the same length of name.
std::string exchangeSyntax(Bytes& bytes, Random& random) {
    const Bytes root = toBytes("1.2.840.10008.1.2.4.");
    const auto found = std::search(bytes.begin(), bytes.end(), root.begin(), root.end());
    if (bytes.end() - found < 24) return "no compressed syntax";
    constexpr std::array<std::string_view, 8> kNames{"50", "51", "57", "70", "80", "81", "90", "91"};
    const auto name = kNames[below(random, kNames.size())];
    std::memcpy(&found[static_cast<std::ptrdiff_t>(root.size())], name.data(), 2);
    return "transfer syntax called .4." + std::string(name);
}

/// JPEG and JPEG 2000 markers turned into others.
std::string exchangeMarker(Bytes& bytes, Random& random) {
    std::vector<std::size_t> places;
    for (std::size_t i = pixelDataPlace(bytes) + 8; i + 1 < bytes.size() && places.size() < 64; ++i)
        if (bytes[i] == std::byte{0xFF} && std::to_integer<int>(bytes[i + 1]) > 0x4E) places.push_back(i);
    if (places.empty()) return "no marker";
    constexpr std::array<std::uint8_t, 14> kMarkers{0x01, 0xC0, 0xC2, 0xC3, 0xC4, 0xD0, 0xD8,
                                                    0xD9, 0xDA, 0xDB, 0xDC, 0xF7, 0x51, 0x52};
    const std::size_t place = places[below(random, places.size())];
    bytes[place + 1] = std::byte{kMarkers[below(random, kMarkers.size())]};
    return at("marker exchanged", place);
}

using Mutation = std::function<std::string(Bytes&, Random&)>;
const std::array<Mutation, 11>& mutations() {
    static const std::array<Mutation, 11> all{cut,
                                              turnHeaderBits,
                                              turnStreamHeaderBits,
                                              turnStreamBits,
                                              replaceHeaderNumber,
                                              replaceStreamNumber,
                                              moveBlock,
                                              blankBlock,
                                              contradictImage,
                                              exchangeSyntax,
                                              exchangeMarker};
    return all;
}

/// The dataset of a deflated file as this test writes it; empty for any other.
Bytes inflatedDataset(const Bytes& file) {
    const Bytes name = toBytes(kDeflated);
    const Bytes head(file.begin(),
                     file.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(512, file.size())));
    if (std::search(head.begin(), head.end(), name.begin(), name.end()) == head.end()) return {};
    const std::size_t metaLength = dicomFile(kDeflated, {}).size();
    z_stream stream{};
    inflateInit2(&stream, -MAX_WBITS);
    Bytes dataset(std::size_t{1} << 20);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(file.data() + metaLength));
    stream.avail_in = static_cast<uInt>(file.size() - metaLength);
    stream.next_out = reinterpret_cast<Bytef*>(dataset.data());
    stream.avail_out = static_cast<uInt>(dataset.size());
    const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
    dataset.resize(whole ? stream.total_out : 0);
    inflateEnd(&stream);
    return dataset;
}

}  // namespace

BrokenFile broken(const Bytes& valid, std::uint64_t seed) {
    Random random(seed);
    BrokenFile file{{}, valid};
    Bytes dataset = below(random, 2) == 0 ? inflatedDataset(valid) : Bytes();
    Bytes& target = dataset.empty() ? file.bytes : dataset;
    for (std::size_t i = 0, count = 1 + below(random, 2); i < count && target.size() > 300; ++i)
        file.recipe += mutations()[below(random, mutations().size())](target, random) + "; ";
    if (!dataset.empty()) file.bytes = deflatedFile(dataset);
    return file;
}

}  // namespace residua::test
