// SPDX-License-Identifier: GPL-3.0-or-later
// Images a second of a training with data: ResNet-18, 224², batch 16, augmentation and cache included; and
// the time of one augmentation. bench_training [STEPS] [THREADS]. The peer in the same run:
// pytorch_training_peer.py.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "imaging/error.h"
#include "inference/findings/counter_random.h"
#include "inference/network/augmentation.h"
#include "inference/network/trainer.h"

namespace fs = std::filesystem;
using namespace residua;

namespace {

constexpr std::size_t kImages = 512;
constexpr int kSide = 256;

TrainingCache noiseCache(const fs::path& file) {
    std::vector<CachedSample> samples;
    for (std::size_t i = 0; i < kImages; ++i) {
        CachedSample sample;
        sample.image.path = std::to_string(i);
        sample.image.label = i % 2 ? "a" : "b";
        sample.image.patientId = sample.image.path.string();
        sample.image.split = i < 16 ? Split::Validation : Split::Train;
        sample.targets = {i % 2 ? 1.0F : 0.0F};
        samples.push_back(sample);
    }
    const auto decode = [](const LabelledImage& image) {
        CounterRandom random(std::stoul(image.path.string()));
        DecodedSample sample{kSide, kSide, {}, {}, kSide, kSide};
        for (int i = 0; i < kSide * kSide; ++i)
            sample.pixels.push_back(static_cast<std::uint16_t>(random.next()));
        return sample;
    };
    buildTrainingCache(file, "bench", samples, decode, 2, {}, {});
    return TrainingCache(file, "bench");
}

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double augmentationMilliseconds(const TrainingCache& cache, const TrainingRecipe& recipe) {
    std::vector<float> out(224 * 224);
    std::vector<double> times;
    for (std::size_t i = 0; i < 200; ++i) {
        const auto start = std::chrono::steady_clock::now();
        augmentToNetwork(cache.pixels(i), recipe.input, recipe.augmentation, {1, 1, i}, out);
        times.push_back(1000 * secondsSince(start));
    }
    std::nth_element(times.begin(), times.begin() + 100, times.end());
    return times[100];
}

}  // namespace

int main(int count, char** arguments) {
    const auto steps = static_cast<std::size_t>(count > 1 ? std::atoi(arguments[1]) : 24);
    const auto folder = fs::temp_directory_path() / "residua-bench-training";
    fs::remove_all(folder);
    fs::create_directories(folder);
    TrainingRecipe recipe;
    recipe.name = "bench";
    recipe.findings.resize(1);
    recipe.findings[0].code = recipe.findings[0].name = "a";
    recipe.threads = count > 2 ? std::atoi(arguments[2]) : 0;
    recipe.device = Device::Cpu;
    const auto cache = noiseCache(folder / "cache");
    std::printf("augmentation: %.2f ms an image on one core (median of 200)\n",
                augmentationMilliseconds(cache, recipe));
    std::stop_source source;
    std::vector<double> rates;
    auto last = std::chrono::steady_clock::now();
    TrainingObserver observer;
    observer.step = [&](int, std::size_t step, std::size_t, double, double) {
        if (step > 3) rates.push_back(recipe.batch / secondsSince(last));  // the first steps choose kernels
        last = std::chrono::steady_clock::now();
        if (step >= steps) source.request_stop();
    };
    try {
        train(recipe, cache, folder, source.get_token(), observer);
    } catch (const Error& error) {
        if (error.problem().kind != ProblemKind::Cancelled) {
            std::fprintf(stderr, "%s\n", error.what());
            return 1;
        }
    }
    std::nth_element(rates.begin(), rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2),
                     rates.end());
    std::printf("training ResNet-18 224x224, batch 16, data included: %.1f images/s (median of %zu steps)\n",
                rates[rates.size() / 2], rates.size());
    fs::remove_all(folder);
    return 0;
}
