// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/samples.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "imaging/error.h"
#include "imaging/pixels/colour.h"

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

void finishGrey(Samples& samples, const PixelHeader& header, Image& image) {
    const int bits = samples.bitsStored;
    const int high = samples.highBit;
    image.bitsStored = bits;
    std::visit(
        [&](auto& values) {
            using Container = typename std::decay_t<decltype(values)>::value_type;
            const bool wholeContainer = bits == 8 * static_cast<int>(sizeof(Container));
            if (header.isSigned) {
                image.pixels = extracted<std::int16_t>(values, bits, high);
                return;
            }
            // In place: a second frame of memory costs more than the work on it.
            if (!wholeContainer)
                std::ranges::transform(values, values.begin(), extractor<Container>(bits, high));
            image.pixels = std::move(values);
        },
        samples.values);
}

/// Samples of more than 8 bits are shown by their upper 8.
std::vector<std::uint8_t> toEightBits(Samples& samples) {
    if (auto* bytes = std::get_if<std::vector<std::uint8_t>>(&samples.values)) return std::move(*bytes);
    const auto& words = std::get<std::vector<std::uint16_t>>(samples.values);
    std::vector<std::uint8_t> bytes(words.size());
    const int shift = samples.highBit - 7;
    for (std::size_t i = 0; i < words.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(shift >= 0 ? words[i] >> shift : words[i] << -shift);
    return bytes;
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
    auto* words = std::get_if<std::vector<std::uint16_t>>(&samples.values);
    if (words && data.isBigEndian != (std::endian::native == std::endian::big)) swapBytes(*words);
    if (header.isPlanar) interleave(samples);
    return samples;
}

Image finishImage(Samples samples, ImageHeader header) {
    Image image = std::move(header.image);
    if (!image.isColour()) {
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
