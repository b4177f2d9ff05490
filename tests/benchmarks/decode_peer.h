// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/benchmarks/medians.h"

namespace residua::bench {

namespace fs = std::filesystem;

inline constexpr int kRepeats = 7;

inline std::vector<fs::path> filesOf(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().extension() != ".csv") files.push_back(entry.path());
    return files;
}

/// Frames a second, by processor time.
template <class Work>
void print(const char* peer, const fs::path& folder, std::size_t files, Work&& decodeAll) {
    std::vector<double> times;
    for (int i = 0; i < kRepeats; ++i) {
        const double start = processorMilliseconds();
        decodeAll();
        times.push_back(processorMilliseconds() - start);
    }
    std::printf("%-5s %-10s %3zu files  %7.1f frames/s by processor time\n", peer, folder.filename().c_str(),
                files, 1e3 * static_cast<double>(files) / median(times));
}

/// Runs `bench` on the folders of RESIDUA_DATA's compressed images that are named.
template <class Bench>
int overSyntaxes(std::initializer_list<const char*> syntaxes, Bench&& bench) {
    const char* data = std::getenv("RESIDUA_DATA");
    if (!data) {
        std::puts("set RESIDUA_DATA to the folder of real images");
        return 2;
    }
    for (const char* syntax : syntaxes) bench(fs::path(data) / "dicom" / "wg04" / syntax);
    return 0;
}

}  // namespace residua::bench
