// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/pixel_claim.h"

#include <algorithm>

#include "imaging/error.h"
#include "imaging/study/element_value.h"

namespace residua {

namespace {

// Ours: no radiograph comes near; 65,535 × 65,535 pixels would ask for gigabytes.
constexpr std::uint64_t kLargestFrame = std::uint64_t{1} << 30;
constexpr std::uint64_t kLargestExpansion = 2000;
constexpr int kMostFrames = 10'000'000;

[[noreturn]] void invalid(const std::filesystem::path& path, const std::string& what) {
    throw Error(ProblemKind::PixelHeaderInvalid, path, what);
}

/// NumberOfFrames: digits up to the first other character; 1 where there are none, as DCMTK reads it. A
/// number beyond all files stays one: no file holds as many frames, so it is refused.
int frameCountOf(std::string_view text) {
    int count = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') break;
        count = std::min(count * 10 + (c - '0'), kMostFrames);
    }
    return std::max(count, 1);
}

}  // namespace

void PixelClaim::takeCount(std::optional<unsigned>& place, const GateElement& element,
                           const std::filesystem::path& path) {
    const auto value = unsignedShortOf(element);
    if (!value) {
        if (element.element == 0x0010 || element.element == 0x0011) badRows_ = true;
        return;
    }
    if (place && *place != *value) invalid(path, "an image element is given twice with different values");
    place = value;
}

void PixelClaim::take(const GateElement& element, const std::filesystem::path& path) {
    const auto takeText = [&](std::optional<std::string>& place) {
        const auto text = textOf(element);
        if (place && *place != text) invalid(path, "an image element is given twice with different values");
        place = std::string(text);
    };
    switch (tagOf(element)) {
        case 0x00280002:
            return takeCount(samples_, element, path);
        case 0x00280004:
            return takeText(photometric_);
        case 0x00280008:
            takeText(framesText_);
            frames_ = frameCountOf(*framesText_);
            return;
        case 0x00280010:
            return takeCount(rows_, element, path);
        case 0x00280011:
            return takeCount(columns_, element, path);
        case 0x00280100:
            return takeCount(bitsAllocated_, element, path);
        default:
            return;
    }
}

std::uint64_t PixelClaim::frameBits(const std::filesystem::path& path) const {
    if (badRows_) invalid(path, "Rows or Columns is not one US value");
    if (!rows_ || !columns_ || *rows_ == 0 || *columns_ == 0)
        invalid(path, "Rows or Columns is missing or 0");
    if (!bitsAllocated_ || *bitsAllocated_ == 0) invalid(path, "BitsAllocated is missing or 0");
    const unsigned samples = samples_.value_or(1);
    if (samples == 0 || samples > 4) invalid(path, "SamplesPerPixel is " + std::to_string(samples));
    if (*bitsAllocated_ > 64) invalid(path, "BitsAllocated is " + std::to_string(*bitsAllocated_));
    return std::uint64_t{*rows_} * *columns_ * samples * *bitsAllocated_;
}

std::uint64_t PixelClaim::frameBytes(const std::filesystem::path& path) const {
    const auto bytes = (frameBits(path) + 7) / 8;
    if (bytes > kLargestFrame)
        throw Error(ProblemKind::FrameTooLarge, path,
                    std::to_string(*columns_) + " × " + std::to_string(*rows_) + " pixels need " +
                        std::to_string(bytes >> 20) + " MiB a frame");
    return bytes;
}

std::uint64_t PixelClaim::allBytes(const std::filesystem::path& path) const {
    frameBytes(path);
    // Frames of single bits follow one another without padding (PS3.5 8.1.1).
    return (frameBits(path) * static_cast<std::uint64_t>(frames_) + 7) / 8;
}

void PixelClaim::requireNative(std::uint64_t length, const std::filesystem::path& path) const {
    auto needed = allBytes(path);
    // PS3.3 C.7.6.3.1.2: YBR_FULL_422 stores two chrominance samples for two pixels.
    if (samples_ == 3u && photometric_ && photometric_->ends_with("_422")) needed = needed / 3 * 2;
    if (length < needed)
        throw Error(
            ProblemKind::PixelDataTooShort, path,
            std::to_string(length) + " bytes of PixelData where " + std::to_string(needed) + " are needed");
}

void PixelClaim::requireEncapsulated(std::uint64_t length, std::uint64_t fileSize, bool isVideo,
                                     const std::filesystem::path& path) const {
    const auto decoded = allBytes(path);
    // A frame has at least the 8 bytes of its fragment's header; a video has all frames in one.
    if (!isVideo && static_cast<std::uint64_t>(frames_) > length / 8)
        throw Error(ProblemKind::PixelDataTooShort, path,
                    std::to_string(frames_) + " frames in " + std::to_string(length) + " bytes");
    if (decoded / kLargestExpansion > fileSize)
        throw Error(ProblemKind::FrameTooLarge, path,
                    std::to_string(fileSize) + " bytes would expand to " + std::to_string(decoded));
}

}  // namespace residua
