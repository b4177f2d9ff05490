// SPDX-License-Identifier: GPL-3.0-or-later
#include "encoded_dicom.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmdata/dcxfer.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>
#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace residua::test {

namespace {

void registerEncoders() {
    static const bool done = [] {
        DcmRLEEncoderRegistration::registerCodecs();
        DJEncoderRegistration::registerCodecs();
        DJLSEncoderRegistration::registerCodecs(0, 0, 0, 0, OFFalse);  // raw: the cooked way fails on RGB
        return true;
    }();
    static_cast<void>(done);
}

void require(bool condition, const char* what) {
    if (!condition) throw std::runtime_error(what);
}

void require(const OFCondition& condition) {
    require(condition.good(), condition.text());
}

void describe(DcmDataset& dataset, const KnownImage& image) {
    dataset.putAndInsertString(DCM_SOPClassUID, UID_SecondaryCaptureImageStorage);
    dataset.putAndInsertString(DCM_SOPInstanceUID, "1.2.3.4");
    dataset.putAndInsertString(DCM_PhotometricInterpretation, image.photometric.c_str());
    const auto put = [&](const DcmTagKey& tag, unsigned value) {
        dataset.putAndInsertUint16(tag, static_cast<Uint16>(value));
    };
    put(DCM_SamplesPerPixel, image.samples);
    if (image.samples > 1) put(DCM_PlanarConfiguration, 0);
    put(DCM_Rows, image.rows);
    put(DCM_Columns, image.columns);
    put(DCM_BitsAllocated, image.bitsAllocated);
    put(DCM_BitsStored, image.bitsStored);
    put(DCM_HighBit, image.bitsStored - 1);
    put(DCM_PixelRepresentation, image.isSigned ? 1 : 0);
    const auto count = static_cast<unsigned long>(image.values.size());
    if (image.bitsAllocated == 8) {
        std::vector<Uint8> bytes(image.values.begin(), image.values.end());
        dataset.putAndInsertUint8Array(DCM_PixelData, bytes.data(), count);
    } else {
        std::vector<Uint16> words(image.values);
        if (image.bitsStored < 16)
            for (auto& word : words) word = static_cast<Uint16>(word & ((1U << image.bitsStored) - 1));
        dataset.putAndInsertUint16Array(DCM_PixelData, words.data(), count);
    }
}

struct Buffer {
    std::vector<std::byte> bytes;
    std::size_t at = 0;
};

OPJ_SIZE_T writeBytes(void* from, OPJ_SIZE_T count, void* data) {
    auto& buffer = *static_cast<Buffer*>(data);
    if (buffer.bytes.size() < buffer.at + count) buffer.bytes.resize(buffer.at + count);
    std::memcpy(&buffer.bytes[buffer.at], from, count);
    buffer.at += count;
    return count;
}

OPJ_OFF_T skipBytes(OPJ_OFF_T count, void* data) {
    auto& buffer = *static_cast<Buffer*>(data);
    buffer.at += static_cast<std::size_t>(count);
    if (buffer.bytes.size() < buffer.at) buffer.bytes.resize(buffer.at);
    return count;
}

OPJ_BOOL seekByte(OPJ_OFF_T at, void* data) {
    static_cast<Buffer*>(data)->at = static_cast<std::size_t>(at);
    return OPJ_TRUE;
}

}  // namespace

KnownImage knownImage(unsigned bitsAllocated, unsigned bitsStored, bool isSigned, unsigned samples) {
    KnownImage image;
    image.rows = 20;
    image.columns = 26;
    image.samples = samples;
    image.bitsAllocated = bitsAllocated;
    image.bitsStored = bitsStored;
    image.isSigned = isSigned;
    if (samples == 3) image.photometric = "RGB";
    const double highest = static_cast<double>((1U << bitsStored) - 1);
    for (unsigned y = 0; y < image.rows; ++y) {
        for (unsigned x = 0; x < image.columns; ++x) {
            for (unsigned c = 0; c < samples; ++c) {
                const double ramp = (x + 2.0 * y + 5.0 * c) / (image.columns + 2.0 * image.rows + 10);
                const int level = static_cast<int>((x > 18 ? 1 - ramp : ramp) * highest);
                image.values.push_back(
                    static_cast<std::uint16_t>(isSigned ? level - (1 << (bitsStored - 1)) : level));
            }
        }
    }
    return image;
}

void writeWithDcmtk(const std::filesystem::path& path, std::string_view syntax, const KnownImage& image,
                    int nearLossless, int predictor) {
    registerEncoders();
    DcmFileFormat file;
    describe(*file.getDataset(), image);
    const E_TransferSyntax xfer = DcmXfer(std::string(syntax).c_str()).getXfer();
    const DJ_RPLossy lossy(100);
    const DJ_RPLossless lossless(predictor, 0);
    const DJLSRepresentationParameter jpegLs(static_cast<Uint16>(nearLossless), nearLossless == 0);
    const DcmRLERepresentationParameter rle;
    const DcmRepresentationParameter* parameter = nullptr;
    if (xfer == EXS_RLELossless) parameter = &rle;
    if (xfer == EXS_JPEGProcess1 || xfer == EXS_JPEGProcess2_4) parameter = &lossy;
    if (xfer == EXS_JPEGProcess14 || xfer == EXS_JPEGProcess14SV1) parameter = &lossless;
    if (xfer == EXS_JPEGLSLossless || xfer == EXS_JPEGLSLossy) parameter = &jpegLs;
    require(file.getDataset()->chooseRepresentation(xfer, parameter));
    require(file.saveFile(path.c_str(), xfer));
}

std::vector<std::byte> jpeg2000Codestream(const KnownImage& image, bool isSigned) {
    std::array<opj_image_cmptparm_t, 3> components{};
    for (auto& component : components) {
        component.dx = component.dy = 1;
        component.w = image.columns;
        component.h = image.rows;
        component.prec = image.bitsStored;
        component.sgnd = isSigned ? 1 : 0;
    }
    opj_image_t* picture = opj_image_create(image.samples, components.data(),
                                            image.samples == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
    picture->x1 = image.columns;
    picture->y1 = image.rows;
    const std::uint32_t mask = (1U << image.bitsStored) - 1;
    for (std::size_t i = 0; i < image.values.size(); ++i) {
        const int value =
            isSigned ? static_cast<std::int16_t>(image.values[i]) : static_cast<int>(image.values[i] & mask);
        picture->comps[i % image.samples].data[i / image.samples] = value;
    }
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    parameters.numresolution = 3;
    parameters.tcp_mct = image.samples == 3 ? 1 : 0;
    opj_codec_t* codec = opj_create_compress(OPJ_CODEC_J2K);
    Buffer buffer;
    opj_stream_t* stream = opj_stream_default_create(OPJ_FALSE);
    opj_stream_set_user_data(stream, &buffer, nullptr);
    opj_stream_set_write_function(stream, writeBytes);
    opj_stream_set_skip_function(stream, skipBytes);
    opj_stream_set_seek_function(stream, seekByte);
    const bool encoded = opj_setup_encoder(codec, &parameters, picture) &&
                         opj_start_compress(codec, picture, stream) && opj_encode(codec, stream) &&
                         opj_end_compress(codec, stream);
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(picture);
    require(encoded, "OpenJPEG did not encode the image");
    if (buffer.bytes.size() % 2 != 0) buffer.bytes.push_back(std::byte{0});
    return buffer.bytes;
}

}  // namespace residua::test
