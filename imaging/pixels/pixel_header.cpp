// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/pixel_header.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcxfer.h>

#include <algorithm>
#include <span>

#include "imaging/dicom_log.h"
#include "imaging/error.h"
#include "imaging/pixels/dicom_values.h"
#include "imaging/pixels/overlays.h"
#include "imaging/pixels/palette.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/pixels/shutter.h"
#include "imaging/study/file_gate.h"
#include "imaging/study/image_elements.h"

namespace residua {

namespace {

[[noreturn]] void invalid(const std::string& detail) {
    throw Error(ProblemKind::PixelHeaderInvalid, {}, detail);
}

/// The encoding of a dataset's elements: that of encapsulated syntaxes, also of those that DCMTK does not
/// know (HTJ2K), is explicit little endian (PS3.5 A.4).
E_TransferSyntax encodingOf(const std::string& transferSyntax) {
    const E_TransferSyntax syntax = DcmXfer(transferSyntax.c_str()).getXfer();
    if (syntax == EXS_LittleEndianImplicit || syntax == EXS_BigEndianExplicit) return syntax;
    return EXS_LittleEndianExplicit;
}

/// Parses what describes the frame; the bytes have passed the gate.
void parse(const GatedFile& file, int frame, DcmDataset& dataset) {
    const auto bytes = imageDataset(file, frame);
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    stream.setEos();
    dataset.transferInit();
    const auto condition = dataset.read(stream, encodingOf(file.report.transferSyntaxUid), EGL_noChange);
    dataset.transferEnd();
    if (condition.bad() && condition != EC_EndOfStream)
        throw Error(ProblemKind::DicomMalformed, {}, condition.text());
}

int required(DcmItem& dataset, const DcmTagKey& tag, const char* name) {
    const auto value = unsignedValue(dataset, tag);
    if (!value) invalid(std::string(name) + " is missing");
    return *value;
}

/// Floating-point numbers have neither BitsStored nor HighBit nor a sign to be told.
void readFloatBits(DcmItem& dataset, PixelElement element, PixelHeader& header) {
    const bool isDouble = element == PixelElement::Doubles;
    header.isFloat = true;
    if (header.bitsAllocated != (isDouble ? 64 : 32))
        invalid(std::to_string(header.bitsAllocated) + " bits allocated for floating-point numbers");
    header.bitsStored = header.bitsAllocated;
    header.highBit = header.bitsStored - 1;
    Float32 single = 0;
    Float64 number = 0;
    if (!isDouble && dataset.findAndGetFloat32(DCM_FloatPixelPaddingValue, single).good())
        header.floatPadding = single;
    if (isDouble && dataset.findAndGetFloat64(DCM_DoubleFloatPixelPaddingValue, number).good())
        header.floatPadding = number;
}

void readBits(DcmItem& dataset, PixelElement element, PixelHeader& header) {
    header.bitsAllocated = required(dataset, DCM_BitsAllocated, "BitsAllocated");
    if (element != PixelElement::Integers) return readFloatBits(dataset, element, header);
    header.bitsStored = required(dataset, DCM_BitsStored, "BitsStored");
    header.highBit = unsignedValue(dataset, DCM_HighBit).value_or(header.bitsStored - 1);
    header.isSigned = unsignedValue(dataset, DCM_PixelRepresentation).value_or(0) == 1;
    if (header.bitsAllocated != 1 && header.bitsAllocated != 8 && header.bitsAllocated != 16 &&
        header.bitsAllocated != 32)
        throw Error(ProblemKind::PixelFormatUnsupported, {},
                    std::to_string(header.bitsAllocated) + " bits allocated");
    if (header.bitsStored < 1 || header.bitsStored > header.bitsAllocated)
        invalid(std::to_string(header.bitsStored) + " bits stored of " +
                std::to_string(header.bitsAllocated));
    if (header.highBit < header.bitsStored - 1 || header.highBit >= header.bitsAllocated)
        invalid("HighBit " + std::to_string(header.highBit) + " with " + std::to_string(header.bitsStored) +
                " bits stored of " + std::to_string(header.bitsAllocated));
}

/// PS3.3 C.7.6.3.1.2: the photometric interpretations of images, by samples a pixel.
void checkPhotometric(const PixelHeader& header) {
    const auto among = [&](std::initializer_list<std::string_view> names) {
        return std::ranges::find(names, header.photometric) != names.end();
    };
    if (header.photometric.empty()) invalid("PhotometricInterpretation is missing");
    const bool isGrey = among({"MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"});
    const bool isColour = among(
        {"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420", "YBR_RCT", "YBR_ICT"});
    if (!isGrey && !isColour)
        throw Error(ProblemKind::PixelFormatUnsupported, {},
                    "photometric interpretation " + header.photometric);
    if (header.samples != (isColour ? 3 : 1))
        invalid(std::to_string(header.samples) + " samples per pixel of " + header.photometric);
    if (header.bitsAllocated == 1 && header.photometric != "MONOCHROME1" &&
        header.photometric != "MONOCHROME2")
        throw Error(ProblemKind::PixelFormatUnsupported, {}, "1-bit " + header.photometric);
    if (header.bitsAllocated > 16 && header.photometric == "PALETTE COLOR")
        throw Error(ProblemKind::PixelFormatUnsupported, {}, "a palette of 32-bit indices");
    if (header.isFloat && isColour)
        throw Error(ProblemKind::PixelFormatUnsupported, {}, "colours of floating-point numbers");
}

PixelHeader readPixelHeader(DcmItem& dataset, const GateReport& report) {
    PixelHeader header;
    header.transferSyntax = report.transferSyntaxUid;
    header.frames = report.frames;
    header.rows = required(dataset, DCM_Rows, "Rows");
    header.columns = required(dataset, DCM_Columns, "Columns");
    if (header.rows == 0 || header.columns == 0) invalid("Rows or Columns is 0");
    header.photometric = textValue(dataset, DCM_PhotometricInterpretation);
    header.samples = unsignedValue(dataset, DCM_SamplesPerPixel).value_or(1);
    header.isPlanar = header.samples > 1 && unsignedValue(dataset, DCM_PlanarConfiguration).value_or(0) == 1;
    readBits(dataset, report.pixelElement, header);
    checkPhotometric(header);
    const Uint64* offsets = nullptr;
    unsigned long count = 0;
    if (dataset.findAndGetUint64Array(DCM_ExtendedOffsetTable, offsets, &count).good() && offsets)
        header.extendedOffsets.assign(offsets, offsets + count);
    return header;
}

Photometric photometricOf(const PixelHeader& header) {
    if (header.photometric == "MONOCHROME1") return Photometric::Monochrome1;
    return header.photometric == "MONOCHROME2" ? Photometric::Monochrome2 : Photometric::Rgb;
}

}  // namespace

ImageHeader readImageHeader(const GatedFile& file, int frame) {
    if (!file.report.hasPixelData) throw Error(ProblemKind::PixelDataMissing, {});
    if (!canDecode(file.report.transferSyntaxUid))
        throw Error(ProblemKind::TransferSyntaxUnsupported, {}, file.report.transferSyntaxUid);
    silenceDicomLog();
    if (frame < 0 || frame >= file.report.frames)
        throw Error(ProblemKind::FrameNumberInvalid, {},
                    "frame " + std::to_string(frame + 1) + " of " + std::to_string(file.report.frames));
    DcmDataset dataset;
    parse(file, frame, dataset);
    ImageHeader header;
    header.pixels = readPixelHeader(dataset, file.report);
    auto& image = header.image;
    image.width = header.pixels.columns;
    image.height = header.pixels.rows;
    image.photometric = photometricOf(header.pixels);
    image.bitsStored = image.isColour() ? 8 : header.pixels.bitsStored;
    readDisplayValues(dataset, header.pixels.isSigned ? Sign::Signed : Sign::Unsigned, image);
    readShutter(dataset, image);
    header.embedded = readOverlays(dataset, header.pixels, frame, image);
    if (header.pixels.photometric == "PALETTE COLOR")
        header.palette = readPalette(dataset, header.pixels.isSigned ? Sign::Signed : Sign::Unsigned);
    return header;
}

}  // namespace residua
