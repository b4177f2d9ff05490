// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/fragments.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "imaging/error.h"

namespace residua {

namespace {

using Bytes = std::span<const std::byte>;

[[noreturn]] void fail(const std::string& detail) {
    throw Error(ProblemKind::FragmentInvalid, {}, detail);
}

std::uint32_t littleEndian32(Bytes bytes, std::size_t at) {
    return std::to_integer<std::uint32_t>(bytes[at]) | std::to_integer<std::uint32_t>(bytes[at + 1]) << 8 |
           std::to_integer<std::uint32_t>(bytes[at + 2]) << 16 |
           std::to_integer<std::uint32_t>(bytes[at + 3]) << 24;
}

struct Fragment {
    std::uint64_t offset = 0;  ///< of its item tag, from the end of the basic offset table
    Bytes bytes;
};

struct Fragments {
    std::vector<std::uint64_t> offsets;  ///< the basic offset table
    std::vector<Fragment> items;
};

/// PS3.5 A.4: items (FFFE,E000) with defined lengths; the first one is the basic offset table.
Fragments split(Bytes data) {
    constexpr std::size_t kItemHeader = 8;
    constexpr std::uint32_t kItem = 0xE000FFFE;
    constexpr std::uint32_t kDelimiter = 0xE0DDFFFE;
    Fragments result;
    std::size_t at = 0;
    std::size_t firstFragment = 0;
    while (data.size() - at >= kItemHeader) {
        const std::uint32_t tag = littleEndian32(data, at);
        const std::size_t length = littleEndian32(data, at + 4);
        if (tag == kDelimiter) break;
        if (tag != kItem) fail("no item tag at byte " + std::to_string(at) + " of PixelData");
        if (length > data.size() - at - kItemHeader)
            fail("item at byte " + std::to_string(at) + " of PixelData claims " + std::to_string(length) +
                 " bytes");
        const Bytes value = data.subspan(at + kItemHeader, length);
        if (at == 0) {
            for (std::size_t i = 0; i + 4 <= value.size(); i += 4)
                result.offsets.push_back(littleEndian32(value, i));
            firstFragment = kItemHeader + length;
        } else {
            result.items.push_back({at - firstFragment, value});
        }
        at += kItemHeader + length;
    }
    if (result.items.empty()) fail("no fragment behind the offset table");
    return result;
}

/// The fragments [first, last) of a frame whose starts are given by an offset table.
std::pair<std::size_t, std::size_t> byOffsets(const std::vector<Fragment>& items,
                                              const std::vector<std::uint64_t>& offsets, std::size_t frame) {
    const auto indexOf = [&](std::uint64_t offset) {
        const auto found = std::ranges::find(items, offset, &Fragment::offset);
        if (found == items.end())
            fail("offset " + std::to_string(offset) + " is not the start of a fragment");
        return static_cast<std::size_t>(found - items.begin());
    };
    const std::size_t first = indexOf(offsets[frame]);
    const std::size_t last = frame + 1 < offsets.size() ? indexOf(offsets[frame + 1]) : items.size();
    if (last <= first) fail("offset table is not ascending at frame " + std::to_string(frame));
    return {first, last};
}

/// SOI of JPEG and JPEG-LS, SOC of JPEG 2000 (PS3.5 A.4.1 to A.4.4): where a frame's stream may begin.
bool beginsStream(Bytes bytes) {
    if (bytes.size() < 2 || bytes[0] != std::byte{0xFF}) return false;
    return bytes[1] == std::byte{0xD8} || bytes[1] == std::byte{0x4F};
}

std::pair<std::size_t, std::size_t> byStreamStarts(const std::vector<Fragment>& items, std::size_t frame) {
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < items.size(); ++i)
        if (beginsStream(items[i].bytes)) starts.push_back(i);
    if (frame >= starts.size()) fail("no fragment begins frame " + std::to_string(frame));
    return {starts[frame], frame + 1 < starts.size() ? starts[frame + 1] : items.size()};
}

std::pair<std::size_t, std::size_t> fragmentsOf(const Fragments& fragments, const PixelHeader& header,
                                                std::size_t frame) {
    const auto frames = static_cast<std::size_t>(header.frames);
    const auto& items = fragments.items;
    if (frames == 1) return {0, items.size()};
    if (items.size() == frames) return {frame, frame + 1};
    if (header.extendedOffsets.size() == frames) return byOffsets(items, header.extendedOffsets, frame);
    if (fragments.offsets.size() == frames) return byOffsets(items, fragments.offsets, frame);
    if (items.size() < frames) {
        if (frame >= items.size())
            fail(std::to_string(items.size()) + " fragments for " + std::to_string(frames) + " frames");
        return {frame, frame + 1};
    }
    return byStreamStarts(items, frame);
}

}  // namespace

FrameStream frameStream(std::span<const std::byte> pixelData, const PixelHeader& header, int frame) {
    const Fragments fragments = split(pixelData);
    const auto [first, last] = fragmentsOf(fragments, header, static_cast<std::size_t>(frame));
    FrameStream stream;
    if (last - first == 1) {
        stream.bytes = fragments.items[first].bytes;
        return stream;
    }
    for (std::size_t i = first; i < last; ++i)
        stream.joined.insert(stream.joined.end(), fragments.items[i].bytes.begin(),
                             fragments.items[i].bytes.end());
    stream.bytes = stream.joined;
    return stream;
}

}  // namespace residua
