// SPDX-License-Identifier: GPL-3.0-or-later
// A peer of bench_decode: DCMTK's own decoders on one thread over the same images (RESIDUA_DATA). Files are
// parsed beforehand, as there. (A program of its own: DCMTK and GDCM bring two versions of CharLS.)
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>

#include <memory>

#include "tests/benchmarks/decode_peer.h"

using namespace residua::bench;

namespace {

void benchDcmtk(const fs::path& folder) {
    std::vector<std::unique_ptr<DcmFileFormat>> files;
    for (const auto& path : filesOf(folder)) {
        auto file = std::make_unique<DcmFileFormat>();
        if (file->loadFile(path.c_str()).good()) files.push_back(std::move(file));
    }
    for (auto& file : files) file->loadAllDataIntoMemory();
    std::size_t failures = 0;
    print("dcmtk", folder, files.size(), [&] {
        for (auto& file : files) {
            auto* dataset = file->getDataset();
            DcmElement* element = nullptr;
            Uint32 size = 0, fragment = 0;
            OFString colour;
            if (dataset->findAndGetElement(DCM_PixelData, element).bad() ||
                element->getUncompressedFrameSize(dataset, size).bad())
                continue;
            std::vector<Uint8> frame(size + size % 2);
            const auto done =
                element->getUncompressedFrame(dataset, 0, fragment, frame.data(), size + size % 2, colour);
            if (done.bad()) ++failures;
        }
    });
    if (failures > 0) std::printf("      %zu of these were not decoded\n", failures / kRepeats);
}

}  // namespace

int main() {
    DcmRLEDecoderRegistration::registerCodecs();
    DJDecoderRegistration::registerCodecs(EDC_never);
    DJLSDecoderRegistration::registerCodecs();
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    return overSyntaxes({"RLE", "JPLL", "JPLY", "JLSL", "JLSN"}, benchDcmtk);
}
