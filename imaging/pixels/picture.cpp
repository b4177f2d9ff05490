// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/picture.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "imaging/error.h"
#include "imaging/pixels/jpeg.h"
#include "imaging/pixels/jpeg_markers.h"
#include "imaging/pixels/png_file.h"
#include "imaging/pixels/tiff_file.h"
#include "imaging/study/file_bytes.h"
#include "imaging/study/picture_header.h"
#include "imaging/study/tiff_pages.h"

namespace residua {

namespace {

using Bytes = std::span<const std::byte>;

bool beginsWith(Bytes bytes, std::string_view signature) {
    return bytes.size() >= signature.size() &&
           std::memcmp(bytes.data(), signature.data(), signature.size()) == 0;
}

[[noreturn]] void failFrame(std::size_t frames) {
    throw Error(ProblemKind::FrameNumberInvalid, {}, "the picture has " + std::to_string(frames));
}

/// The Orientation tag (0x0112) of a TIFF block's first directory (Exif 2.3, 4.6.4): 1 to 8; 1 where there is
/// none.
class ExifReader {
public:
    explicit ExifReader(Bytes tiff) : tiff_(tiff), isBig_(beginsWith(tiff, "MM")) {}

    int orientation() const {
        constexpr std::size_t kHeader = 8;
        constexpr std::size_t kEntry = 12;
        constexpr unsigned kOrientation = 0x0112;
        if (tiff_.size() < kHeader || (!isBig_ && !beginsWith(tiff_, "II"))) return 1;
        const std::size_t directory = number(4, 4);
        if (directory > tiff_.size() || tiff_.size() - directory < 2) return 1;
        const std::size_t entries = number(directory, 2);
        for (std::size_t i = 0; i < entries; ++i) {
            const std::size_t entry = directory + 2 + i * kEntry;
            if (entry + kEntry > tiff_.size()) return 1;
            if (number(entry, 2) != kOrientation) continue;
            const auto value = static_cast<int>(number(entry + 8, 2));
            return value >= 1 && value <= 8 ? value : 1;
        }
        return 1;
    }

private:
    std::size_t number(std::size_t at, std::size_t count) const {
        std::size_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t place = isBig_ ? at + i : at + count - 1 - i;
            value = value << 8 | std::to_integer<std::size_t>(tiff_[place]);
        }
        return value;
    }

    Bytes tiff_;
    bool isBig_;
};

/// Pixels of `channels` interleaved samples, brought upright from an EXIF orientation.
template <typename Sample>
std::vector<Sample> upright(const std::vector<Sample>& stored, int width, int height, int channels,
                            int orientation) {
    const bool turned = orientation >= 5;  // rows and columns change places
    const int newWidth = turned ? height : width;
    const int newHeight = turned ? width : height;
    const bool fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    std::vector<Sample> result(stored.size());
    auto out = result.begin();
    for (int y = 0; y < newHeight; ++y) {
        for (int x = 0; x < newWidth; ++x) {
            const int column = turned ? y : x;
            const int row = turned ? x : y;
            const auto from = (fromBottom ? height - 1 - row : row) * static_cast<std::ptrdiff_t>(width) +
                              (fromRight ? width - 1 - column : column);
            out = std::copy_n(stored.begin() + from * channels, channels, out);
        }
    }
    return result;
}

std::vector<std::uint8_t> greyOf(const std::vector<std::uint8_t>& rgb) {
    std::vector<std::uint8_t> grey(rgb.size() / 3);
    for (std::size_t i = 0; i < grey.size(); ++i) {
        if (rgb[3 * i] != rgb[3 * i + 1] || rgb[3 * i] != rgb[3 * i + 2]) return {};
        grey[i] = rgb[3 * i];
    }
    return grey;
}

Image makeImage(std::vector<std::uint8_t> samples, int width, int height, int channels, int orientation) {
    Image image;
    if (channels == 3) {
        if (auto grey = greyOf(samples); !grey.empty()) {
            samples = std::move(grey);
            channels = 1;
        }
    }
    if (orientation > 1) samples = upright(samples, width, height, channels, orientation);
    if (orientation >= 5) std::swap(width, height);
    image.width = width;
    image.height = height;
    image.photometric = channels == 3 ? Photometric::Rgb : Photometric::Monochrome2;
    if (channels == 1) image.windows.push_back({127.5, 255, WindowFunction::LinearExact, "as stored"});
    image.pixels = std::move(samples);
    return image;
}

Image decodeJpegPicture(Bytes file) {
    const JpegStream marked = walkJpegMarkers(file);
    if (marked.precision != 8 || marked.components == 4 || marked.components == 2 ||
        marked.frameMarker == 0xC3)
        throw Error(ProblemKind::PixelFormatUnsupported, {},
                    "JPEG of " + std::to_string(marked.precision) + " bits and " +
                        std::to_string(marked.components) + " components");
    constexpr std::size_t kMostExpansion = 2000;
    const std::size_t bytes = static_cast<std::size_t>(marked.width) *
                              static_cast<std::size_t>(marked.height) *
                              static_cast<std::size_t>(marked.components);
    if (bytes == 0) throw Error(ProblemKind::PictureInvalid, {}, "JPEG without width or height");
    if (bytes > std::size_t{1} << 30 || bytes / kMostExpansion > file.size())
        throw Error(ProblemKind::FrameTooLarge, {}, std::to_string(bytes) + " bytes of pixels");
    return makeImage(decodeJpeg8(file, marked, jpegColour(marked, JpegColour::Ybr)), marked.width,
                     marked.height, marked.components, ExifReader(marked.exif).orientation());
}

/// 16-bit grey in the machine's byte order; it keeps its bits and is windowed by its values.
template <typename Value>
Image wideImage(const std::vector<std::byte>& samples, int width, int height, int orientation) {
    std::vector<Value> values(samples.size() / 2);
    std::memcpy(values.data(), samples.data(), 2 * values.size());
    if (orientation > 1) values = upright(values, width, height, 1, orientation);
    Image image;
    image.width = orientation >= 5 ? height : width;
    image.height = orientation >= 5 ? width : height;
    image.bitsStored = 16;
    image.pixels = std::move(values);
    return image;
}

std::vector<std::uint8_t> bytesOf(const std::vector<std::byte>& samples) {
    std::vector<std::uint8_t> bytes(samples.size());
    std::memcpy(bytes.data(), samples.data(), samples.size());
    return bytes;
}

Image decodePngPicture(Bytes file) {
    PngImage png = decodePng(file);
    const int orientation = ExifReader(png.exif).orientation();
    if (png.bits == 16) return wideImage<std::uint16_t>(png.samples, png.width, png.height, orientation);
    return makeImage(bytesOf(png.samples), png.width, png.height, png.channels, orientation);
}

Image decodeTiffPage(Bytes file, int frame) {
    MemorySource source(file);
    const auto pages = readTiffPages(source, {});
    if (frame < 0 || static_cast<std::size_t>(frame) >= pages.size()) failFrame(pages.size());
    const TiffImage tiff = decodeTiff(file, pages[static_cast<std::size_t>(frame)].directory);
    const auto wide = tiff.isSigned ? wideImage<std::int16_t> : wideImage<std::uint16_t>;
    Image image = tiff.bits == 16 ? wide(tiff.samples, tiff.width, tiff.height, tiff.orientation)
                                  : makeImage(bytesOf(tiff.samples), tiff.width, tiff.height, tiff.channels,
                                              tiff.orientation);
    if (tiff.isWhiteZero) image.photometric = Photometric::Monochrome1;
    return image;
}

Image decodeOf(PictureFormat format, Bytes file, int frame) {
    if (format == PictureFormat::Tiff) return decodeTiffPage(file, frame);
    if (frame != 0) failFrame(1);
    return format == PictureFormat::Png ? decodePngPicture(file) : decodeJpegPicture(file);
}

}  // namespace

Image decodePicture(const std::filesystem::path& path, std::span<const std::byte> file, int frame) {
    MemorySource source(file);
    const auto format = pictureFormat(source);
    if (!format) throw Error(ProblemKind::NotAnImage, path, "no picture");
    try {
        return decodeOf(*format, file, frame);
    } catch (const Error& error) {
        Problem problem = error.problem();
        problem.path = path;
        const bool keepsItsKind = problem.kind == ProblemKind::FrameTooLarge ||
                                  problem.kind == ProblemKind::PixelFormatUnsupported ||
                                  problem.kind == ProblemKind::FrameNumberInvalid ||
                                  problem.kind == ProblemKind::OutOfMemory;
        if (!keepsItsKind) problem.kind = ProblemKind::PictureInvalid;
        throw Error(std::move(problem));
    }
}

}  // namespace residua
