// SPDX-License-Identifier: GPL-3.0-or-later
// The engine as the window runs it, as a process: bench_engine [RUNS]. Prints the time from its start to the
// first result, one image's time when it is warm, a whole series, and its memory. A ResNet-18 with random
// weights on 224 × 224 pixels; RESIDUA_DATA's MR series of 384 slices where it is set, simulated slices
// otherwise.
#include <QCoreApplication>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "app/engine_client.h"
#include "app/study_analysis.h"
#include "imaging/error.h"
#include "imaging/study/study_scanner.h"
#include "tests/benchmarks/medians.h"
#include "tests/benchmarks/random_bundle.h"
#include "tests/support/phantom_studies.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

/// Milliseconds until the first result and until the end.
struct Times {
    double first = 0;
    double all = 0;
    std::size_t scored = 0;
};

Times predict(EngineClient& engine, const PredictRequest& request) {
    Times times;
    QEventLoop loop;
    const auto start = bench::Clock::now();
    PredictObserver observer;
    observer.result = [&](const ImageResult& result) {
        if (times.first == 0) times.first = bench::millisecondsSince(start);
        if (result.scored()) ++times.scored;
    };
    observer.end = [&](PredictEnd, const Problem&) {
        times.all = bench::millisecondsSince(start);
        loop.quit();
    };
    engine.predict(request, std::move(observer));
    loop.exec();
    return times;
}

long peakMebibytes(qint64 process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string word; status >> word;)
        if (long kibibytes = 0; word == "VmHWM:" && status >> kibibytes) return kibibytes / 1024;
    return 0;
}

void measure(const fs::path& bundle, const std::vector<PredictImage>& images, int runs) {
    const PredictRequest one{bundle, {images.front()}, {}};
    const PredictRequest all{bundle, images, {}};
    std::vector<double> starts, warm, whole;
    for (int i = 0; i < runs; ++i) {
        EngineClient engine;
        starts.push_back(predict(engine, one).first);
        for (int k = 0; k < 20; ++k) warm.push_back(predict(engine, one).first);
    }
    std::printf("start to first result: median %.0f ms of %d\nwarm, one image: median %.1f ms\n",
                bench::median(starts), runs, bench::median(warm));
    EngineClient engine;
    predict(engine, one);
    std::size_t scored = 0;
    for (int i = 0; i < runs; ++i) {
        const auto times = predict(engine, all);
        whole.push_back(times.all);
        scored = times.scored;
    }
    std::printf("%zu images, %zu scored: median %.0f ms, peak memory %ld MiB\n", images.size(), scored,
                bench::median(whole), peakMebibytes(engine.processId()));
}

}  // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const int runs = argc > 1 ? std::atoi(argv[1]) : 5;
    const auto folder = fs::temp_directory_path() / "residua-bench-engine";
    int code = 0;
    try {
        fs::create_directories(folder);
        const char* data = std::getenv("RESIDUA_DATA");
        const auto series =
            data ? fs::path(data) / "dicom/mr-t1/dicoms" : test::writeBrain(folder / "brain", 64);
        std::vector<PredictImage> images;
        for (const auto& study : scanStudies({series}).studies)
            for (auto& image : imagesOf(study)) images.push_back(std::move(image));
        measure(bench::writeRandomBundle(folder, "resnet18", 224), images, runs);
    } catch (const Error& error) {
        std::printf("%s\n", error.what());
        code = 1;
    }
    fs::remove_all(folder);
    return code;
}
