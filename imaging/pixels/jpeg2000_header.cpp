// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/jpeg2000_header.h"

#include <cstdint>
#include <string>

#include "imaging/error.h"

namespace residua {

namespace {

using Bytes = std::span<const std::byte>;

enum Marker : std::uint64_t {
    kSoc = 0xFF4F,
    kSiz = 0xFF51,
    kCod = 0xFF52,
    kCoc = 0xFF53,
    kSot = 0xFF90,
    kSod = 0xFF93
};

[[noreturn]] void invalid(const std::string& detail) {
    throw Error(ProblemKind::CodestreamInvalid, {}, "JPEG 2000: " + detail);
}

std::uint64_t number(Bytes bytes, std::size_t at, std::size_t size) {
    if (at + size > bytes.size()) invalid("a marker segment that is too short");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
    return value;
}

/// The contents of the codestream's box in a JP2 file (ISO 15444-1 I.4): other boxes may hold what looks like
/// one.
Bytes boxedCodestream(Bytes stream) {
    constexpr std::uint64_t kCodestreamBox = 0x6A703263;  // "jp2c"
    while (stream.size() >= 8) {
        std::uint64_t length = number(stream, 0, 4), header = 8;
        if (length == 1) length = number(stream, 8, 8), header = 16;
        if (length == 0) length = stream.size();
        if (length < header || length > stream.size()) invalid("a box that does not fit");
        if (number(stream, 4, 4) == kCodestreamBox) return stream.subspan(header, length - header);
        stream = stream.subspan(length);
    }
    invalid("no box of a codestream");
}

/// From SOC on, which is followed by SIZ.
Bytes codestream(Bytes stream) {
    constexpr std::uint64_t kSignatureBox = 0x6A502020;  // "jP  "
    if (stream.size() < 8) invalid("no codestream");
    if (number(stream, 4, 4) == kSignatureBox) stream = boxedCodestream(stream);
    if (number(stream, 0, 2) != kSoc || number(stream, 2, 2) != kSiz) invalid("no codestream");
    return stream;
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

/// What COD or COC say of a component's packets (A.6.1, A.6.2), in `segment` from the number of levels on.
class CodingStyle {
public:
    CodingStyle(Bytes segment, std::size_t levelsAt, bool precinctsAreGiven)
        : segment_(segment), at_(levelsAt), areGiven_(precinctsAreGiven) {
        levels_ = number(segment, at_, 1);
        if (levels_ > 32) invalid(std::to_string(levels_) + " levels of decomposition");
    }

    /// In one layer, were the image one tile; more tiles make more of them.
    std::uint64_t precincts(const Grid& grid) const {
        std::uint64_t count = 0;
        for (std::uint64_t i = 0; i <= levels_; ++i) {
            const auto exponents = areGiven_ ? number(segment_, at_ + 5 + i, 1) : 0xFF;
            const std::uint64_t reduction = std::uint64_t{1} << (levels_ - i);
            count += parts(parts(grid.width, reduction), std::uint64_t{1} << (exponents & 15)) *
                     parts(parts(grid.height, reduction), std::uint64_t{1} << (exponents >> 4));
        }
        return count;
    }
    std::uint64_t codeBlocks(const Grid& grid) const {
        const auto side = [&](std::size_t place) {
            return std::uint64_t{4} << (number(segment_, place, 1) & 15);
        };
        return parts(grid.width, side(at_ + 1)) * parts(grid.height, side(at_ + 2));
    }

private:
    Bytes segment_;
    std::size_t at_;
    bool areGiven_;
    std::uint64_t levels_ = 0;
};

/// Walks the headers of the codestream and of its tile-parts, and sums up what they ask for.
class HeaderCheck {
public:
    HeaderCheck(Bytes code, const PixelHeader& header) : code_(code), header_(header) {}

    void run() {
        std::size_t at = checkSegments(2);
        while (at + 12 <= code_.size() && number(code_, at, 2) == kSot) {
            const auto length = number(code_, at + 6, 4);  // Psot (A.4.2); 0: to the end
            checkSegments(at + 12);
            if (length < 14 || length > code_.size() - at) return;
            at += length;
        }
    }

private:
    /// The marker segments from `at` on. @return where SOT, SOD or the end is
    std::size_t checkSegments(std::size_t at) {
        while (at + 4 <= code_.size()) {
            const auto marker = number(code_, at, 2);
            if (marker == kSot || marker == kSod) break;
            const auto length = number(code_, at + 2, 2);
            if (length < 2 || length > code_.size() - at - 2) invalid("a marker segment that does not fit");
            checkSegment(marker, code_.subspan(at + 4, length - 2));
            at += 2 + length;
        }
        return at;
    }

    void checkSegment(std::uint64_t marker, Bytes segment) {
        constexpr std::uint64_t kTilePartBytes = 14;  // SOT and SOD (A.4.2)
        if (marker == kSiz) {
            grid_ = readSize(segment, header_);
            if (grid_.tiles > code_.size() / kTilePartBytes + 1) refuse(grid_.tiles, "tiles");
        } else if (marker == kCod) {
            layers_ = number(segment, 2, 2);
            requireFew(CodingStyle(segment, 5, (number(segment, 0, 1) & 1) != 0));
        } else if (marker == kCoc) {
            // The component's number is one byte: there are at most three.
            requireFew(CodingStyle(segment, 2, (number(segment, 1, 1) & 1) != 0));
        }
    }

    void requireFew(const CodingStyle& style) const {
        // Ours: a packet is a byte at least, but an encoder that stops early may leave some out; a code block
        // without data may cost nothing.
        constexpr std::uint64_t kFewPackets = 4096, kFewBlocks = 65536, kEmptyBlocks = 64;
        const auto packets = style.precincts(grid_) * layers_;
        if (packets > kFewPackets && packets > code_.size()) refuse(packets, "packets");
        const auto blocks = style.codeBlocks(grid_);
        if (blocks > kFewBlocks && blocks / kEmptyBlocks > code_.size()) refuse(blocks, "code blocks");
    }

    [[noreturn]] void refuse(std::uint64_t count, const char* what) const {
        invalid(std::to_string(count) + " " + what + " in " + std::to_string(code_.size()) + " bytes");
    }

    Bytes code_;
    const PixelHeader& header_;
    Grid grid_;
    std::uint64_t layers_ = 1;
};

}  // namespace

void checkJpeg2000Header(std::span<const std::byte> stream, const PixelHeader& header) {
    // Ours: the decoder takes 8 bytes for each sample, a gigabyte at most.
    constexpr std::size_t kMostSamples = std::size_t{1} << 27;
    if (header.samplesPerFrame() > kMostSamples)
        throw Error(ProblemKind::FrameTooLarge, {},
                    std::to_string(header.samplesPerFrame()) + " samples of JPEG 2000");
    HeaderCheck(codestream(stream), header).run();
}

}  // namespace residua
