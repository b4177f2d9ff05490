// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/jpeg_markers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "imaging/error.h"

namespace residua {

namespace {

using Bytes = std::span<const std::byte>;

enum Marker : std::uint8_t {
    kSof0 = 0xC0,
    kSof1 = 0xC1,
    kSof2 = 0xC2,
    kSof3 = 0xC3,
    kDht = 0xC4,
    kDac = 0xCC,
    kSof15 = 0xCF,
    kRst0 = 0xD0,
    kRst7 = 0xD7,
    kSoi = 0xD8,
    kEoi = 0xD9,
    kSos = 0xDA,
    kDnl = 0xDC,
    kDhp = 0xDE,
    kExp = 0xDF,
    kApp0 = 0xE0,
    kApp1 = 0xE1,
    kApp14 = 0xEE,
    kSof55 = 0xF7,  // JPEG-LS
    kLse = 0xF8,
    kCom = 0xFE,
};

[[noreturn]] void fail(ProblemKind kind, std::string detail) {
    throw Error(kind, {}, std::move(detail));
}

std::string hexadecimal(std::uint8_t value) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    return {kDigits[value >> 4], kDigits[value & 15]};
}

std::uint8_t byteAt(Bytes bytes, std::size_t at) {
    return std::to_integer<std::uint8_t>(bytes[at]);
}
int wordAt(Bytes bytes, std::size_t at) {
    return byteAt(bytes, at) << 8 | byteAt(bytes, at + 1);
}

/// Markers that may stand outside entropy-coded data and have a segment. Hierarchical (DHP, EXP) and
/// arithmetic frames are valid JPEG, but no DICOM syntax that we read holds them; T.81 reserves 02 to BF.
bool mayHaveSegment(std::uint8_t marker) {
    if (marker < kSof0 || marker == 0xC8 || marker == kDhp || marker == kExp) return false;
    return marker < kRst0 || (marker >= kSos && marker < 0xF0) || marker == kSof55 || marker == kLse ||
           marker == kCom;
}

bool isFrame(std::uint8_t marker) {
    if (marker == kSof55) return true;
    return marker >= kSof0 && marker <= kSof15 && marker != kDht && marker != 0xC8 && marker != kDac;
}

class Walk {
public:
    explicit Walk(Bytes stream) : stream_(stream) {}

    JpegStream run() {
        if (stream_.size() < 4 || byteAt(stream_, 0) != 0xFF || byteAt(stream_, 1) != kSoi)
            fail(ProblemKind::CodestreamInvalid, "a JPEG stream begins with FFD8");
        at_ = 2;
        std::uint64_t scans = 0;
        for (auto marker = nextMarker(); marker; marker = nextMarker()) {
            result_.isEnded = *marker == kEoi;
            if (result_.isEnded) break;
            if (*marker >= kRst0 && *marker <= kRst7) forbidden(*marker);
            const Bytes segment = nextSegment(*marker);
            if (isFrame(*marker)) readFrame(*marker, segment);
            if (*marker >= kApp0 && *marker <= kApp14) readApplication(*marker, segment);
            if (*marker == kLse) preset_ = readPreset(segment);
            if (*marker != kSos) continue;
            if (result_.frameMarker == 0)
                fail(ProblemKind::CodestreamInvalid, "a JPEG scan before its frame");
            if (result_.frameMarker == kSof55) checkJpegLsScan(segment);
            ++scans;
            skipEntropyData();
        }
        if (scans == 0) fail(ProblemKind::CodestreamInvalid, "a JPEG stream without a scan");
        boundWork(scans);
        return result_;
    }

private:
    [[noreturn]] void forbidden(std::uint8_t marker) const {
        fail(ProblemKind::JpegMarkerForbidden,
             "marker FF" + hexadecimal(marker) + " at byte " + std::to_string(at_ - 2));
    }

    /// Decoders fill up what a stream lacks, and pass over the whole frame for every scan.
    void boundWork(std::uint64_t scans) const {
        constexpr std::uint64_t kFreeWork = std::uint64_t{1}
                                            << 26;  // ours: samples, a few hundredths of a second
        constexpr std::uint64_t kMostExpansion = 2000;
        const auto pixels =
            static_cast<std::uint64_t>(result_.width) * static_cast<std::uint64_t>(result_.height);
        const auto components = static_cast<std::uint64_t>(result_.components);
        if (pixels * components / kMostExpansion > stream_.size())
            fail(ProblemKind::FrameTooLarge,
                 std::to_string(stream_.size()) + " bytes of JPEG for " + std::to_string(pixels) + " pixels");
        // T.81 F.1.2, H.1.2: two bits at least for a block of 64, one for a lossless sample.
        std::uint64_t fewestBits = 0;
        if (result_.frameMarker == kSof0 || result_.frameMarker == kSof1) fewestBits = pixels / 32;
        // T.81 G.1.2.1: the first scan of a progressive frame gives each block a bit at least.
        if (result_.frameMarker == kSof2) fewestBits = pixels / 64;
        if (result_.frameMarker == kSof3) fewestBits = result_.isSubsampled ? pixels : pixels * components;
        if (fewestBits / 8 > stream_.size())
            fail(ProblemKind::CodestreamInvalid,
                 std::to_string(stream_.size()) + " bytes of JPEG for " + std::to_string(pixels) + " pixels");
        // T.81 G.1.1: encoders write about ten progressive scans; of the others each component has one.
        const std::uint64_t mostScans = result_.frameMarker == kSof2 ? 100 : components;
        if (scans > mostScans)
            fail(ProblemKind::CodestreamInvalid,
                 std::to_string(scans) + " JPEG scans of " + std::to_string(components) + " components");
        const auto work = pixels * components * scans;
        if (work > kFreeWork && work / kMostExpansion > stream_.size())
            fail(ProblemKind::FrameTooLarge, std::to_string(scans) + " JPEG scans of " +
                                                 std::to_string(pixels) + " pixels in " +
                                                 std::to_string(stream_.size()) + " bytes");
    }

    /// The second byte of the next marker; none at the end of the stream.
    std::optional<std::uint8_t> nextMarker() {
        if (stream_.size() - at_ < 2) return std::nullopt;
        if (byteAt(stream_, at_) != 0xFF) {
            // Behind EOI's place only padding is left; anything else is not JPEG.
            if (std::ranges::all_of(stream_.subspan(at_), [](std::byte b) { return b == std::byte{0}; }))
                return std::nullopt;
            fail(ProblemKind::CodestreamInvalid, "no marker at byte " + std::to_string(at_));
        }
        while (at_ < stream_.size() && byteAt(stream_, at_) == 0xFF) ++at_;  // fill bytes (T.81 B.1.1.2)
        if (at_ == stream_.size()) return std::nullopt;
        return byteAt(stream_, at_++);
    }

    Bytes nextSegment(std::uint8_t marker) {
        if (!mayHaveSegment(marker)) forbidden(marker);
        const std::size_t left = stream_.size() - at_;
        const std::size_t length = left >= 2 ? static_cast<std::size_t>(wordAt(stream_, at_)) : 0;
        if (length < 2 || length > left)
            fail(ProblemKind::CodestreamInvalid, "segment of marker FF" + hexadecimal(marker) + " at byte " +
                                                     std::to_string(at_) + " does not fit");
        const Bytes segment = stream_.subspan(at_ + 2, length - 2);
        at_ += length;
        return segment;
    }

    /// Leaves `at_` on the marker that ends the scan: neither stuffing (FF00; in JPEG-LS FF00 to FF7F) nor
    /// RSTn.
    void skipEntropyData() {
        const std::uint8_t stuffedBelow = result_.frameMarker == kSof55 ? 0x80 : 0x01;
        while (at_ + 1 < stream_.size()) {
            const auto* found =
                static_cast<const std::byte*>(std::memchr(&stream_[at_], 0xFF, stream_.size() - 1 - at_));
            if (!found) break;
            at_ = static_cast<std::size_t>(found - stream_.data());
            const std::uint8_t next = byteAt(stream_, at_ + 1);
            const bool entropy = next < stuffedBelow || (next >= kRst0 && next <= kRst7);
            if (!entropy && next != 0xFF) return;
            at_ += entropy ? 2 : 1;
        }
        at_ = stream_.size();
    }

    void readFrame(std::uint8_t marker, Bytes segment) {
        if (result_.frameMarker != 0) fail(ProblemKind::CodestreamInvalid, "two frames in one JPEG stream");
        const std::size_t components = segment.size() >= 6 ? byteAt(segment, 5) : 0;
        if (components < 1 || components > 4 || segment.size() < 6 + 3 * components)
            fail(ProblemKind::CodestreamInvalid,
                 "a JPEG frame of " + std::to_string(components) + " components");
        result_.frameMarker = marker;
        result_.precision = byteAt(segment, 0);
        result_.height = wordAt(segment, 1);
        result_.width = wordAt(segment, 3);
        result_.components = static_cast<int>(components);
        for (std::size_t i = 0; i < components; ++i) {
            result_.componentIds[i] = byteAt(segment, 6 + 3 * i);
            const std::uint8_t sampling = byteAt(segment, 7 + 3 * i);
            if (sampling >> 4 == 0 || (sampling & 15) == 0 || sampling >> 4 > 4 || (sampling & 15) > 4)
                fail(ProblemKind::CodestreamInvalid, "JPEG sampling factors " + hexadecimal(sampling));
            result_.isSubsampled = result_.isSubsampled || sampling != byteAt(segment, 7);
        }
    }

    /// T.87 C.2.4.1.1: MAXVAL, T1, T2, T3, RESET; 0 stands for the default.
    static std::array<int, 5> readPreset(Bytes segment) {
        if (segment.size() < 11 || byteAt(segment, 0) != 1)
            fail(ProblemKind::CodestreamInvalid, "JPEG-LS with mapping tables or an extended size");
        std::array<int, 5> preset{};
        for (std::size_t i = 0; i < preset.size(); ++i) preset[i] = wordAt(segment, 1 + 2 * i);
        return preset;
    }

    /// The decoder makes tables by these numbers.
    void checkJpegLsScan(Bytes segment) const {
        const std::size_t components = segment.empty() ? 0 : byteAt(segment, 0);
        if (segment.size() < 4 + 2 * components)
            fail(ProblemKind::CodestreamInvalid, "a JPEG-LS scan's header");
        const int deviation = byteAt(segment, 1 + 2 * components);
        const int highest = (1 << std::min(result_.precision, 16)) - 1;
        const int most = preset_[0] == 0 ? highest : preset_[0];
        int least = deviation + 1;
        bool isValid = most <= highest && deviation <= std::min(255, most / 2);
        for (const int threshold : {preset_[1], preset_[2], preset_[3]}) {
            if (threshold == 0) continue;
            isValid = isValid && threshold >= least && threshold <= most;
            least = threshold;
        }
        isValid = isValid && (preset_[4] == 0 || (preset_[4] >= 3 && preset_[4] <= std::max(255, most)));
        if (!isValid || byteAt(segment, 2 + 2 * components) > 2)
            fail(ProblemKind::CodestreamInvalid, "JPEG-LS parameters out of their range");
    }

    void readApplication(std::uint8_t marker, Bytes segment) {
        const auto beginsWith = [&](std::string_view name) {
            return segment.size() >= name.size() &&
                   std::memcmp(segment.data(), name.data(), name.size()) == 0;
        };
        if (marker == kApp0 && beginsWith(std::string_view("JFIF\0", 5))) result_.hasJfif = true;
        if (marker == kApp1 && beginsWith(std::string_view("Exif\0\0", 6))) result_.exif = segment.subspan(6);
        if (marker == kApp14 && beginsWith("Adobe") && segment.size() >= 12)
            result_.adobeTransform = byteAt(segment, 11);
    }

    Bytes stream_;
    std::size_t at_ = 0;
    JpegStream result_;
    std::array<int, 5> preset_{};  // of JPEG-LS
};

}  // namespace

JpegStream walkJpegMarkers(std::span<const std::byte> stream) {
    return Walk(stream).run();
}

}  // namespace residua
