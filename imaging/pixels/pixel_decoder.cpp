// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/pixel_decoder.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "imaging/error.h"
#include "imaging/pixels/dcmtk_codec.h"
#include "imaging/pixels/fragments.h"
#include "imaging/pixels/frame_decoder.h"
#include "imaging/pixels/jpeg.h"
#include "imaging/pixels/jpeg2000.h"
#include "imaging/pixels/jpeg2000_header.h"
#include "imaging/pixels/jpeg_lossless.h"
#include "imaging/pixels/jpeg_markers.h"
#include "imaging/pixels/rle.h"
#include "imaging/pixels/samples.h"
#include "imaging/study/file_gate.h"

namespace residua {

namespace {

using Bytes = std::span<const std::byte>;

enum class Coding { Native, NativeBigEndian, NativeFragments, Rle, Jpeg, Jpeg2000 };

/// PS3.6 A: one row a transfer syntax. JPEG-LS shares JPEG's markers.
constexpr std::array<std::pair<std::string_view, Coding>, 22> kSyntaxes{{
    {"1.2.840.10008.1.2", Coding::Native},                // implicit little endian
    {"1.2.840.10008.1.2.1", Coding::Native},              // explicit little endian
    {"1.2.840.10008.1.2.1.98", Coding::NativeFragments},  // encapsulated uncompressed
    {"1.2.840.10008.1.2.1.99", Coding::Native},           // deflated: the gate has inflated it
    {"1.2.840.10008.1.2.2", Coding::NativeBigEndian},     // explicit big endian
    {"1.2.840.10008.1.2.4.50", Coding::Jpeg},             // baseline
    {"1.2.840.10008.1.2.4.51", Coding::Jpeg},             // extended
    {"1.2.840.10008.1.2.4.53", Coding::Jpeg},             // spectral selection (retired)
    {"1.2.840.10008.1.2.4.55", Coding::Jpeg},             // full progression (retired)
    {"1.2.840.10008.1.2.4.57", Coding::Jpeg},             // lossless
    {"1.2.840.10008.1.2.4.70", Coding::Jpeg},             // lossless, first-order prediction
    {"1.2.840.10008.1.2.4.80", Coding::Jpeg},             // JPEG-LS lossless
    {"1.2.840.10008.1.2.4.81", Coding::Jpeg},             // JPEG-LS near-lossless
    {"1.2.840.10008.1.2.4.90", Coding::Jpeg2000},         // JPEG 2000 lossless
    {"1.2.840.10008.1.2.4.91", Coding::Jpeg2000},         // JPEG 2000
    {"1.2.840.10008.1.2.4.92", Coding::Jpeg2000},         // JPEG 2000 part 2 lossless
    {"1.2.840.10008.1.2.4.93", Coding::Jpeg2000},         // JPEG 2000 part 2
    {"1.2.840.10008.1.2.4.201", Coding::Jpeg2000},        // HTJ2K lossless
    {"1.2.840.10008.1.2.4.202", Coding::Jpeg2000},        // HTJ2K lossless RPCL
    {"1.2.840.10008.1.2.4.203", Coding::Jpeg2000},        // HTJ2K
    {"1.2.840.10008.1.2.4.52", Coding::Jpeg},             // extended, processes 3 and 5 (retired)
    {"1.2.840.10008.1.2.5", Coding::Rle},
}};

Coding codingOf(std::string_view transferSyntax) {
    return std::ranges::find(kSyntaxes, transferSyntax, &std::pair<std::string_view, Coding>::first)->second;
}

void requireEqual(const char* what, int stream, int header) {
    if (stream != header)
        throw Error(ProblemKind::CodestreamMismatch, {},
                    std::string("JPEG ") + what + " " + std::to_string(stream) + ", header " +
                        std::to_string(header));
}

/// Before a decoder sees it: the stream is what the header promises.
void compare(const JpegStream& marked, const PixelHeader& header) {
    requireEqual("height", marked.height, header.rows);
    requireEqual("width", marked.width, header.columns);
    requireEqual("components", marked.components, header.samples);
    if (marked.precision < 2 || marked.precision > header.bitsAllocated)
        throw Error(ProblemKind::CodestreamMismatch, {},
                    "JPEG of " + std::to_string(marked.precision) + " bits, header allocates " +
                        std::to_string(header.bitsAllocated));
}

Samples decodeJpeg(Bytes stream, const PixelHeader& header) {
    const JpegStream marked = walkJpegMarkers(stream);
    compare(marked, header);
    Samples samples = roomFor(header, marked.precision <= 8 ? 8 : 16);
    const bool isLossy = marked.frameMarker <= 0xC2;
    const JpegColour named = header.photometric == "RGB" ? JpegColour::Rgb : JpegColour::Ybr;
    if (isLossy && marked.precision == 8) {
        samples.values = decodeJpeg8(stream, marked, jpegColour(marked, named));
        samples.colour = ColourModel::Rgb;
        return samples;
    }
    const bool decoded = marked.frameMarker == 0xC3 && decodeLosslessJpeg(stream, marked, samples.bytes());
    if (!decoded) decodeWithDcmtk(stream, marked, header, samples.bytes());
    if (header.samples == 3) {
        const bool isRgb = (isLossy ? jpegColour(marked, named) : named) == JpegColour::Rgb;
        samples.colour = isRgb || marked.adobeTransform == 0 ? ColourModel::Rgb : ColourModel::YbrFull;
        samples.highBit = marked.precision - 1;
    }
    return samples;
}

Samples decodeJpeg2000Samples(Bytes stream, const PixelHeader& header) {
    checkJpeg2000Header(stream, header);
    Samples samples = roomFor(header, header.bitsAllocated);
    const auto decoded = decodeJpeg2000(stream, header, samples.bytes());
    // Irreversible streams may leave BitsStored by a little: their own depth counts.
    samples.bitsStored = std::max(header.bitsStored, decoded.precision);
    samples.highBit = samples.bitsStored - 1;
    if (header.samples == 3) samples.highBit = decoded.precision - 1;
    if (decoded.isRgb) samples.colour = ColourModel::Rgb;
    return samples;
}

Samples decodeStream(Bytes stream, const PixelHeader& header, Coding coding) {
    if (coding == Coding::Jpeg) return decodeJpeg(stream, header);
    if (coding == Coding::Jpeg2000) return decodeJpeg2000Samples(stream, header);
    if (coding == Coding::NativeFragments) return nativeSamples({.bytes = stream}, header, 0);
    requireRleLength(stream, header);
    Samples samples = roomFor(header, header.bitsAllocated);
    decodeRle(stream, header, samples.bytes());
    return samples;
}

Image decodeNative(const GatedFile& file, Bytes pixelData, ImageHeader imageHeader, int frame) {
    const auto& header = imageHeader.pixels;
    NativeData data{.bytes = pixelData};
    data.isBigEndian = codingOf(header.transferSyntax) == Coding::NativeBigEndian;
    if (header.isFloat) return nativeFloats(data, std::move(imageHeader), frame);
    // PS3.5 A.3: in big endian, 8-bit samples in OW are swapped pairwise; in OB they are not.
    const std::size_t vr = file.report.pixelDataOffset - 8;
    data.wordsSwapped = data.isBigEndian && header.bitsAllocated <= 8 && file.bytes[vr] == std::byte{'O'} &&
                        file.bytes[vr + 1] == std::byte{'W'};
    Samples samples = nativeSamples(data, header, frame);
    return finishImage(std::move(samples), std::move(imageHeader));
}

enum class Palette { Applied, LeftAside };

Image decode(const GatedFile& file, int frame, Palette palette) {
    ImageHeader header = readImageHeader(file, frame);
    if (palette == Palette::LeftAside && header.pixels.photometric == "PALETTE COLOR") {
        header.pixels.photometric = "MONOCHROME2";
        header.image.photometric = Photometric::Monochrome2;
        header.image.bitsStored = header.pixels.bitsStored;
    }
    const Coding coding = codingOf(file.report.transferSyntaxUid);
    const auto pixelData =
        Bytes(file.bytes).subspan(file.report.pixelDataOffset, file.report.pixelDataLength);
    const bool isNative = coding == Coding::Native || coding == Coding::NativeBigEndian;
    if (isNative == file.report.encapsulated)
        throw Error(ProblemKind::FragmentInvalid, {},
                    isNative ? "fragments in an uncompressed transfer syntax"
                             : "no fragments in a compressed transfer syntax");
    if (isNative) return decodeNative(file, pixelData, std::move(header), frame);
    if (header.pixels.bitsAllocated == 1 && coding != Coding::NativeFragments)
        throw Error(ProblemKind::PixelFormatUnsupported, {}, "compressed 1-bit pixels");
    if (header.pixels.bitsAllocated > 16 && (coding == Coding::Jpeg || coding == Coding::Jpeg2000))
        throw Error(ProblemKind::PixelFormatUnsupported, {}, "JPEG of 32-bit pixels");
    const FrameStream stream = frameStream(pixelData, header.pixels, frame);
    Samples samples = decodeStream(stream.bytes, header.pixels, coding);
    return finishImage(std::move(samples), std::move(header));
}

/// A slice of a mosaic: the file's one frame is decoded and cut.
Image decodeTile(const GatedFile& file, int tile, Palette palette) {
    const auto& mosaic = *file.mosaic;
    if (tile < 0 || tile >= mosaic.tiles)
        throw Error(ProblemKind::FrameNumberInvalid, {},
                    "tile " + std::to_string(tile + 1) + " of " + std::to_string(mosaic.tiles));
    return croppedTo(decode(file, 0, palette), mosaic.left(tile), mosaic.top(tile), mosaic.tileColumns,
                     mosaic.tileRows);
}

std::shared_ptr<const Image> decodeNamed(const GatedFile& file, int frame, Palette palette) {
    try {
        return std::make_shared<const Image>(file.mosaic ? decodeTile(file, frame, palette)
                                                         : decode(file, frame, palette));
    } catch (const Error& error) {
        Problem problem = error.problem();
        if (problem.path.empty()) problem.path = file.path;
        throw Error(std::move(problem));
    }
}

}  // namespace

std::shared_ptr<const Image> decodeFrame(const GatedFile& file, int frame) {
    return decodeNamed(file, frame, Palette::Applied);
}

std::shared_ptr<const Image> decodeIndices(const GatedFile& file, int frame) {
    return decodeNamed(file, frame, Palette::LeftAside);
}

std::shared_ptr<const Image> decodeFrame(const std::filesystem::path& path, int frame,
                                         const ArchivePasswords& passwords) {
    return FrameDecoder().decode(path, frame, passwords);
}

bool canDecode(std::string_view transferSyntaxUid) {
    return std::ranges::find(kSyntaxes, transferSyntaxUid, &std::pair<std::string_view, Coding>::first) !=
           kSyntaxes.end();
}

}  // namespace residua
