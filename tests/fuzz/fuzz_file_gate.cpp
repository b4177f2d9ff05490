// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>

#include "imaging/error.h"
#include "imaging/study/dataset_start.h"
#include "imaging/study/dataset_walker.h"
#include "imaging/study/dicom_header.h"

/// The gate, as a scan and as a decoder use it, and the header reader on any bytes: a report within bounds,
/// or an Error; never another end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace residua;
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    looksLikeDicom(bytes);
    const std::filesystem::path path = "fuzz";
    HeaderReader header;
    try {
        const auto report = walkDicom(bytes, path, [&](const GateElement& element) { header.take(element); });
        if (report.pixelDataOffset + report.pixelDataLength > report.datasetEnd) std::abort();
        header.study(path, report);
    } catch (const Error&) {
    }
    try {
        MemorySource source(bytes);
        const DatasetWalker::Visit none;
        if (const auto start = findDatasetStart(source, path, none)) {
            DatasetWalker walker(source, path, WalkExtent::UpToPixelData, none);
            walker.walk(start->offset, start->encoding, start->frameFragments());
        }
    } catch (const Error&) {
    }
    return 0;
}
