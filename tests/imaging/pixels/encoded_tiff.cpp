// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/imaging/pixels/encoded_tiff.h"

#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace residua::test {

namespace {

struct Memory {
    Bytes bytes;
    std::size_t offset = 0;
};

Memory& memoryOf(thandle_t handle) {
    return *static_cast<Memory*>(handle);
}
tmsize_t readBytes(thandle_t handle, void* target, tmsize_t size) {
    auto& memory = memoryOf(handle);
    const auto left = memory.bytes.size() - std::min(memory.offset, memory.bytes.size());
    const auto count = std::min(left, static_cast<std::size_t>(size));
    if (count > 0) std::memcpy(target, memory.bytes.data() + memory.offset, count);
    memory.offset += count;
    return static_cast<tmsize_t>(count);
}
tmsize_t writeBytes(thandle_t handle, void* source, tmsize_t size) {
    auto& memory = memoryOf(handle);
    const auto end = memory.offset + static_cast<std::size_t>(size);
    memory.bytes.resize(std::max(memory.bytes.size(), end));
    std::memcpy(memory.bytes.data() + memory.offset, source, static_cast<std::size_t>(size));
    memory.offset = end;
    return size;
}
toff_t seek(thandle_t handle, toff_t offset, int whence) {
    auto& memory = memoryOf(handle);
    memory.offset = offset + (whence == SEEK_CUR   ? memory.offset
                              : whence == SEEK_END ? memory.bytes.size()
                                                   : 0);
    return memory.offset;
}
int leaveOpen(thandle_t) {
    return 0;
}
toff_t sizeOf(thandle_t handle) {
    return memoryOf(handle).bytes.size();
}

std::uint32_t rowsOfStrip(const TiffShape& shape) {
    return shape.compression == COMPRESSION_JPEG ? 16 : 2;  // JPEG: whole blocks of halved colour
}

void setFields(TIFF* tiff, const TiffShape& shape) {
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, shape.width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, shape.height);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, shape.bits);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, shape.samples);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, shape.photometric);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, shape.compression);
    TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, shape.format);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, shape.isPlanar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    if (shape.orientation > 0) TIFFSetField(tiff, TIFFTAG_ORIENTATION, shape.orientation);
    if (shape.subfileType > 0) TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, shape.subfileType);
    if (shape.photometric == PHOTOMETRIC_YCBCR) TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    const std::uint16_t alpha = EXTRASAMPLE_UNASSALPHA;
    if (shape.hasAlpha) TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &alpha);
    if (shape.photometric == PHOTOMETRIC_PALETTE) {
        std::array<std::vector<std::uint16_t>, 3> palette;
        for (unsigned i = 0; i < 1U << shape.bits; ++i) {
            palette[0].push_back(static_cast<std::uint16_t>(i * 257));
            palette[1].push_back(static_cast<std::uint16_t>((255 - i) * 257));
            palette[2].push_back(7 * 257);
        }
        TIFFSetField(tiff, TIFFTAG_COLORMAP, palette[0].data(), palette[1].data(), palette[2].data());
    }
    if (shape.tile > 0) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, shape.tile);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, shape.tile);
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, rowsOfStrip(shape));
    }
}

void putTiles(TIFF* tiff, const TiffShape& shape, std::string samples) {
    const std::size_t pixelBytes = shape.bits / std::size_t{8} * shape.samples;
    for (std::uint32_t top = 0; top < shape.height; top += shape.tile)
        for (std::uint32_t left = 0; left < shape.width; left += shape.tile) {
            std::string tile(shape.tile * shape.tile * pixelBytes, '\x5A');  // beyond the edge: rubbish
            const auto columns = std::min(shape.tile, shape.width - left);
            for (std::uint32_t y = 0; y < std::min(shape.tile, shape.height - top); ++y)
                std::memcpy(&tile[y * shape.tile * pixelBytes],
                            &samples[((top + y) * shape.width + left) * pixelBytes], columns * pixelBytes);
            TIFFWriteTile(tiff, tile.data(), left, top, 0, 0);
        }
}

void putStrips(TIFF* tiff, const TiffShape& shape, std::string samples) {
    const auto rowBytes = static_cast<std::size_t>(TIFFScanlineSize(tiff));
    const std::uint16_t planes = shape.isPlanar ? shape.samples : 1;
    for (std::uint16_t plane = 0; plane < planes; ++plane)
        for (std::uint32_t y = 0; y < shape.height; y += rowsOfStrip(shape)) {
            const auto rows = std::min(rowsOfStrip(shape), shape.height - y);
            TIFFWriteEncodedStrip(tiff, TIFFComputeStrip(tiff, y, plane),
                                  &samples[(std::size_t{plane} * shape.height + y) * rowBytes],
                                  static_cast<tmsize_t>(rows * rowBytes));
        }
}

}  // namespace

Bytes tiffFile(const std::vector<TiffPageData>& pages, const char* mode) {
    Memory memory;
    TIFF* tiff = TIFFClientOpen("test", mode, &memory, readBytes, writeBytes, seek, leaveOpen, sizeOf,
                                nullptr, nullptr);
    for (const auto& page : pages) {
        setFields(tiff, page.shape);
        if (page.shape.tile > 0)
            putTiles(tiff, page.shape, page.samples);
        else
            putStrips(tiff, page.shape, page.samples);
        TIFFWriteDirectory(tiff);
    }
    TIFFClose(tiff);
    return memory.bytes;
}

std::vector<Bytes> encodedTiffs() {
    constexpr std::uint32_t kSide = 32;
    std::string ramp(std::size_t{6} * kSide * kSide, '\0');
    for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<char>(i * i / 97 & 0xFF);
    const auto file = [&](TiffShape shape, const char* mode = "wl") {
        shape.width = shape.height = kSide;
        return tiffFile({{shape, ramp}, {shape, ramp}}, mode);
    };
    std::vector<Bytes> files;
    for (const std::uint16_t compression :
         {std::uint16_t{1}, std::uint16_t{5}, std::uint16_t{8}, std::uint16_t{32773}}) {
        files.push_back(file({.bits = 8, .compression = compression}));
        files.push_back(file({.bits = 16, .compression = compression, .tile = 16}, "wb"));
        files.push_back(file({.samples = 3, .photometric = 2, .compression = compression}, "w8"));
    }
    files.push_back(file({.bits = 1, .photometric = 0, .compression = 4}));
    files.push_back(file({.photometric = 3, .compression = 5}));
    files.push_back(file({.compression = 7}));
    files.push_back(file({.samples = 3, .photometric = 6, .compression = 7}));
    files.push_back(file({.samples = 3, .photometric = 2, .compression = 8, .isPlanar = true}));
    return files;
}

}  // namespace residua::test
