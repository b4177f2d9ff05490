// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "imaging/study/stack.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/dicom_bytes.h"

/// Times scans of folders: bench_scan [FOLDER...]. Without arguments, 10,000 instances of 64 × 64 pixels with
/// 150 header elements, made in a temporary folder; and RESIDUA_DATA's MR series of 384 files where it is
/// set.

using namespace residua;
namespace fs = std::filesystem;

namespace {

constexpr int kRuns = 9;

double milliseconds(const fs::path& folder, std::size_t& instances) {
    const auto start = std::chrono::steady_clock::now();
    const auto scan = scanStudies({folder});
    const auto time = std::chrono::steady_clock::now() - start;
    instances = 0;
    for (const auto& study : scan.studies)
        for (const auto& series : study.series) instances += series.instances.size();
    return std::chrono::duration<double, std::milli>(time).count();
}

void measure(const char* name, const fs::path& folder) {
    std::size_t instances = 0;
    std::vector<double> times;
    milliseconds(folder, instances);  // warms the page cache
    for (int i = 0; i < kRuns; ++i) times.push_back(milliseconds(folder, instances));
    std::ranges::sort(times);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("%s: %zu instances, median %.1f ms (fastest %.1f, slowest %.1f), peak memory %ld MiB\n", name,
                instances, times[kRuns / 2], times.front(), times.back(), usage.ru_maxrss / 1024);
}

void makeInstances(const fs::path& folder, int count) {
    using namespace test;
    DicomBytes privates;
    for (unsigned i = 0; i < 120; ++i) privates.text(0x00211000 + i, "LO", "a private element's value");
    for (int i = 0; i < count; ++i) {
        const auto series = std::to_string(i / 100);
        const auto uid = "1.2.826.0.1.3680043.10.1.1." + std::to_string(i);
        DicomBytes dataset;
        dataset.text(0x0020000D, "UI", "1.2.826.0.1.3680043.10.1." + std::to_string(i / 1000))
            .text(0x0020000E, "UI", "1.2.826.0.1.3680043.10.1.2." + series)
            .text(0x00200032, "DS", "0\\0\\" + std::to_string(i % 100))
            .text(0x00200037, "DS", "1\\0\\0\\0\\1\\0")
            .append(imageHeader(Encoding::ExplicitLittle, {.rows = 64, .columns = 64}, uid).bytes())
            .append(privates.bytes())
            .raw(kPixelData, "OB", Bytes(64 * 64));
        const auto place = folder / series;
        fs::create_directories(place);
        writeBytes(place / (std::to_string(i) + ".dcm"), dicomFile(kExplicitLittle, dataset.bytes(), uid));
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1) {
        for (int i = 1; i < argc; ++i) measure("folder", argv[i]);
        return 0;
    }
    if (const char* data = std::getenv("RESIDUA_DATA"))
        measure("MR series", fs::path(data) / "dicom/mr-t1/dicoms");
    std::string name = (fs::temp_directory_path() / "residua-bench-XXXXXX").string();
    if (!mkdtemp(name.data())) return 1;
    makeInstances(name, 10'000);
    measure("made instances", name);
    fs::remove_all(name);
    return 0;
}
