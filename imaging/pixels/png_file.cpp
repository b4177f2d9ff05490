// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/png_file.h"

#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstring>

#include "imaging/error.h"

namespace residua {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;
// Ours, as for deflated datasets: deflate reaches 1,032:1, pictures of any content stay far below. Small ones
// may do as they like.
constexpr std::size_t kMostExpansion = 200;
constexpr std::size_t kFreeBytes = std::size_t{16} << 20;

// Names of 4 characters and NUL, as libpng wants them.
constexpr png_byte kUnusedChunks[] = "iCCP\0iTXt\0sPLT\0tEXt\0zTXt";
constexpr int kUnusedChunkCount = sizeof(kUnusedChunks) / 5;

/// What the callbacks need; libpng leaves by longjmp, so nothing in its frames may need a destructor.
struct Reading {
    const std::byte* bytes = nullptr;
    std::size_t left = 0;
    char message[128] = {};
    png_structp png = nullptr;
    png_infop info = nullptr;
};

void readBytes(png_structp png, png_bytep out, std::size_t count) {
    auto& reading = *static_cast<Reading*>(png_get_io_ptr(png));
    if (count > reading.left) png_error(png, "the file ends early");
    std::memcpy(out, reading.bytes, count);
    reading.bytes += count;
    reading.left -= count;
}

void keepError(png_structp png, png_const_charp message) {
    auto& reading = *static_cast<Reading*>(png_get_error_ptr(png));
    std::strncpy(reading.message, message, sizeof(reading.message) - 1);
    png_longjmp(png, 1);
}

void ignoreWarning(png_structp, png_const_charp) {}

/// Grey or RGB without alpha (on black); 16 bits only for grey.
void askForPlainSamples(png_structp png, png_infop info) {
    const auto type = png_get_color_type(png, info);
    const bool hasColour = (type & PNG_COLOR_MASK_COLOR) != 0;
    if (png_get_bit_depth(png, info) == 16) {
        if (hasColour) png_set_scale_16(png);
        if (!hasColour && std::endian::native == std::endian::little) png_set_swap(png);
    }
    png_set_expand(png);  // palettes to RGB, 1 to 4 bits to 8, tRNS to alpha
    if ((type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png, info, PNG_INFO_tRNS) != 0) {
        png_color_16 black{};
        png_set_background(png, &black, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

/// Reads up to the pixels and describes them in `image`; false with reading.message on failure.
bool readInfo(Reading& reading, PngImage& image) {
    if (setjmp(png_jmpbuf(reading.png)) != 0) return false;
    png_set_read_fn(reading.png, &reading, readBytes);
    // Texts and profiles are not used; a hundred small ones can inflate to gigabytes.
    png_set_keep_unknown_chunks(reading.png, PNG_HANDLE_CHUNK_NEVER, kUnusedChunks, kUnusedChunkCount);
    png_read_info(reading.png, reading.info);
    askForPlainSamples(reading.png, reading.info);
    image.width = static_cast<int>(png_get_image_width(reading.png, reading.info));
    image.height = static_cast<int>(png_get_image_height(reading.png, reading.info));
    image.channels = png_get_channels(reading.png, reading.info);
    image.bits = png_get_bit_depth(reading.png, reading.info);
    return true;
}

bool readRows(Reading& reading, png_bytepp rows) {
    if (setjmp(png_jmpbuf(reading.png)) != 0) return false;
    png_read_image(reading.png, rows);
    png_read_end(reading.png, reading.info);
    return true;
}

struct Closer {
    Reading& reading;
    ~Closer() { png_destroy_read_struct(&reading.png, &reading.info, nullptr); }
};

[[noreturn]] void fail(const Reading& reading) {
    throw Error(ProblemKind::PictureInvalid, {}, reading.message);
}

}  // namespace

PngImage decodePng(std::span<const std::byte> file) {
    Reading reading{.bytes = file.data(), .left = file.size()};
    reading.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading, keepError, ignoreWarning);
    const Closer closer{reading};
    if (reading.png) reading.info = png_create_info_struct(reading.png);
    if (!reading.info) throw Error(ProblemKind::OutOfMemory, {});
    PngImage image;
    if (!readInfo(reading, image)) fail(reading);
    const std::size_t rowBytes = png_get_rowbytes(reading.png, reading.info);
    const auto height = static_cast<std::size_t>(image.height);
    const bool isTooLarge = rowBytes > kMostBytes / height;
    if (isTooLarge || (rowBytes * height > kFreeBytes && rowBytes * height / kMostExpansion > file.size()))
        throw Error(ProblemKind::FrameTooLarge, {},
                    std::to_string(image.width) + " × " + std::to_string(image.height) + " pixels");
    image.samples.resize(rowBytes * height);
    std::vector<png_bytep> rows(height);
    for (std::size_t y = 0; y < height; ++y)
        rows[y] = reinterpret_cast<png_bytep>(&image.samples[y * rowBytes]);
    if (!readRows(reading, rows.data())) fail(reading);
    png_bytep exif = nullptr;
    png_uint_32 exifBytes = 0;
    if (png_get_eXIf_1(reading.png, reading.info, &exifBytes, &exif) != 0 && exif) {
        image.exif.resize(exifBytes);
        std::memcpy(image.exif.data(), exif, exifBytes);
    }
    return image;
}

}  // namespace residua
