// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/tiff_file.h"

#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "imaging/error.h"

namespace residua {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;
// Ours, as for PNG.
constexpr std::size_t kMostExpansion = 200;
constexpr std::size_t kFreeBytes = std::size_t{16} << 20;

/// The file in memory, with libtiff's first complaint about it.
struct Reading {
    std::span<const std::byte> file;
    std::uint64_t offset = 0;
    std::array<char, 200> message{};
};

Reading& readingOf(thandle_t handle) {
    return *static_cast<Reading*>(handle);
}

tmsize_t readBytes(thandle_t handle, void* target, tmsize_t size) {
    auto& reading = readingOf(handle);
    const std::uint64_t left =
        reading.file.size() - std::min<std::uint64_t>(reading.offset, reading.file.size());
    const auto count = std::min(left, static_cast<std::uint64_t>(std::max<tmsize_t>(size, 0)));
    if (count > 0) std::memcpy(target, reading.file.data() + reading.offset, count);
    reading.offset += count;
    return static_cast<tmsize_t>(count);
}

tmsize_t refuseToWrite(thandle_t, void*, tmsize_t) {
    return 0;
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
    auto& reading = readingOf(handle);
    const std::uint64_t base = whence == SEEK_CUR   ? reading.offset
                               : whence == SEEK_END ? reading.file.size()
                                                    : 0;
    return reading.offset = base + offset;
}

int leaveOpen(thandle_t) {
    return 0;
}

toff_t sizeOf(thandle_t handle) {
    return readingOf(handle).file.size();
}

/// libtiff reads what is mapped, never writes to it; uncompressed tiles that it reads itself it refuses (4.5:
/// "Invalid tile byte count").
int map(thandle_t handle, void** base, toff_t* size) {
    const auto file = readingOf(handle).file;
    *base = const_cast<std::byte*>(file.data());
    *size = file.size();
    return 1;
}

void leaveMapped(thandle_t, void*, toff_t) {}

int keepMessage(TIFF*, void* reading, const char*, const char* format, std::va_list values) {
    auto& message = static_cast<Reading*>(reading)->message;
    if (message[0] == '\0') std::vsnprintf(message.data(), message.size(), format, values);
    return 1;  // told: not to be printed
}

int ignoreMessage(TIFF*, void*, const char*, const char*, std::va_list) {
    return 1;
}

struct Closer {
    void operator()(TIFF* tiff) const { TIFFClose(tiff); }
    void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};
using Handle = std::unique_ptr<TIFF, Closer>;

[[noreturn]] void fail(const Reading& reading) {
    throw Error(ProblemKind::PictureInvalid, {}, reading.message.data());
}

Handle openAt(Reading& reading, std::uint64_t directory) {
    const std::unique_ptr<TIFFOpenOptions, Closer> options(TIFFOpenOptionsAlloc());
    if (!options) throw Error(ProblemKind::OutOfMemory, {});
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keepMessage, &reading);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignoreMessage, nullptr);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(kMostBytes));
    // h: no directory yet.
    Handle tiff(TIFFClientOpenExt("picture", "rh", &reading, readBytes, refuseToWrite, seek, leaveOpen,
                                  sizeOf, map, leaveMapped, options.get()));
    if (!tiff || TIFFSetSubDirectory(tiff.get(), directory) != 1) fail(reading);
    return tiff;
}

template <typename Value>
Value field(TIFF* tiff, ttag_t tag, Value otherwise) {
    Value value = otherwise;
    return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

/// How the samples lie in the file.
struct Layout {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint16_t bits = 1;
    std::uint16_t samples = 1;
    std::uint16_t format = SAMPLEFORMAT_UINT;
    std::uint16_t photometric = PHOTOMETRIC_MINISBLACK;
    bool isPlanar = false;

    bool isGrey() const { return photometric <= PHOTOMETRIC_MINISBLACK; }
    /// Grey that keeps its values; the rest goes through libtiff's own conversion to 8-bit RGB.
    bool keepsValues() const { return isGrey() && ((bits == 8 && samples == 1) || bits == 16); }
    std::size_t sampleBytes() const { return bits / std::size_t{8}; }
    /// From one pixel to the next in a strip or tile.
    std::size_t pixelBytes() const { return isPlanar ? sampleBytes() : sampleBytes() * samples; }
    std::size_t pixels() const { return std::size_t{width} * height; }
};

Layout layoutOf(TIFF* tiff) {
    Layout layout;
    layout.width = field(tiff, TIFFTAG_IMAGEWIDTH, std::uint32_t{0});
    layout.height = field(tiff, TIFFTAG_IMAGELENGTH, std::uint32_t{0});
    layout.bits = field(tiff, TIFFTAG_BITSPERSAMPLE, layout.bits);
    layout.samples = field(tiff, TIFFTAG_SAMPLESPERPIXEL, layout.samples);
    layout.format = field(tiff, TIFFTAG_SAMPLEFORMAT, layout.format);
    layout.photometric = field(tiff, TIFFTAG_PHOTOMETRIC, layout.photometric);
    layout.isPlanar =
        field(tiff, TIFFTAG_PLANARCONFIG, std::uint16_t{PLANARCONFIG_CONTIG}) == PLANARCONFIG_SEPARATE;
    return layout;
}

void requireFormat(const Layout& layout) {
    const bool isNumber = layout.format == SAMPLEFORMAT_UINT || layout.format == SAMPLEFORMAT_VOID ||
                          (layout.format == SAMPLEFORMAT_INT && layout.isGrey() && layout.bits == 16);
    if (!isNumber || layout.bits > 16 || layout.samples < 1)
        throw Error(ProblemKind::PixelFormatUnsupported, {},
                    "TIFF of " + std::to_string(layout.bits) + " bits, sample format " +
                        std::to_string(layout.format));
}

/// Before memory is taken, also for a strip or tile far larger than the picture.
void requireRoom(TIFF* tiff, const Layout& layout, std::size_t fileSize) {
    const std::uint64_t part = TIFFIsTiled(tiff) ? TIFFTileSize64(tiff) : TIFFStripSize64(tiff);
    const std::uint64_t pixelBytes = layout.keepsValues() ? layout.sampleBytes() : 4;
    const std::uint64_t bytes = std::max(part, pixelBytes * layout.pixels());
    if (layout.pixels() == 0) throw Error(ProblemKind::PictureInvalid, {}, "width or height is 0");
    if (bytes > kMostBytes || (bytes > kFreeBytes && bytes / kMostExpansion > fileSize))
        throw Error(ProblemKind::FrameTooLarge, {},
                    std::to_string(layout.width) + " × " + std::to_string(layout.height) + " pixels");
}

/// A strip or tile as it lies in the picture.
struct Part {
    std::uint32_t x = 0, y = 0, width = 0, height = 0;
};

/// The first sample of each pixel of a part that lies inside the picture.
void copyPart(const std::vector<std::byte>& from, const Part& part, const Layout& layout, TiffImage& image) {
    const std::size_t size = layout.sampleBytes(), step = layout.pixelBytes();
    const std::uint32_t columns = std::min(part.width, layout.width - part.x);
    const std::uint32_t rows = std::min(part.height, layout.height - part.y);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::byte* source = from.data() + row * part.width * step;
        std::byte* target = image.samples.data() + ((part.y + row) * layout.width + part.x) * size;
        for (std::size_t column = 0; column < columns; ++column, source += step, target += size)
            std::memcpy(target, source, size);
    }
}

void readTiles(TIFF* tiff, const Layout& layout, Reading& reading, TiffImage& image) {
    const auto width = field(tiff, TIFFTAG_TILEWIDTH, std::uint32_t{0});
    const auto height = field(tiff, TIFFTAG_TILELENGTH, std::uint32_t{0});
    std::vector<std::byte> tile(static_cast<std::size_t>(TIFFTileSize64(tiff)));
    if (width == 0 || height == 0 || tile.size() < std::size_t{width} * height * layout.pixelBytes())
        fail(reading);
    for (std::uint64_t y = 0; y < layout.height; y += height)
        for (std::uint64_t x = 0; x < layout.width; x += width) {
            const Part part{static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), width, height};
            const auto size = static_cast<tmsize_t>(tile.size());
            const auto number = TIFFComputeTile(tiff, part.x, part.y, 0, 0);
            if (TIFFReadEncodedTile(tiff, number, tile.data(), size) != size) fail(reading);
            copyPart(tile, part, layout, image);
        }
}

void readStrips(TIFF* tiff, const Layout& layout, Reading& reading, TiffImage& image) {
    const auto height = std::min(field(tiff, TIFFTAG_ROWSPERSTRIP, layout.height), layout.height);
    const std::size_t rowBytes = layout.width * layout.pixelBytes();
    if (height == 0 || TIFFScanlineSize64(tiff) != rowBytes) fail(reading);
    std::vector<std::byte> strip(height * rowBytes);
    for (std::uint64_t y = 0; y < layout.height; y += height) {
        const Part part{0, static_cast<std::uint32_t>(y), layout.width,
                        std::min(height, layout.height - static_cast<std::uint32_t>(y))};
        const auto size = static_cast<tmsize_t>(part.height * rowBytes);
        const auto number = TIFFComputeStrip(tiff, part.y, 0);
        if (TIFFReadEncodedStrip(tiff, number, strip.data(), size) != size) fail(reading);
        copyPart(strip, part, layout, image);
    }
}

struct RgbaImage {
    TIFFRGBAImage image{};
    bool isBegun = false;
    ~RgbaImage() {
        if (isBegun) TIFFRGBAImageEnd(&image);
    }
};

/// libtiff's conversion: palettes, YCbCr, CMYK and few bits; colours are multiplied by their opacity.
void readConverted(TIFF* tiff, const Layout& layout, Reading& reading, TiffImage& image) {
    std::array<char, 1024> reason{};  // libtiff's size
    RgbaImage rgba;
    // 1: a part that cannot be read is an error, not a black area.
    rgba.isBegun = TIFFRGBAImageOK(tiff, reason.data()) == 1 &&
                   TIFFRGBAImageBegin(&rgba.image, tiff, 1, reason.data()) == 1;
    if (!rgba.isBegun) throw Error(ProblemKind::PixelFormatUnsupported, {}, reason.data());
    rgba.image.req_orientation = rgba.image.orientation;  // as stored
    std::vector<std::uint32_t> raster(layout.pixels());
    if (TIFFRGBAImageGet(&rgba.image, raster.data(), layout.width, layout.height) != 1) fail(reading);
    image.channels = 3;
    image.samples.resize(3 * raster.size());
    auto* target = image.samples.data();
    for (const std::uint32_t pixel : raster) {
        *target++ = static_cast<std::byte>(TIFFGetR(pixel));
        *target++ = static_cast<std::byte>(TIFFGetG(pixel));
        *target++ = static_cast<std::byte>(TIFFGetB(pixel));
    }
}

}  // namespace

TiffImage decodeTiff(std::span<const std::byte> file, std::uint64_t directory) {
    Reading reading{.file = file};
    const Handle tiff = openAt(reading, directory);
    const Layout layout = layoutOf(tiff.get());
    requireFormat(layout);
    requireRoom(tiff.get(), layout, file.size());
    TiffImage image;
    image.width = static_cast<int>(layout.width);
    image.height = static_cast<int>(layout.height);
    image.orientation = field(tiff.get(), TIFFTAG_ORIENTATION, std::uint16_t{1});
    if (image.orientation > 8) image.orientation = 1;
    if (!layout.keepsValues()) {
        readConverted(tiff.get(), layout, reading, image);
        return image;
    }
    image.bits = layout.bits;
    image.isSigned = layout.format == SAMPLEFORMAT_INT;
    image.isWhiteZero = layout.photometric == PHOTOMETRIC_MINISWHITE;
    image.samples.resize(layout.pixels() * layout.sampleBytes());
    if (TIFFIsTiled(tiff.get()))
        readTiles(tiff.get(), layout, reading, image);
    else
        readStrips(tiff.get(), layout, reading, image);
    return image;
}

}  // namespace residua
