// SPDX-License-Identifier: GPL-3.0-or-later
// Prints decoding and rendering speed on one thread over real images (RESIDUA_DATA): bench_decode
// [SYNTAX...], e.g. JPLL; without one, all. Wall time and processor time are both given: on a busy machine
// only the latter can be compared. The peers in the same run: dcmtk_peer, gdcm_peer.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "imaging/error.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/file_gate.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

constexpr int kRepeats = 7;

struct Milliseconds {
    double wall = 0;
    double processor = 0;
};

double processorMilliseconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

Milliseconds medianOf(const std::function<void()>& work) {
    std::vector<double> walls, processors;
    for (int i = 0; i < kRepeats; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const double processor = processorMilliseconds();
        work();
        processors.push_back(processorMilliseconds() - processor);
        walls.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(walls);
    std::ranges::sort(processors);
    return {walls[kRepeats / 2], processors[kRepeats / 2]};
}

void benchFolder(const fs::path& folder) {
    std::vector<GatedFile> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().extension() != ".csv")
            files.push_back(readGatedFile(entry.path()));
    const auto time = medianOf([&] {
        for (const auto& file : files) decodeFrame(file, 0);
    });
    const double frames = static_cast<double>(files.size());
    std::printf("decode %-10s %3zu files  %7.1f frames/s  (%7.1f by processor time, %.1f ms a frame)\n",
                folder.filename().c_str(), files.size(), frames * 1e3 / time.wall,
                frames * 1e3 / time.processor, time.processor / frames);
}

void benchRender(const fs::path& path) {
    const auto image = decodeFrame(path);
    const auto voi = defaultVoi(*image);
    const auto print = [&](const char* what, const Milliseconds& time) {
        std::printf("%-12s %d x %d, %d bits: %.1f ms (%.1f ms processor)\n", what, image->width,
                    image->height, image->bitsStored, time.wall, time.processor);
    };
    print("open+decode", medianOf([&] { decodeFrame(path); }));
    print("render", medianOf([&] { render(*image, voi); }));
    print("auto window", medianOf([&] { percentileWindow(*image); }));
}

}  // namespace

int main(int argc, char** argv) {
    const char* data = std::getenv("RESIDUA_DATA");
    if (!data) {
        std::puts("set RESIDUA_DATA to the folder of real images");
        return 2;
    }
    const fs::path dicom = fs::path(data) / "dicom";
    const std::vector<std::string> chosen(argv + 1, argv + argc);
    try {
        for (const auto& syntax : chosen) benchFolder(dicom / "wg04" / syntax);
        if (!chosen.empty()) return 0;
        for (const char* syntax : {"REF", "RLE", "JPLL", "JPLY", "JLSL", "JLSN", "J2KR", "J2KI"})
            benchFolder(dicom / "wg04" / syntax);
        benchFolder(dicom / "radiographs" / "chest-dx");
        benchRender(dicom / "radiographs" / "chest-dx" / "NORMAL2-IM-0828-0001.dcm");
        benchRender(dicom / "wg04" / "REF" / "RG3_UNC");
        benchRender(dicom / "wg04" / "REF" / "CT1_UNC");
    } catch (const Error& error) {
        std::printf("%s\n", error.what());
        return 1;
    }
}
