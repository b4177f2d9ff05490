// SPDX-License-Identifier: GPL-3.0-or-later
// residua-network: checks, measures and trains the networks on a machine that has LibTorch and nothing else.
#include <ATen/core/Tensor.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "imaging/atomic_file.h"
#include "imaging/error.h"
#include "inference/network/bundle.h"
#include "inference/network/predictor.h"
#include "inference/network/resnet.h"
#include "inference/network/resnet_module.h"
#include "inference/network/trainer.h"

namespace residua {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLargestRecipe = 1 << 20;

constexpr const char* kUsage =
    "residua-network parity [--size PIXELS] [--threads N]\n"
    "    runs all five depths with random weights on this machine's devices and precisions and prints by how "
    "much\n"
    "    their logits differ from the processor's fp32; exit code 1 if another fp32 differs by more than "
    "1e-3\n"
    "residua-network benchmark [--network NAME] [--size PIXELS] [--batch N] [--runs N] [--threads N]\n"
    "    times predictions, pixels to score and map, in milliseconds an image, and the share of the class "
    "maps\n"
    "residua-network train --recipe FILE --cache FILE --out FOLDER\n"
    "    trains the recipe (JSON, residua.recipe/1) on a cache of the same input and findings; writes "
    "FOLDER/NAME;\n"
    "    the same command again resumes a training that was cut off\n"
    "Results are JSON lines. For research and teaching, not a medical device.\n";

[[noreturn]] void refuse(const std::string& detail) {
    throw Error(ProblemKind::UsageInvalid, {}, detail);
}

/// --name value pairs.
class Options {
public:
    Options(int count, char** words) {
        for (int i = 0; i < count; i += 2) {
            const std::string name = words[i];
            if (!name.starts_with("--") || i + 1 == count) refuse("cannot understand '" + name + "'");
            values_[name.substr(2)] = words[i + 1];
        }
    }
    std::string text(const std::string& name, const std::string& fallback) {
        const auto found = values_.find(name);
        if (found == values_.end()) return fallback;
        const std::string value = found->second;
        values_.erase(found);
        return value;
    }
    int number(const std::string& name, int low, int high, int fallback) {
        const std::string value = text(name, std::to_string(fallback));
        int result = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
        if (error != std::errc() || end != value.data() + value.size() || result < low || result > high)
            refuse("--" + name + " needs a whole number from " + std::to_string(low) + " to " +
                   std::to_string(high));
        return result;
    }
    void finish() const {
        if (!values_.empty()) refuse("unknown option --" + values_.begin()->first);
    }

private:
    std::map<std::string, std::string> values_;
};

/// A folder that is gone afterwards.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (fs::temp_directory_path() / "residua-network.XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw Error(ProblemKind::WriteFailed, pattern);
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    fs::path bundle(const std::string& network, int size) const {
        ModelCard card;
        card.name = network;
        card.architecture.name = network;
        card.input.width = card.input.height = size;
        card.findings.resize(2);
        for (std::size_t f = 0; f < 2; ++f)
            card.findings[f].code = card.findings[f].name = f == 0 ? "one" : "two";
        writeBundle(path_ / network, card, randomWeights(card.architecture, 2, 1));
        return path_ / network;
    }

private:
    fs::path path_;
};

std::vector<NetworkInput> noise(const PreprocessSpec& spec, std::size_t count) {
    std::mt19937 generator(1);
    std::normal_distribution<float> normal;
    std::vector<NetworkInput> inputs(count);
    for (auto& input : inputs) {
        input.channels = spec.channels;
        input.height = spec.height;
        input.width = spec.width;
        input.values.resize(static_cast<std::size_t>(spec.channels * spec.height * spec.width));
        for (auto& value : input.values) value = normal(generator);
    }
    return inputs;
}

double largestDifference(const std::vector<Prediction>& a, const std::vector<Prediction>& b) {
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t f = 0; f < a[i].findings.size(); ++f)
            largest = std::max(largest, std::abs(a[i].findings[f].logit - b[i].findings[f].logit));
    return largest;
}

int parity(Options options) {
    const int size = options.number("size", 32, 2048, 224);
    const int threads = options.number("threads", 0, 1024, 0);
    options.finish();
    const TemporaryFolder folder;
    bool same = true;
    for (const char* network : {"resnet18", "resnet34", "resnet50", "resnet101", "resnet152"}) {
        const fs::path bundle = folder.bundle(network, size);
        Predictor exact(bundle, {Device::Cpu, Precision::Fp32, threads});
        const auto inputs = noise(exact.card().input, 2);
        const auto expected = exact.predict(inputs);
        for (const auto device : {Device::Cpu, Device::Auto}) {
            for (const auto precision : {Precision::Fp32, Precision::Bf16}) {
                const auto found = Predictor(bundle, {device, precision, threads}).predict(inputs);
                const double difference = largestDifference(expected, found);
                if (device == Device::Auto && found[0].device == "cpu") continue;  // no card
                same = same && (found[0].precision != "fp32" || difference <= 1e-3);
                std::cout << ordered_json{{"network", network},
                                          {"device", found[0].device},
                                          {"precision", found[0].precision},
                                          {"largest_logit", std::abs(expected[0].findings[0].logit)},
                                          {"largest_difference", difference}}
                          << std::endl;
            }
        }
    }
    return same ? 0 : 1;
}

template <class Work>
std::vector<double> milliseconds(int runs, Work&& work) {
    std::vector<double> times;
    for (int i = 0; i < runs + 3; ++i) {
        const auto start = Clock::now();
        work();
        const std::chrono::duration<double, std::milli> time = Clock::now() - start;
        if (i >= 3) times.push_back(time.count());  // the first three warm caches and choose kernels
    }
    std::ranges::sort(times);
    return times;
}

/// What all class maps of two findings cost beyond pooling and a fully connected layer.
double mapMilliseconds(const Architecture& architecture, int size, int runs) {
    const c10::InferenceMode guard;
    const ResNet network(architecture, 2);
    const std::int64_t side = (size + architecture.outputStride - 1) / architecture.outputStride;
    const auto features = at::randn({1, network.headWeight().size(1), side, side});
    const auto maps = milliseconds(runs, [&] { network.logits(features); });
    const auto pooled = milliseconds(runs, [&] { features.mean({2, 3}).matmul(network.headWeight().t()); });
    return std::max(0.0, maps[maps.size() / 2] - pooled[pooled.size() / 2]);
}

int benchmark(Options options) {
    const std::string network = options.text("network", "resnet18");
    const int size = options.number("size", 32, 4096, 224);
    const int batch = options.number("batch", 1, 1024, 1);
    const int runs = options.number("runs", 1, 100000, 50);
    const int threads = options.number("threads", 0, 1024, 0);
    options.finish();
    const TemporaryFolder folder;
    const fs::path bundle = folder.bundle(network, size);
    for (const auto precision : {Precision::Fp32, Precision::Bf16}) {
        Predictor predictor(bundle, {Device::Auto, precision, threads});
        const auto inputs = noise(predictor.card().input, static_cast<std::size_t>(batch));
        std::vector<Prediction> last;
        const auto times = milliseconds(runs, [&] { last = predictor.predict(inputs); });
        const double median = times[times.size() / 2] / batch;
        const double maps = mapMilliseconds(predictor.card().architecture, size, runs);
        std::cout << ordered_json{{"network", network},
                                  {"size", size},
                                  {"batch", batch},
                                  {"device", last[0].device},
                                  {"precision", last[0].precision},
                                  {"median_ms", median},
                                  {"fastest_ms", times[0] / batch},
                                  {"maps_ms", maps},
                                  {"maps_share", maps / median}}
                  << std::endl;
    }
    return 0;
}

/// One JSON line a state, an epoch, a note, and one a second of steps.
TrainingObserver trainingLines() {
    TrainingObserver observer;
    observer.state = [](TrainingState state) {
        constexpr const char* kNames[] = {"preparing", "training", "validating",
                                          "finishing", "done",     "stopped"};
        std::cout << ordered_json{{"state", kNames[static_cast<std::size_t>(state)]}} << std::endl;
    };
    observer.step = [last = Clock::now()](int epoch, std::size_t step, std::size_t steps, double loss,
                                          double imagesPerSecond) mutable {
        if (step != steps && Clock::now() - last < std::chrono::seconds(1)) return;
        last = Clock::now();
        std::cout << ordered_json{{"epoch", epoch},
                                  {"step", step},
                                  {"steps", steps},
                                  {"loss", loss},
                                  {"images_per_second", imagesPerSecond}}
                  << std::endl;
    };
    observer.epoch = [](const EpochReport& report) {
        std::cout << ordered_json{{"epoch", report.epoch},
                                  {"epochs", report.epochs},
                                  {"training_loss", report.trainingLoss},
                                  {"validation_loss", report.validationLoss},
                                  {"validation_auc", report.validationAuc},
                                  {"best", report.best},
                                  {"seconds", report.seconds}}
                  << std::endl;
    };
    observer.note = [](const std::string& text) { std::cout << ordered_json{{"note", text}} << std::endl; };
    return observer;
}

int trainFromCache(Options options) {
    const fs::path recipeFile = options.text("recipe", "");
    const fs::path cacheFile = options.text("cache", "");
    const fs::path out = options.text("out", "");
    options.finish();
    if (recipeFile.empty() || cacheFile.empty() || out.empty())
        refuse("train needs --recipe, --cache and --out");
    const auto recipe = parseTrainingRecipe(readWholeFile(recipeFile, kLargestRecipe));
    if (recipe.name.empty()) refuse("the recipe names no network");
    fs::create_directories(out);
    const auto card = train(recipe, TrainingCache(cacheFile), out, {}, trainingLines());
    std::cout << ordered_json{{"bundle", recipe.name}, {"weights_sha256", card.weightsSha256}} << std::endl;
    return 0;
}

int run(int count, char** words) {
    const std::string command = count > 1 ? words[1] : "";
    if (command == "--help") {
        std::cout << kUsage;
        return 0;
    }
    if (command == "parity") return parity({count - 2, words + 2});
    if (command == "benchmark") return benchmark({count - 2, words + 2});
    if (command == "train") return trainFromCache({count - 2, words + 2});
    refuse(command.empty() ? "a command is needed" : "unknown command '" + command + "'");
}

}  // namespace
}  // namespace residua

int main(int count, char** words) {
    try {
        return residua::run(count, words);
    } catch (const std::filesystem::filesystem_error& error) {
        std::cerr << "residua-network: " << error.code().message() << "\n";
        return 1;
    } catch (const residua::Error& error) {
        std::cerr << "residua-network: " << error.what() << "\n";
        if (error.problem().kind != residua::ProblemKind::UsageInvalid) return 1;
        std::cerr << residua::kUsage;
        return 2;
    }
}
