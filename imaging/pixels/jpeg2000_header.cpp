// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/jpeg2000_header.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "imaging/error.h"

namespace residua {

namespace {

using Bytes = std::span<const std::byte>;

enum Marker : std::uint64_t { kSiz = 0xFF51, kCod = 0xFF52, kSot = 0xFF90 };

[[noreturn]] void invalid(const std::string& detail) {
    throw Error(ProblemKind::CodestreamInvalid, {}, "JPEG 2000: " + detail);
}

std::uint64_t number(Bytes bytes, std::size_t at, std::size_t size) {
    if (at + size > bytes.size()) invalid("a marker segment that is too short");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
    return value;
}

/// From SOC on, which is followed by SIZ; also inside the boxes of a JP2 file.
Bytes codestream(Bytes stream) {
    constexpr std::array kStart{std::byte{0xFF}, std::byte{0x4F}, std::byte{0xFF}, std::byte{0x51}};
    const auto found = std::search(stream.begin(), stream.end(), kStart.begin(), kStart.end());
    if (found == stream.end()) invalid("no codestream");
    return stream.subspan(static_cast<std::size_t>(found - stream.begin()));
}

/// Parts of `size` that cover a length; the grids of tiles and precincts begin at or before the image.
std::uint64_t parts(std::uint64_t length, std::uint64_t size) {
    return (length + size - 1) / size;
}

struct Grid {
    std::uint64_t width = 0, height = 0;  ///< of the image
    std::uint64_t tiles = 0;
};

Grid readSize(Bytes siz, const PixelHeader& header) {
    const auto right = number(siz, 2, 4), bottom = number(siz, 6, 4);
    const auto left = number(siz, 10, 4), top = number(siz, 14, 4);
    const auto tileWidth = number(siz, 18, 4), tileHeight = number(siz, 22, 4);
    const auto tileLeft = number(siz, 26, 4), tileTop = number(siz, 30, 4);
    if (right <= left || bottom <= top || tileWidth == 0 || tileHeight == 0 || tileLeft > left ||
        tileTop > top)
        invalid("an image or tiles without size");
    const auto differs = [](const char* what, std::uint64_t stream, int wanted) {
        if (stream != static_cast<std::uint64_t>(wanted))
            throw Error(ProblemKind::CodestreamMismatch, {},
                        std::string("JPEG 2000 ") + what + " " + std::to_string(stream) + ", header " +
                            std::to_string(wanted));
    };
    differs("components", number(siz, 34, 2), header.samples);
    // Subsampled components are compared by the decoder.
    if (number(siz, 37, 1) == 1 && number(siz, 38, 1) == 1) {
        differs("width", right - left, header.columns);
        differs("height", bottom - top, header.rows);
    }
    return {right - left, bottom - top,
            parts(right - tileLeft, tileWidth) * parts(bottom - tileTop, tileHeight)};
}

/// Precincts of one component in one layer, were the image one tile; more tiles make more of them.
std::uint64_t precincts(Bytes cod, const Grid& grid) {
    const bool areGiven = (number(cod, 0, 1) & 1) != 0;
    const auto levels = number(cod, 5, 1);
    if (levels > 32) invalid(std::to_string(levels) + " levels of decomposition");
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i <= levels; ++i) {
        const auto exponents = areGiven ? number(cod, 10 + i, 1) : 0xFF;
        const std::uint64_t reduction = std::uint64_t{1} << (levels - i);
        count += parts(parts(grid.width, reduction), std::uint64_t{1} << (exponents & 15)) *
                 parts(parts(grid.height, reduction), std::uint64_t{1} << (exponents >> 4));
    }
    return count;
}

}  // namespace

void checkJpeg2000Header(std::span<const std::byte> stream, const PixelHeader& header) {
    constexpr std::uint64_t kTilePartBytes = 14;  // SOT and SOD (A.4.2)
    // Ours: a packet is a byte at least, but an encoder that stops early may leave some out.
    constexpr std::uint64_t kFewPrecincts = 4096;
    const Bytes code = codestream(stream);
    Grid grid;
    for (std::size_t at = 2; at + 4 <= code.size();) {
        const auto marker = number(code, at, 2);
        if (marker == kSot) break;
        const auto length = number(code, at + 2, 2);
        if (length < 2 || length > code.size() - at - 2) invalid("a marker segment that does not fit");
        const Bytes segment = code.subspan(at + 4, length - 2);
        if (marker == kSiz) {
            grid = readSize(segment, header);
            if (grid.tiles > stream.size() / kTilePartBytes + 1)
                invalid(std::to_string(grid.tiles) + " tiles in " + std::to_string(stream.size()) + " bytes");
        }
        if (marker == kCod) {
            const auto count = precincts(segment, grid);
            if (count > kFewPrecincts && count > stream.size())
                invalid(std::to_string(count) + " precincts in " + std::to_string(stream.size()) + " bytes");
        }
        at += 2 + length;
    }
}

}  // namespace residua
