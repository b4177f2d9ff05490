// SPDX-License-Identifier: GPL-3.0-or-later
// From decoded pixels to score and class map, warm, one image at a time on the processor:
//   bench_predict [RUNS [THREADS [FOLDER]]]
// ResNet-18 at 224 × 224 and ResNet-50 at 512 × 512, in fp32 and bf16. FOLDER keeps the bundles, which
// export_onnx.py turns into files for the peer, onnxruntime_peer.mjs.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "imaging/error.h"
#include "imaging/pixels/image.h"
#include "imaging/preprocess/preprocess.h"
#include "inference/network/predictor.h"
#include "tests/benchmarks/medians.h"
#include "tests/benchmarks/random_bundle.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

/// A disc of 12 bits on black, a little larger than the network's input: what a slice is.
Image disc(int side) {
    Image image;
    image.width = image.height = side;
    image.bitsStored = 12;
    std::vector<std::uint16_t> pixels;
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const bool inside = std::hypot(x - side / 2, y - side / 2) < 0.4 * side;
            pixels.push_back(static_cast<std::uint16_t>(inside ? 1000 + (7 * x + 13 * y) % 2000 : 10));
        }
    image.pixels = std::move(pixels);
    return image;
}

void measure(const fs::path& bundle, Precision precision, int runs, int threads) {
    Predictor predictor(bundle, {Device::Cpu, precision, threads});
    const auto spec = predictor.card().input;
    const Image image = disc(spec.width + spec.width / 8);
    const auto input = preprocess(image, spec);
    Prediction prediction;
    const auto preparing = bench::timesOf(3, runs, [&] { preprocess(image, spec); });
    const auto network = bench::timesOf(10, runs, [&] { prediction = predictor.predict({input}).at(0); });
    const double processor = bench::processorMilliseconds();
    const auto whole =
        bench::timesOf(0, runs, [&] { prediction = predictor.predict({preprocess(image, spec)}).at(0); });
    const double spent = (bench::processorMilliseconds() - processor) / runs;
    std::printf(
        "%s %d x %d %s: pixels to score and map %.2f ms (preprocessing %.2f, network %.2f; processor time "
        "%.2f), logit %.6f\n",
        predictor.card().name.c_str(), spec.width, spec.height, prediction.precision.c_str(),
        bench::median(whole), bench::median(preparing), bench::median(network), spent,
        prediction.findings.at(0).logit);
}

}  // namespace

int main(int count, char** arguments) {
    const int runs = count > 1 ? std::atoi(arguments[1]) : 41;
    const int threads = count > 2 ? std::atoi(arguments[2]) : 0;
    const fs::path folder = count > 3 ? arguments[3] : fs::temp_directory_path() / "residua-bench-predict";
    int code = 0;
    try {
        fs::create_directories(folder);
        for (const auto& [architecture, side] : {std::pair("resnet18", 224), std::pair("resnet50", 512)}) {
            const auto bundle = bench::writeRandomBundle(folder, architecture, side);
            for (const auto precision : {Precision::Fp32, Precision::Bf16})
                measure(bundle, precision, runs, threads);
        }
    } catch (const Error& error) {
        std::printf("%s\n", error.what());
        code = 1;
    }
    if (count <= 3) fs::remove_all(folder);
    return code;
}
