// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/dcmtk_codec.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "imaging/error.h"

namespace residua {

namespace {

void registerCodecs() {
    static std::once_flag once;
    std::call_once(once, [] {
        // Colour is left as it is in the stream: colour.cpp converts it, once for all syntaxes.
        DJDecoderRegistration::registerCodecs(EDC_never, EUC_never, EPC_colorByPixel);
        DJLSDecoderRegistration::registerCodecs(EJLSUC_never, EJLSPC_colorByPixel);
    });
}

E_TransferSyntax syntaxOf(const JpegStream& marked) {
    switch (marked.frameMarker) {
        case 0xC0:
            return EXS_JPEGProcess1;
        case 0xC1:
            return EXS_JPEGProcess2_4;
        case 0xC2:
            return EXS_JPEGProcess10_12;
        case 0xC3:
            return EXS_JPEGProcess14;
        case 0xF7:
            return EXS_JPEGLSLossy;  // its codec reads lossless streams as well
        default:
            throw Error(ProblemKind::CodestreamInvalid, {}, "a JPEG process that is not supported");
    }
}

void check(const OFCondition& condition) {
    if (condition.bad()) throw Error(ProblemKind::CodestreamInvalid, {}, condition.text());
}

/// The few elements by which the codecs plan their work.
void describe(DcmDataset& dataset, const JpegStream& marked, const PixelHeader& header) {
    const Uint16 allocated = marked.precision <= 8 ? 8 : 16;
    const auto put = [&](const DcmTagKey& tag, int value) {
        check(dataset.putAndInsertUint16(tag, static_cast<Uint16>(value)));
    };
    put(DCM_Rows, header.rows);
    put(DCM_Columns, header.columns);
    put(DCM_SamplesPerPixel, header.samples);
    put(DCM_BitsAllocated, allocated);
    put(DCM_BitsStored, marked.precision);
    put(DCM_HighBit, marked.precision - 1);
    put(DCM_PixelRepresentation, 0);
    if (header.samples > 1) put(DCM_PlanarConfiguration, 0);
    check(dataset.putAndInsertString(DCM_NumberOfFrames, "1"));
    check(dataset.putAndInsertString(DCM_PhotometricInterpretation,
                                     header.samples > 1 ? "RGB" : "MONOCHROME2"));
}

/// PixelData with one fragment, of even length.
DcmPixelData* encapsulate(std::span<const std::byte> stream, E_TransferSyntax syntax) {
    std::vector<Uint8> bytes(stream.size());
    std::memcpy(bytes.data(), stream.data(), stream.size());
    if (bytes.size() % 2 != 0) bytes.push_back(0);
    auto sequence = std::make_unique<DcmPixelSequence>(DCM_PixelSequenceTag);
    check(sequence->insert(new DcmPixelItem(DCM_PixelItemTag)));  // owned by the sequence
    auto item = std::make_unique<DcmPixelItem>(DCM_PixelItemTag);
    check(item->putUint8Array(bytes.data(), static_cast<unsigned long>(bytes.size())));
    check(sequence->insert(item.release()));
    auto pixelData = std::make_unique<DcmPixelData>(DCM_PixelData);
    pixelData->putOriginalRepresentation(syntax, nullptr, sequence.release());
    return pixelData.release();
}

}  // namespace

void decodeWithDcmtk(std::span<const std::byte> stream, const JpegStream& marked, const PixelHeader& header,
                     std::span<std::byte> samples) {
    // These codecs fill up what a stream lacks and say so in their log only.
    if (!marked.isEnded) throw Error(ProblemKind::CodestreamInvalid, {}, "the JPEG stream ends early");
    registerCodecs();
    DcmDataset dataset;
    describe(dataset, marked, header);
    DcmPixelData* pixelData = encapsulate(stream, syntaxOf(marked));
    check(dataset.insert(pixelData));
    // The codecs insist on a buffer of even length; only an odd frame needs one of its own.
    std::vector<std::byte> even(samples.size() % 2 != 0 ? samples.size() + 1 : 0);
    std::byte* buffer = even.empty() ? samples.data() : even.data();
    const auto size = static_cast<Uint32>(even.empty() ? samples.size() : even.size());
    Uint32 startFragment = 0;
    OFString colourModel;
    check(pixelData->getUncompressedFrame(&dataset, 0, startFragment, buffer, size, colourModel));
    if (!even.empty()) std::copy_n(even.begin(), samples.size(), samples.begin());
}

}  // namespace residua
