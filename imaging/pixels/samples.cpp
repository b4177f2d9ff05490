// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/samples.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "imaging/error.h"
#include "imaging/pixels/colour.h"
#include "imaging/pixels/overlays.h"
#include "imaging/pixels/quantised.h"

namespace residua {

namespace {

using Bytes = std::span<const std::byte>;

ColourModel colourOf(std::string_view photometric) {
    if (photometric.starts_with("YBR_PARTIAL")) return ColourModel::YbrPartial;
    // YBR_RCT and YBR_ICT are undone by the decoder of JPEG 2000; elsewhere they mean nothing.
    return photometric.starts_with("YBR_FULL") ? ColourModel::YbrFull : ColourModel::Rgb;
}

Bytes framePart(Bytes data, std::size_t frameBytes, std::size_t frame) {
    if (frame >= data.size() / frameBytes)
        throw Error(ProblemKind::PixelDataTooShort, {},
                    std::to_string(data.size()) + " bytes for frame " + std::to_string(frame + 1) + " of " +
                        std::to_string(frameBytes) + " bytes");
    return data.subspan(frame * frameBytes, frameBytes);
}

/// PS3.5 8.1.1: bits follow one another, the first in the least significant place, also across frames.
Samples unpackBits(const NativeData& data, const PixelHeader& header, std::size_t frame) {
    Samples samples = roomFor(header, 8);
    auto& values = std::get<std::vector<std::uint8_t>>(samples.values);
    const std::size_t firstBit = frame * values.size();
    if ((firstBit + values.size() + 7) / 8 > data.bytes.size())
        throw Error(ProblemKind::PixelDataTooShort, {}, std::to_string(data.bytes.size()) + " bytes of bits");
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t bit = firstBit + i;
        const std::size_t byte = data.wordsSwapped ? (bit / 8) ^ 1 : bit / 8;
        if (byte < data.bytes.size())
            values[i] =
                static_cast<std::uint8_t>(std::to_integer<unsigned>(data.bytes[byte]) >> (bit % 8) & 1);
    }
    return samples;
}

void swapBytes(std::vector<std::uint16_t>& values) {
    for (auto& value : values) value = static_cast<std::uint16_t>(value >> 8 | value << 8);
}
void swapBytes(std::vector<std::uint32_t>& values) {
    for (auto& value : values)
        value = value >> 24 | (value >> 8 & 0xFF00U) | (value << 8 & 0xFF0000U) | value << 24;
}
void swapBytes(std::vector<std::uint8_t>&) {}

void interleave(Samples& samples) {
    std::visit(
        [](auto& values) {
            using Sample = typename std::decay_t<decltype(values)>::value_type;
            values = interleaved(std::span<const Sample>(values));
        },
        samples.values);
}

/// YBR_FULL_422 as the standard stores it; data of the full size are 4:4:4 under a wrong name.
bool is422(const NativeData& data, const PixelHeader& header) {
    return header.photometric.ends_with("_422") && header.bitsAllocated == 8 &&
           data.bytes.size() / header.bytesPerFrame() < static_cast<std::size_t>(header.frames);
}

/// A stored value from its container: the bits below highBit, sign-extended where signed.
template <typename Value>
auto extractor(int bitsStored, int highBit) {
    return [up = 31 - highBit, down = 32 - bitsStored](std::uint32_t value) {
        const std::uint32_t top = value << up;
        if constexpr (std::is_signed_v<Value>)
            return static_cast<Value>(static_cast<std::int32_t>(top) >> down);
        return static_cast<Value>(top >> down);
    };
}

template <typename Value, typename Container>
std::vector<Value> extracted(const std::vector<Container>& values, int bitsStored, int highBit) {
    std::vector<Value> result(values.size());
    std::ranges::transform(values, result.begin(), extractor<Value>(bitsStored, highBit));
    return result;
}

template <typename Extractor>
void quantiseWide(const std::vector<std::uint32_t>& values, Extractor valueOf, Image& image) {
    const auto valueAt = [&](std::size_t i) { return static_cast<double>(valueOf(values[i])); };
    quantise(values.size(), valueAt, image);
}

void finishGrey(Samples& samples, const PixelHeader& header, Image& image) {
    const int bits = samples.bitsStored;
    const int high = samples.highBit;
    image.bitsStored = bits;
    std::visit(
        [&](auto& values) {
            using Container = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (sizeof(Container) > 2) {
                header.isSigned ? quantiseWide(values, extractor<std::int32_t>(bits, high), image)
                                : quantiseWide(values, extractor<std::uint32_t>(bits, high), image);
            } else {
                const bool wholeContainer = bits == 8 * static_cast<int>(sizeof(Container));
                if (header.isSigned) {
                    image.pixels = extracted<std::int16_t>(values, bits, high);
                    return;
                }
                // In place: a second frame of memory costs more than the work on it.
                if (!wholeContainer)
                    std::ranges::transform(values, values.begin(), extractor<Container>(bits, high));
                image.pixels = std::move(values);
            }
        },
        samples.values);
}

/// Before the samples are masked.
void layEmbedded(const Samples& samples, const std::vector<EmbeddedOverlay>& overlays, Image& image) {
    for (const auto& overlay : overlays)
        std::visit(
            [&](const auto& values) {
                using Container = typename std::decay_t<decltype(values)>::value_type;
                if (overlay.bit >= static_cast<int>(8 * sizeof(Container))) return;
                layOverlay({0, 0, image.width, image.height}, overlay.use, image, [&](int x, int y) {
                    const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) +
                                    static_cast<std::size_t>(x);
                    return (values[at] >> overlay.bit & 1) != 0;
                });
            },
            samples.values);
}

/// Samples of more than 8 bits are shown by their upper 8.
std::vector<std::uint8_t> toEightBits(Samples& samples) {
    if (auto* bytes = std::get_if<std::vector<std::uint8_t>>(&samples.values)) return std::move(*bytes);
    const int shift = samples.highBit - 7;
    return std::visit(
        [shift](const auto& values) {
            std::vector<std::uint8_t> bytes(values.size());
            std::ranges::transform(values, bytes.begin(), [shift](auto value) {
                return static_cast<std::uint8_t>(shift >= 0 ? value >> shift : value << -shift);
            });
            return bytes;
        },
        samples.values);
}

template <typename Value>
Value floatOf(Bytes bytes, bool isSwapped) {
    std::array<std::byte, sizeof(Value)> copy{};
    std::ranges::copy(bytes, copy.begin());
    if (isSwapped) std::ranges::reverse(copy);
    return std::bit_cast<Value>(copy);
}

std::vector<std::uint8_t> paletteColours(Samples& samples, const ImageHeader& header) {
    return std::visit(
        [&](auto& values) {
            using Index = typename std::decay_t<decltype(values)>::value_type;
            if (header.pixels.isSigned) {
                const auto indices = extracted<std::int16_t>(values, samples.bitsStored, samples.highBit);
                return throughPalette(std::span<const std::int16_t>(indices), header.palette);
            }
            const auto indices = extracted<Index>(values, samples.bitsStored, samples.highBit);
            return throughPalette(std::span<const Index>(indices), header.palette);
        },
        samples.values);
}

}  // namespace

std::span<std::byte> Samples::bytes() {
    return std::visit([](auto& vector) { return std::as_writable_bytes(std::span(vector)); }, values);
}

Samples roomFor(const PixelHeader& header, int bitsAllocated) {
    Samples samples;
    if (bitsAllocated == 16) samples.values.emplace<std::vector<std::uint16_t>>();
    if (bitsAllocated == 32) samples.values.emplace<std::vector<std::uint32_t>>();
    std::visit([&](auto& values) { values.resize(header.samplesPerFrame()); }, samples.values);
    samples.colour = colourOf(header.photometric);
    samples.bitsStored = std::min(header.bitsStored, bitsAllocated);
    samples.highBit = std::min(header.highBit, bitsAllocated - 1);
    return samples;
}

Samples nativeSamples(const NativeData& data, const PixelHeader& header, int frame) {
    const auto index = static_cast<std::size_t>(frame);
    if (header.bitsAllocated == 1) return unpackBits(data, header, index);
    if (is422(data, header)) {
        const auto rows = static_cast<std::size_t>(header.rows);
        const auto columns = static_cast<std::size_t>(header.columns);
        Samples samples = roomFor(header, 8);
        samples.values =
            expand422(framePart(data.bytes, rows * ((columns + 1) / 2 * 4), index), rows, columns);
        return samples;
    }
    Samples samples = roomFor(header, header.bitsAllocated);
    const Bytes frameBytes = framePart(data.bytes, header.bytesPerFrame(), index);
    if (data.wordsSwapped) {
        const auto offset = static_cast<std::size_t>(frameBytes.data() - data.bytes.data());
        for (std::size_t i = 0; i < frameBytes.size(); ++i)
            samples.bytes()[i] = data.bytes[std::min((offset + i) ^ 1, data.bytes.size() - 1)];
    } else {
        std::memcpy(samples.bytes().data(), frameBytes.data(), frameBytes.size());
    }
    if (data.isBigEndian != (std::endian::native == std::endian::big))
        std::visit([](auto& values) { swapBytes(values); }, samples.values);
    if (header.isPlanar) interleave(samples);
    return samples;
}

Image nativeFloats(const NativeData& data, ImageHeader header, int frame) {
    const auto& pixels = header.pixels;
    const Bytes bytes = framePart(data.bytes, pixels.bytesPerFrame(), static_cast<std::size_t>(frame));
    const bool isSwapped = data.isBigEndian != (std::endian::native == std::endian::big);
    const auto size = static_cast<std::size_t>(pixels.bitsAllocated / 8);
    quantise(
        pixels.pixelsPerFrame(),
        [&](std::size_t i) {
            const auto part = bytes.subspan(i * size, size);
            const double value =
                size == 8 ? floatOf<double>(part, isSwapped) : floatOf<float>(part, isSwapped);
            return value == pixels.floatPadding ? std::numeric_limits<double>::quiet_NaN() : value;
        },
        header.image);
    return std::move(header.image);
}

Image finishImage(Samples samples, ImageHeader header) {
    Image image = std::move(header.image);
    if (!image.isColour()) {
        layEmbedded(samples, header.embedded, image);
        finishGrey(samples, header.pixels, image);
        return image;
    }
    if (header.pixels.photometric == "PALETTE COLOR") {
        image.pixels = paletteColours(samples, header);
        return image;
    }
    auto rgb = toEightBits(samples);
    if (samples.colour == ColourModel::YbrFull) ybrFullToRgb(rgb);
    if (samples.colour == ColourModel::YbrPartial) ybrPartialToRgb(rgb);
    image.pixels = std::move(rgb);
    return image;
}

}  // namespace residua
