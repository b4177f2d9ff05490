// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/rle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "imaging/error.h"

namespace residua {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t kHeaderBytes = 64;  // PS3.5 G.5: the number of segments and 15 offsets
constexpr std::size_t kMostSegments = 15;

[[noreturn]] void fail(const std::string& detail) {
    throw Error(ProblemKind::FragmentInvalid, {}, detail);
}

std::uint32_t headerWord(Bytes stream, std::size_t index) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i)
        word |= std::to_integer<std::uint32_t>(stream[4 * index + i]) << (8 * i);
    return word;
}

/// The segments of a frame: offsets ascending and inside the fragment.
std::vector<Bytes> segmentsOf(Bytes stream, std::size_t expected) {
    if (stream.size() < kHeaderBytes)
        fail("RLE fragment of " + std::to_string(stream.size()) + " bytes has no header");
    const std::size_t count = headerWord(stream, 0);
    if (count != expected || count > kMostSegments)
        fail(std::to_string(count) + " RLE segments, expected " + std::to_string(expected));
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t start = headerWord(stream, i + 1);
        const std::size_t least = i == 0 ? kHeaderBytes : starts.back() + 1;
        if (start < least || start >= stream.size())
            fail("RLE segment " + std::to_string(i) + " at offset " + std::to_string(start) + " of " +
                 std::to_string(stream.size()));
        starts.push_back(start);
    }
    starts.push_back(stream.size());
    std::vector<Bytes> segments;
    for (std::size_t i = 0; i < count; ++i)
        segments.push_back(stream.subspan(starts[i], starts[i + 1] - starts[i]));
    return segments;
}

/// PS3.5 G.3.2: PackBits into exactly `plane`; what follows a full plane is padding.
void unpack(Bytes segment, std::span<std::byte> plane) {
    std::size_t in = 0;
    std::size_t out = 0;
    while (out < plane.size()) {
        if (in >= segment.size())
            fail("RLE segment ends after " + std::to_string(out) + " of " + std::to_string(plane.size()) +
                 " bytes");
        const auto control = std::to_integer<int>(segment[in++]);
        if (control == 128) continue;  // no operation
        const std::size_t length =
            control < 128 ? static_cast<std::size_t>(control) + 1 : static_cast<std::size_t>(257 - control);
        const std::size_t needed = control < 128 ? length : 1;
        if (length > plane.size() - out || needed > segment.size() - in)
            fail("RLE run at byte " + std::to_string(in - 1) + " of a segment does not fit");
        if (control < 128)
            std::memcpy(&plane[out], &segment[in], length);
        else
            std::memset(&plane[out], std::to_integer<int>(segment[in]), length);
        in += needed;
        out += length;
    }
}

/// Writes a plane of bytes into every `stride`th byte.
void spread(std::span<const std::byte> plane, std::size_t stride, std::byte* out) {
    for (std::size_t i = 0; i < plane.size(); ++i) out[i * stride] = plane[i];
}

/// The two planes of 16-bit grey, most significant first, joined in one pass that vectorises.
void join16(std::span<const std::byte> high, std::span<const std::byte> low, std::byte* out) {
    constexpr std::size_t kHigh = std::endian::native == std::endian::little ? 1 : 0;
    for (std::size_t i = 0; i < high.size(); ++i) {
        out[2 * i + kHigh] = high[i];
        out[2 * i + 1 - kHigh] = low[i];
    }
}

}  // namespace

void requireRleLength(std::span<const std::byte> stream, const PixelHeader& header) {
    constexpr std::size_t kMostExpansion = 64;  // two bytes give at most 128
    if (header.bytesPerFrame() / kMostExpansion > stream.size())
        fail(std::to_string(stream.size()) + " bytes of RLE for a frame of " +
             std::to_string(header.bytesPerFrame()));
}

void decodeRle(std::span<const std::byte> stream, const PixelHeader& header, std::span<std::byte> samples) {
    const auto bytesPerSample = static_cast<std::size_t>(header.bitsAllocated / 8);
    const auto samplesPerPixel = static_cast<std::size_t>(header.samples);
    const auto segments = segmentsOf(stream, bytesPerSample * samplesPerPixel);
    const std::size_t planeBytes = header.pixelsPerFrame();
    if (segments.size() == 1) return unpack(segments[0], samples.first(planeBytes));
    std::vector<std::byte> planes(planeBytes * bytesPerSample);
    const std::span<std::byte> first = std::span(planes).first(planeBytes);
    const std::size_t stride = bytesPerSample * samplesPerPixel;
    if (bytesPerSample == 2 && samplesPerPixel == 1) {
        const std::span<std::byte> second = std::span(planes).subspan(planeBytes);
        unpack(segments[0], first);
        unpack(segments[1], second);
        return join16(first, second, samples.data());
    }
    // PS3.5 G.2: of each sample its bytes, the most significant first.
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::size_t sample = i / bytesPerSample, place = i % bytesPerSample;
        const bool isLittle = std::endian::native == std::endian::little;
        unpack(segments[i], first);
        spread(first, stride,
               &samples[sample * bytesPerSample + (isLittle ? bytesPerSample - 1 - place : place)]);
    }
}

}  // namespace residua
