// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/jpeg2000.h"

#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "imaging/error.h"

namespace residua {

namespace {

using Bytes = std::span<const std::byte>;

struct Reader {
    Bytes bytes;
    std::size_t at = 0;
};

OPJ_SIZE_T readBytes(void* buffer, OPJ_SIZE_T count, void* data) {
    auto& reader = *static_cast<Reader*>(data);
    const std::size_t taken = std::min<std::size_t>(count, reader.bytes.size() - reader.at);
    if (taken == 0) return static_cast<OPJ_SIZE_T>(-1);  // the end
    std::memcpy(buffer, &reader.bytes[reader.at], taken);
    reader.at += taken;
    return taken;
}

OPJ_OFF_T skipBytes(OPJ_OFF_T count, void* data) {
    auto& reader = *static_cast<Reader*>(data);
    const auto left = static_cast<OPJ_OFF_T>(reader.bytes.size() - reader.at);
    if (count < 0 || left == 0) return -1;
    const OPJ_OFF_T skipped = std::min(count, left);
    reader.at += static_cast<std::size_t>(skipped);
    return skipped;
}

OPJ_BOOL seekByte(OPJ_OFF_T at, void* data) {
    auto& reader = *static_cast<Reader*>(data);
    if (at < 0 || static_cast<std::size_t>(at) > reader.bytes.size()) return OPJ_FALSE;
    reader.at = static_cast<std::size_t>(at);
    return OPJ_TRUE;
}

void keepMessage(const char* text, void* message) {
    auto& first = *static_cast<std::string*>(message);
    if (first.empty()) first = text;
    while (!first.empty() && first.back() == '\n') first.pop_back();
}

void ignoreMessage(const char*, void*) {}

struct CodecDeleter {
    void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct StreamDeleter {
    void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct ImageDeleter {
    void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};

/// Whether the stream is wrapped in JP2 boxes, which DICOM forbids (PS3.5 A.4.4) but files have.
bool isBoxed(Bytes stream) {
    constexpr std::array<unsigned char, 8> kSignature{0, 0, 0, 12, 'j', 'P', ' ', ' '};
    return stream.size() > kSignature.size() &&
           std::memcmp(stream.data(), kSignature.data(), kSignature.size()) == 0;
}

[[noreturn]] void mismatch(const std::string& what, long long stream, long long header) {
    throw Error(ProblemKind::CodestreamMismatch, {},
                "JPEG 2000 " + what + " " + std::to_string(stream) + ", header " + std::to_string(header));
}

/// Before opj_decode takes memory: the stream is what the header promises.
void compare(const opj_image_t& image, const PixelHeader& header) {
    if (image.numcomps != static_cast<OPJ_UINT32>(header.samples))
        mismatch("components", image.numcomps, header.samples);
    for (OPJ_UINT32 i = 0; i < image.numcomps; ++i) {
        const auto& component = image.comps[i];
        if (component.w != static_cast<OPJ_UINT32>(header.columns))
            mismatch("width", component.w, header.columns);
        if (component.h != static_cast<OPJ_UINT32>(header.rows)) mismatch("height", component.h, header.rows);
        if (component.prec > static_cast<OPJ_UINT32>(header.bitsAllocated))
            mismatch("bits", component.prec, header.bitsAllocated);
        if (component.dx != image.comps[0].dx || component.dy != image.comps[0].dy || component.factor != 0)
            mismatch("subsampling", component.dx, 1);
        if (component.prec != image.comps[0].prec || component.sgnd != image.comps[0].sgnd)
            mismatch("bits", component.prec, image.comps[0].prec);
    }
}

/// Whether COD (ISO 15444-1 A.6.1) asks for the multiple component transform.
bool usesComponentTransform(opj_codec_t* codec) {
    opj_codestream_info_v2_t* info = opj_get_cstr_info(codec);
    if (!info) return false;
    const bool used = info->m_default_tile_info.mct == 1;
    opj_destroy_cstr_info(&info);
    return used;
}

template <typename Sample>
void copySamples(const opj_image_t& image, bool headerIsSigned, std::byte* out) {
    const std::size_t count = std::size_t{image.comps[0].w} * image.comps[0].h;
    // The two's complement of a stream that is unsigned where the header says signed (J2K_pixelrep_mismatch).
    const bool extend = headerIsSigned && image.comps[0].sgnd == 0;
    const unsigned shift = extend ? 32 - image.comps[0].prec : 0;
    for (OPJ_UINT32 c = 0; c < image.numcomps; ++c) {
        const OPJ_INT32* values = image.comps[c].data;
        auto* to = reinterpret_cast<Sample*>(out) + c;
        for (std::size_t i = 0; i < count; ++i) {
            const auto bits = static_cast<std::uint32_t>(values[i]) << shift;
            to[i * image.numcomps] = static_cast<Sample>(static_cast<std::int32_t>(bits) >> shift);
        }
    }
}

}  // namespace

Jpeg2000Samples decodeJpeg2000(std::span<const std::byte> stream, const PixelHeader& header,
                               std::span<std::byte> samples) {
    Reader reader{stream};
    std::string message;
    const std::unique_ptr<opj_stream_t, StreamDeleter> input(
        opj_stream_create(OPJ_J2K_STREAM_CHUNK_SIZE, OPJ_TRUE));
    const std::unique_ptr<opj_codec_t, CodecDeleter> codec(
        opj_create_decompress(isBoxed(stream) ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
    opj_stream_set_user_data(input.get(), &reader, nullptr);
    opj_stream_set_user_data_length(input.get(), stream.size());
    opj_stream_set_read_function(input.get(), readBytes);
    opj_stream_set_skip_function(input.get(), skipBytes);
    opj_stream_set_seek_function(input.get(), seekByte);
    opj_set_error_handler(codec.get(), keepMessage, &message);
    opj_set_warning_handler(codec.get(), ignoreMessage, nullptr);
    opj_set_info_handler(codec.get(), ignoreMessage, nullptr);
    const auto require = [&](bool done) {
        if (!done) throw Error(ProblemKind::CodestreamInvalid, {}, "JPEG 2000: " + message);
    };
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    require(opj_setup_decoder(codec.get(), &parameters) == OPJ_TRUE);
    require(opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) == OPJ_TRUE);
    opj_image_t* opened = nullptr;
    const bool isOpen = opj_read_header(input.get(), codec.get(), &opened) == OPJ_TRUE;
    const std::unique_ptr<opj_image_t, ImageDeleter> image(opened);
    require(isOpen && opened != nullptr);
    compare(*image, header);
    require(opj_decode(codec.get(), input.get(), image.get()) == OPJ_TRUE);
    for (OPJ_UINT32 i = 0; i < image->numcomps; ++i) require(image->comps[i].data != nullptr);
    compare(*image, header);
    if (header.bitsAllocated == 8)
        copySamples<std::uint8_t>(*image, header.isSigned, samples.data());
    else
        copySamples<std::uint16_t>(*image, header.isSigned, samples.data());
    return {static_cast<int>(image->comps[0].prec),
            image->numcomps == 3 && usesComponentTransform(codec.get())};
}

}  // namespace residua
