// SPDX-License-Identifier: GPL-3.0-or-later
// A peer of bench_decode: GDCM's own decoders on one thread over the same images (RESIDUA_DATA). Files are
// parsed beforehand, as there. (A program of its own: DCMTK and GDCM bring two versions of CharLS.)
#include <gdcmImageReader.h>
#include <gdcmTrace.h>

#include <memory>

#include "tests/benchmarks/decode_peer.h"

using namespace residua::bench;

namespace {

void benchGdcm(const fs::path& folder) {
    std::vector<std::unique_ptr<gdcm::ImageReader>> files;
    for (const auto& path : filesOf(folder)) {
        auto reader = std::make_unique<gdcm::ImageReader>();
        reader->SetFileName(path.c_str());
        if (reader->Read()) files.push_back(std::move(reader));
    }
    std::size_t failures = 0;
    print("gdcm", folder, files.size(), [&] {
        for (auto& file : files) {
            const auto& image = file->GetImage();
            std::vector<char> frame(image.GetBufferLength());
            if (!image.GetBuffer(frame.data())) ++failures;
        }
    });
    if (failures > 0) std::printf("      %zu of these were not decoded\n", failures / kRepeats);
}

}  // namespace

int main() {
    gdcm::Trace::WarningOff();
    gdcm::Trace::ErrorOff();
    return overSyntaxes({"RLE", "JPLL", "JPLY", "JLSL", "JLSN", "J2KR", "J2KI"}, benchGdcm);
}
