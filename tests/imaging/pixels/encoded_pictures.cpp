// SPDX-License-Identifier: GPL-3.0-or-later
#include "encoded_pictures.h"

#include <cstdio>  // jpeglib.h needs FILE
#include <cstdlib>
#include <cstring>

#include <jpeglib.h>
#include <png.h>

namespace residua::test {

namespace {

void appendPng(png_structp png, png_bytep bytes, std::size_t count) {
    auto& file = *static_cast<Bytes*>(png_get_io_ptr(png));
    const auto* from = reinterpret_cast<const std::byte*>(bytes);
    file.insert(file.end(), from, from + count);
}

}  // namespace

Bytes jpegFile(unsigned width, unsigned height, int channels, const std::vector<unsigned char>& samples,
               const std::string& app1) {
    jpeg_compress_struct info;
    jpeg_error_mgr errors;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* buffer = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &buffer, &size);
    info.image_width = width;
    info.image_height = height;
    info.input_components = channels;
    info.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 100, TRUE);
    jpeg_start_compress(&info, TRUE);
    if (!app1.empty())
        jpeg_write_marker(&info, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(app1.data()),
                          static_cast<unsigned>(app1.size()));
    for (unsigned y = 0; y < height; ++y) {
        auto* row = const_cast<JSAMPROW>(&samples[std::size_t{y} * width * static_cast<unsigned>(channels)]);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    Bytes bytes(size);
    std::memcpy(bytes.data(), buffer, size);
    std::free(buffer);
    return bytes;
}

Bytes pngFile(unsigned width, unsigned height, int colourType, int bits, std::string rows) {
    Bytes file;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &file, appendPng, nullptr);
    png_set_IHDR(png, info, width, height, bits, colourType, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    const png_color palette[] = {{1, 2, 3}, {40, 50, 60}};
    if (colourType == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(png, info, palette, 2);
    png_write_info(png, info);
    const std::size_t rowBytes = rows.size() / height;
    for (unsigned y = 0; y < height; ++y)
        png_write_row(png, reinterpret_cast<png_bytep>(&rows[y * rowBytes]));
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return file;
}

std::vector<Bytes> encodedPictures() {
    constexpr unsigned kSide = 48;
    std::vector<unsigned char> ramp(3 * kSide * kSide);
    for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<unsigned char>(i * i / 97 & 0xFF);
    const auto rows = [&](std::size_t rowBytes) {
        return std::string(reinterpret_cast<const char*>(ramp.data()), rowBytes * kSide);
    };
    return {jpegFile(kSide, kSide, 1, ramp),
            jpegFile(kSide, kSide, 3, ramp),
            pngFile(kSide, kSide, PNG_COLOR_TYPE_GRAY, 8, rows(kSide)),
            pngFile(kSide, kSide, PNG_COLOR_TYPE_GRAY, 16, rows(2 * kSide)),
            pngFile(kSide, kSide, PNG_COLOR_TYPE_RGB, 8, rows(3 * kSide)),
            pngFile(kSide, kSide, PNG_COLOR_TYPE_PALETTE, 1, rows(kSide / 8))};
}

}  // namespace residua::test
