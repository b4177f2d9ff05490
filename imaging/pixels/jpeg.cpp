// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/jpeg.h"

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE
#include <string>

#include <jpeglib.h>

#include <jerror.h>

#include "imaging/error.h"

namespace residua {

namespace {

/// libjpeg reports through callbacks; an error leaves by longjmp, so nothing here may need a destructor.
struct ErrorManager {
    jpeg_error_mgr base;
    std::jmp_buf escape;
    char message[JMSG_LENGTH_MAX];
};

void leave(j_common_ptr info) {
    auto* manager = reinterpret_cast<ErrorManager*>(info->err);
    manager->base.format_message(info, manager->message);
    std::longjmp(manager->escape, 1);
}

/// Warnings (level -1) that mean lost pixels are errors; others, e.g. bytes left over, are let pass.
void judgeMessage(j_common_ptr info, int level) {
    if (level >= 0) return;
    const int code = info->err->msg_code;
    if (code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC) leave(info);
}

void keepSilent(j_common_ptr) {}

struct Decoder {
    jpeg_decompress_struct info;
    ErrorManager errors;
};

/// Fills `pixels`; false with errors.message on failure. Plain data only: see ErrorManager.
bool decodeRows(Decoder& decoder, const unsigned char* bytes, unsigned long count, J_COLOR_SPACE colour,
                unsigned char* pixels) {
    auto& info = decoder.info;
    info.err = jpeg_std_error(&decoder.errors.base);
    decoder.errors.base.error_exit = leave;
    decoder.errors.base.emit_message = judgeMessage;
    decoder.errors.base.output_message = keepSilent;
    if (setjmp(decoder.errors.escape) != 0) {
        jpeg_destroy_decompress(&info);
        return false;
    }
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes, count);
    jpeg_read_header(&info, TRUE);
    info.jpeg_color_space = colour;
    info.out_color_space = colour == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
    info.dct_method = JDCT_ISLOW;  // bit-exact with the reference library, and with DCMTK
    jpeg_start_decompress(&info);
    const std::size_t rowBytes =
        std::size_t{info.output_width} * static_cast<std::size_t>(info.output_components);
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = pixels + info.output_scanline * rowBytes;
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return true;
}

}  // namespace

JpegColour jpegColour(const JpegStream& marked, JpegColour otherwise) {
    if (marked.adobeTransform) return *marked.adobeTransform == 0 ? JpegColour::Rgb : JpegColour::Ybr;
    if (marked.hasJfif) return JpegColour::Ybr;
    const auto& ids = marked.componentIds;
    if (ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B') return JpegColour::Rgb;
    return marked.isSubsampled ? JpegColour::Ybr : otherwise;
}

std::vector<std::uint8_t> decodeJpeg8(std::span<const std::byte> stream, const JpegStream& marked,
                                      JpegColour colour) {
    if (marked.precision != 8 || (marked.components != 1 && marked.components != 3))
        throw Error(ProblemKind::CodestreamMismatch, {},
                    "JPEG of " + std::to_string(marked.components) + " components, " +
                        std::to_string(marked.precision) + " bits");
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(marked.width) *
                                     static_cast<std::size_t>(marked.height) *
                                     static_cast<std::size_t>(marked.components));
    const J_COLOR_SPACE space = marked.components == 1      ? JCS_GRAYSCALE
                                : colour == JpegColour::Rgb ? JCS_RGB
                                                            : JCS_YCbCr;
    Decoder decoder{};
    if (!decodeRows(decoder, reinterpret_cast<const unsigned char*>(stream.data()), stream.size(), space,
                    pixels.data()))
        throw Error(ProblemKind::CodestreamInvalid, {}, decoder.errors.message);
    return pixels;
}

}  // namespace residua
