// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/jpeg_lossless.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "imaging/error.h"

namespace residua {

namespace {

using Bytes = std::span<const std::byte>;

[[noreturn]] void fail(const std::string& detail) {
    throw Error(ProblemKind::CodestreamInvalid, {}, "lossless JPEG: " + detail);
}

std::uint8_t byteAt(Bytes bytes, std::size_t at) {
    if (at >= bytes.size()) fail("a segment is too short");
    return std::to_integer<std::uint8_t>(bytes[at]);
}

std::size_t wordAt(Bytes bytes, std::size_t at) {
    return static_cast<std::size_t>(byteAt(bytes, at) << 8 | byteAt(bytes, at + 1));
}

/// A Huffman table (T.81 C): how many of the next bits are a code, and the category that it stands for.
class HuffmanTable {
public:
    HuffmanTable() = default;

    /// @param definition 16 counts of codes by their length, then the categories
    explicit HuffmanTable(Bytes definition) {
        std::uint32_t code = 0;
        std::size_t at = 16;
        for (unsigned length = 1; length <= 16; ++length, code <<= 1) {
            offset_[length] = static_cast<std::uint32_t>(categories_.size()) - code;
            for (unsigned i = 0; i < byteAt(definition, length - 1); ++i, ++code) {
                const std::uint8_t category = byteAt(definition, at++);
                if (category > 16 || code >> length != 0) fail("a Huffman table that cannot be");
                categories_.push_back(category);
                if (length > kShort) continue;
                const auto first = quick_.begin() + (code << (kShort - length));
                std::fill_n(first, 1U << (kShort - length),
                            Entry{static_cast<std::uint8_t>(length), category});
            }
            end_[length] = code;
        }
        size = at;
    }

    struct Entry {
        std::uint8_t length = 0;  ///< 0: longer than kShort, or none
        std::uint8_t category = 0;
    };

    /// @param window the next bits, the first one highest
    Entry find(std::uint64_t window) const {
        const Entry entry = quick_[window >> (64 - kShort)];
        return entry.length != 0 ? entry : findLong(window);
    }

    std::size_t size = 0;  ///< bytes of the definition

private:
    static constexpr unsigned kShort = 11;

    Entry findLong(std::uint64_t window) const {
        for (unsigned length = kShort + 1; length <= 16; ++length) {
            const auto code = static_cast<std::uint32_t>(window >> (64 - length));
            if (code < end_[length])
                return {static_cast<std::uint8_t>(length), categories_[offset_[length] + code]};
        }
        fail("a code that is in no table");
    }

    std::array<Entry, 1U << kShort> quick_{};
    std::array<std::uint32_t, 17> end_{};     ///< of each length: one more than its last code
    std::array<std::uint32_t, 17> offset_{};  ///< of each length: code + offset = its category's place
    std::vector<std::uint8_t> categories_;
};

/// A scan's bytes without stuffing, cut at the restart markers.
struct EntropyData {
    std::vector<std::uint8_t> bytes;  ///< and padding, so that 8 bytes may be read behind the last
    std::vector<std::size_t> ends;    ///< of each interval
};

/// What the segments before the scan say.
struct Scan {
    std::array<HuffmanTable, 4> tables;
    std::array<const HuffmanTable*, 4> tableOf{};  ///< of each component
    std::size_t restartInterval = 0;               ///< pixels; 0 = none
    int predictor = 1;
    int pointTransform = 0;
    EntropyData data;
};

/// @param at where the entropy data begin; then the place of the marker behind it
EntropyData entropyData(Bytes stream, std::size_t& at) {
    constexpr std::size_t kPadding = 16;
    EntropyData data;
    data.bytes.reserve(stream.size() - at + kPadding);
    const auto append = [&](std::size_t count) {
        const auto* from = reinterpret_cast<const std::uint8_t*>(stream.data() + at);
        data.bytes.insert(data.bytes.end(), from, from + count);
        at += count;
    };
    while (at + 1 < stream.size()) {
        const auto* found = static_cast<const std::byte*>(std::memchr(&stream[at], 0xFF, stream.size() - at));
        if (!found) break;
        append(static_cast<std::size_t>(found - stream.data()) - at);
        if (at + 1 == stream.size()) break;
        const std::uint8_t next = byteAt(stream, at + 1);
        if (next == 0) {  // T.81 B.1.1.5: a zero is stuffed behind a byte FF
            append(1);
            ++at;
        } else if (next >= 0xD0 && next <= 0xD7) {
            data.ends.push_back(data.bytes.size());
            at += 2;
        } else if (next == 0xFF) {
            ++at;
        } else {
            break;
        }
    }
    data.ends.push_back(data.bytes.size());
    data.bytes.resize(data.bytes.size() + kPadding);
    return data;
}

void readTables(Bytes segment, Scan& scan) {
    for (std::size_t at = 0; at < segment.size();) {
        const std::uint8_t place = byteAt(segment, at++);
        if (place > 3) fail("a Huffman table of class " + std::to_string(place >> 4));
        scan.tables[place] = HuffmanTable(segment.subspan(at));
        at += scan.tables[place].size;
    }
}

/// @return false for a scan of only some of the components
bool readScanHeader(Bytes segment, const JpegStream& marked, Scan& scan) {
    const std::size_t count = byteAt(segment, 0);
    if (count != static_cast<std::size_t>(marked.components)) return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (byteAt(segment, 1 + 2 * i) != marked.componentIds[i]) return false;
        const std::size_t table = byteAt(segment, 2 + 2 * i) >> 4;
        if (table > 3 || scan.tables[table].size == 0) fail("a scan without its Huffman table");
        scan.tableOf[i] = &scan.tables[table];
    }
    scan.predictor = byteAt(segment, 1 + 2 * count);
    scan.pointTransform = byteAt(segment, 3 + 2 * count) & 15;
    if (scan.predictor < 1 || scan.predictor > 7) fail("predictor " + std::to_string(scan.predictor));
    if (scan.pointTransform >= marked.precision) fail("a point transform of all bits");
    return true;
}

/// Fills `scan`; false where there is not one scan of all components. The markers were walked before.
bool readScan(Bytes stream, const JpegStream& marked, Scan& scan) {
    for (std::size_t at = 2; at + 4 <= stream.size();) {
        const std::uint8_t marker = byteAt(stream, at + 1);
        if (marker == 0xFF) {  // a fill byte
            ++at;
            continue;
        }
        const std::size_t length = wordAt(stream, at + 2);
        if (length < 2 || length > stream.size() - at - 2) fail("a segment is too short");
        const Bytes segment = stream.subspan(at + 4, length - 2);
        at += 2 + length;
        if (marker == 0xC4) readTables(segment, scan);
        if (marker == 0xDD) scan.restartInterval = wordAt(segment, 0);
        if (marker != 0xDA) continue;
        if (!readScanHeader(segment, marked, scan)) return false;
        scan.data = entropyData(stream, at);
        while (at + 2 < stream.size() && byteAt(stream, at + 1) == 0xFF) ++at;
        return at + 1 < stream.size() && byteAt(stream, at + 1) == 0xD9;  // EOI: this was the only scan
    }
    return false;
}

/// T.81 table H.1, from the neighbours left, above, and above left.
template <int kPredictor>
int predicted(int left, int above, int corner) {
    if constexpr (kPredictor == 1) return left;
    if constexpr (kPredictor == 2) return above;
    if constexpr (kPredictor == 3) return corner;
    if constexpr (kPredictor == 4) return left + above - corner;
    if constexpr (kPredictor == 5) return left + ((above - corner) >> 1);
    if constexpr (kPredictor == 6) return above + ((left - corner) >> 1);
    if constexpr (kPredictor == 7) return (left + above) >> 1;
}

/// The next bits of an interval in a register. Copied into the loop over a row, so that it stays in
/// registers.
struct BitReader {
    const std::uint8_t* next = nullptr;  ///< the byte behind those in the window
    const std::uint8_t* end = nullptr;   ///< of the interval
    std::uint64_t window = 0;            ///< the first bit highest
    unsigned valid = 0;                  ///< bits of the window that count

    /// At least 32 bits: a code and its category's.
    void fill() {
        if (valid >= 32) return;
        if (next > end + 8) fail("the scan ends early");  // within the padding
        std::uint64_t more = 0;
        std::memcpy(&more, next, sizeof more);
        if constexpr (std::endian::native == std::endian::little) more = __builtin_bswap64(more);
        window |= more >> valid;
        next += (63 - valid) / 8;
        valid |= 56;
    }

    void skip(unsigned bits) {
        window <<= bits;
        valid -= bits;
    }

    bool isBehindEnd() const { return 8 * (next - end) > static_cast<std::ptrdiff_t>(valid); }
};

/// T.81 H.1.2.2: a category, and that many bits more. (A call would send the reader through memory.)
[[gnu::always_inline]] inline int difference(BitReader& reader, const HuffmanTable& table) {
    reader.fill();
    const auto [length, category] = table.find(reader.window);
    if (category == 16) {  // 32768, without further bits
        reader.skip(length);
        return 1 << 15;
    }
    // Without branches, which would be guessed wrong half of the time; shifts that hold for category 0 too.
    const auto bits = static_cast<int>(reader.window << length >> 1 >> (63 - category));
    const int all = (1 << category) - 1;
    const int isNegative = (2 * bits - all - 1) >> 31;  // -1 where the highest bit is not set
    reader.skip(unsigned{length} + category);
    return bits - (isNegative & all);
}

template <class Sample>
class Decoder {
public:
    Decoder(const JpegStream& marked, const Scan& scan, std::span<Sample> samples)
        : components_(static_cast<std::size_t>(marked.components)),
          width_(static_cast<std::size_t>(marked.width) * components_),
          height_(static_cast<std::size_t>(marked.height)),
          middle_(1 << (marked.precision - scan.pointTransform - 1)),
          scan_(scan),
          samples_(samples) {}

    void run() {
        const std::size_t pixels = width_ / components_;
        const std::size_t rows = scan_.restartInterval ? scan_.restartInterval / pixels : height_;
        if (scan_.data.ends.size() != (height_ + rows - 1) / rows) fail("restart markers are missing");
        std::size_t interval = 0;
        for (std::size_t y = 0; y < height_; ++y) {
            if (y % rows == 0) {
                const auto* bytes = scan_.data.bytes.data();
                const std::size_t first = interval == 0 ? 0 : scan_.data.ends[interval - 1];
                reader_ = {bytes + first, bytes + scan_.data.ends[interval++]};
            }
            decodeRow(y, y % rows == 0);
            if (reader_.isBehindEnd()) fail("the scan ends early");
        }
        if (scan_.pointTransform == 0) return;
        for (Sample& sample : samples_) sample = static_cast<Sample>(sample << scan_.pointTransform);
    }

private:
    void decodeRow(std::size_t y, bool isFirst) {
        if (isFirst) return decodeRowBy<1>(y, isFirst);  // T.81 H.1.2.1: there is nothing above
        switch (scan_.predictor) {
            case 2:
                return decodeRowBy<2>(y, isFirst);
            case 3:
                return decodeRowBy<3>(y, isFirst);
            case 4:
                return decodeRowBy<4>(y, isFirst);
            case 5:
                return decodeRowBy<5>(y, isFirst);
            case 6:
                return decodeRowBy<6>(y, isFirst);
            case 7:
                return decodeRowBy<7>(y, isFirst);
            default:
                return decodeRowBy<1>(y, isFirst);
        }
    }

    template <int kPredictor>
    void decodeRowBy(std::size_t y, bool isFirst) {
        Sample* row = samples_.data() + y * width_;
        const Sample* above = isFirst ? row : row - width_;
        BitReader reader = reader_;
        for (std::size_t i = 0; i < components_; ++i)
            row[i] =
                static_cast<Sample>((isFirst ? middle_ : above[i]) + difference(reader, *scan_.tableOf[i]));
        std::size_t component = 0;
        for (std::size_t i = components_; i < width_; ++i) {
            const std::size_t left = i - components_;
            row[i] = static_cast<Sample>(predicted<kPredictor>(row[left], above[i], above[left]) +
                                         difference(reader, *scan_.tableOf[component]));
            if (++component == components_) component = 0;
        }
        reader_ = reader;
    }

    std::size_t components_, width_, height_;  ///< width in samples
    int middle_;
    const Scan& scan_;
    std::span<Sample> samples_;
    BitReader reader_;
};

}  // namespace

bool decodeLosslessJpeg(std::span<const std::byte> stream, const JpegStream& marked,
                        std::span<std::byte> samples) {
    if (marked.isSubsampled || marked.precision < 2 || marked.precision > 16) return false;
    if (marked.width == 0 || marked.height == 0) return false;
    Scan scan;
    if (!readScan(stream, marked, scan)) return false;
    if (scan.restartInterval % static_cast<std::size_t>(marked.width) != 0) return false;
    if (marked.precision <= 8)
        Decoder<std::uint8_t>(marked, scan, {reinterpret_cast<std::uint8_t*>(samples.data()), samples.size()})
            .run();
    else
        Decoder<std::uint16_t>(marked, scan,
                               {reinterpret_cast<std::uint16_t*>(samples.data()), samples.size() / 2})
            .run();
    return true;
}

}  // namespace residua
