// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/predictor.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <thread>

#include "imaging/error.h"
#include "inference/findings/pooling.h"
#include "inference/network/batched_run.h"
#include "inference/network/bundle.h"
#include "inference/network/class_map.h"
#include "inference/network/cuda_card.h"
#include "inference/network/gate_tensors.h"
#include "inference/network/network_shape.h"
#include "inference/network/pooled_features.h"
#include "inference/network/state_dict.h"
#include "inference/network/trunk.h"

namespace residua {

namespace {

/// LibTorch's threads belong to the process: the first predictor decides.
void setThreadsOnce(int threads) {
    static std::once_flag once;
    std::call_once(once, [threads] {
        const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
        at::set_num_threads(threads > 0 ? threads : static_cast<int>(cores));
    });
}

/// OpenMP counts per thread, and the caller's may be new. Only once: each call makes LibTorch a pool of
/// threads besides OpenMP's, which the network does not use and which spin on a core for 25 ms.
void countThreadsHereOnce() {
    thread_local bool counted = false;
    if (!counted) at::init_num_threads();
    counted = true;
}

bool processorComputesInBf16() {
#if defined(__x86_64__)
    // Every processor with AMX has these instructions too; without them oneDNN only imitates bf16, slower
    // than fp32.
    return at::hasMKLDNN() && __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

double sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}

double meanOfCounting(const ClassMap& map) {
    double sum = 0;
    if (map.strongest.empty()) {
        for (const float value : map.values) sum += value;
        return sum / static_cast<double>(map.values.size());
    }
    for (const int cell : map.strongest) sum += map.values[static_cast<std::size_t>(cell)];
    return sum / static_cast<double>(map.strongest.size());
}

/// Runs `work`; LibTorch's errors become ours, without the call stacks that its texts carry.
template <class Work>
void translated(Work&& work) {
    std::string text;
    try {
        return work();
    } catch (const Error&) {
        throw;
    } catch (const c10::Error& error) {
        text = error.what_without_backtrace();
    } catch (const std::bad_alloc&) {
        text = "bad_alloc";
    } catch (const std::exception& error) {
        text = error.what();
    }
    if (tellsOfExhaustedMemory(text)) throw MemoryExhausted(text);
    throw Error(ProblemKind::Unexpected, {}, text);
}

}  // namespace

struct Predictor::State {
    ModelCard card;
    ResNet network;  ///< as read; a device's trunk is made from it
    std::optional<Gate> gate;
    Precision asked = Precision::Auto;
    std::optional<CudaCard> cuda;  ///< empty on the CPU
    std::unique_ptr<Trunk> trunk;
    at::Tensor headWeight;  ///< [F, C, 1, 1], fp32 on the device
    std::vector<double> headBias;
    std::string deviceName, precisionName, note;
    std::size_t batch = 1;

    State(Bundle bundle, const std::filesystem::path& folder, const PredictorOptions& options)
        : card(std::move(bundle.card)),
          network(card.architecture, static_cast<std::int64_t>(card.findings.size())),
          asked(options.precision) {
        const Safetensors file(std::move(bundle.weights), folder / kWeightsFile);
        loadState(network, file);
        gate = gateOf(card, file, static_cast<std::size_t>(shapeOf(card.architecture).channels));
        for (std::size_t f = 0; f < card.findings.size(); ++f)
            headBias.push_back(network.headBias()[static_cast<std::int64_t>(f)].item<double>());
        if (options.device != Device::Cpu) cuda = findCudaCard();
        if (options.device == Device::Cuda && !cuda) note = "no CUDA device was found: computed on the CPU";
        prepare();
    }

    void prepare() {
        const at::Device device(cuda ? at::kCUDA : at::kCPU);
        const bool able = cuda ? cuda->computesInBf16 : processorComputesInBf16();
        const bool bf16 = asked == Precision::Bf16 || (asked == Precision::Auto && able);
        deviceName = cuda ? "cuda: " + cuda->name : "cpu";
        precisionName = bf16 ? "bf16" : "fp32";
        trunk = std::make_unique<Trunk>(network, device, bf16 ? at::kBFloat16 : at::kFloat);
        headWeight = network.headWeight().unsqueeze(-1).unsqueeze(-1).to(device);
        // One image at a time keeps a processor of few cores busy, and a score then does not depend on which
        // images came along; a card needs many.
        batch = cuda ? 64 : 1;
    }

    /// Leaves the card for the processor; false if it is there already.
    bool fallBackToCpu() {
        if (!cuda) return false;
        cuda.reset();
        note = "ran out of GPU memory, finished on the CPU";
        prepare();
        return true;
    }

    at::Tensor gather(const std::vector<NetworkInput>& inputs, std::size_t first, std::size_t count) const {
        const auto& spec = card.input;
        const auto images =
            at::empty({static_cast<std::int64_t>(count), spec.channels, spec.height, spec.width});
        const std::size_t size = inputs[first].values.size();
        for (std::size_t i = 0; i < count; ++i)
            std::memcpy(images.data_ptr<float>() + i * size, inputs[first + i].values.data(),
                        size * sizeof(float));
        return images;
    }

    void checkShape(const NetworkInput& input) const {
        const auto& spec = card.input;
        const auto values = static_cast<std::size_t>(spec.channels) * static_cast<std::size_t>(spec.height) *
                            static_cast<std::size_t>(spec.width);
        if (input.channels != spec.channels || input.height != spec.height || input.width != spec.width ||
            input.values.size() != values)
            throw Error(ProblemKind::UsageInvalid, {},
                        "the input does not have the shape that the card asks for");
    }

    /// Of the cells that show the image, those whose mean is the logit. Of equal ones the first counts, so
    /// that the same input has the same answer.
    std::vector<int> strongestCells(const ClassMap& map, const ShownPart& shown) const {
        std::vector<int> cells;
        for (int i = 0; i < map.width * map.height; ++i)
            if (cellShown(shown, i % map.width, i / map.width, card.architecture.outputStride))
                cells.push_back(i);
        if (cells.empty()) return {0};  // an image thinner than half a cell
        const auto value = [&](int cell) { return map.values[static_cast<std::size_t>(cell)]; };
        std::stable_sort(cells.begin(), cells.end(), [&](int a, int b) { return value(a) > value(b); });
        cells.resize(static_cast<std::size_t>(strongestCount(static_cast<int>(cells.size()))));
        return cells;
    }

    /// @param maps one image's maps, fp32 [F, h, w] in memory
    Prediction describe(const at::Tensor& maps, const NetworkInput& input) const {
        Prediction result;
        result.device = deviceName;
        result.precision = precisionName;
        const int height = static_cast<int>(maps.size(1));
        const int width = static_cast<int>(maps.size(2));
        const auto cells = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
        const float* values = maps.data_ptr<float>();
        for (std::size_t f = 0; f < card.findings.size(); ++f, values += cells) {
            auto& finding = result.findings.emplace_back();
            finding.finding = card.findings[f].code;
            finding.map.width = width;
            finding.map.height = height;
            finding.map.values.assign(values, values + cells);
            finding.map.toImage = then(cellToInput(card.architecture.outputStride), input.toImage);
            if (card.architecture.pooling == Pooling::Strongest)
                finding.map.strongest = strongestCells(finding.map, input.shown);
            // The logit is computed from the very numbers that are painted: the heatmap adds up to it.
            finding.bias = headBias[f];
            finding.logit = meanOfCounting(finding.map) + finding.bias;
            finding.score = sigmoid(finding.logit / card.findings[f].temperature);
        }
        return result;
    }

    void run(const std::vector<NetworkInput>& inputs, std::size_t first, std::size_t count,
             std::vector<Prediction>& results) const {
        translated([&] {
            const auto features = trunk->features(gather(inputs, first, count));           // [N, C, h, w]
            const auto maps = at::conv2d(features, headWeight).to(at::kCPU).contiguous();  // [N, F, h, w]
            const auto forGate = gate ? features.to(at::kCPU) : at::Tensor();
            for (std::size_t i = 0; i < count; ++i) {
                const auto n = static_cast<std::int64_t>(i);
                auto& result = results.emplace_back(describe(maps[n], inputs[first + i]));
                if (!gate) continue;
                const auto pooled =
                    pooledFeatures(forGate[n], inputs[first + i].shown, card.architecture.outputStride);
                result.likeness = likenessOf(*gate, *card.gate, pooled);
            }
        });
    }
};

Predictor::Predictor(const std::filesystem::path& bundle, PredictorOptions options) {
    setThreadsOnce(options.threads);
    countThreadsHereOnce();
    const c10::InferenceMode guard;
    try {
        translated([&] { state_ = std::make_unique<State>(loadBundle(bundle), bundle, options); });
    } catch (const MemoryExhausted&) {
        throw Error(ProblemKind::OutOfMemory, bundle, "the network does not fit into memory");
    }
}

Predictor::~Predictor() = default;
Predictor::Predictor(Predictor&&) noexcept = default;
Predictor& Predictor::operator=(Predictor&&) noexcept = default;

const ModelCard& Predictor::card() const {
    return state_->card;
}

std::vector<Prediction> Predictor::predict(const std::vector<NetworkInput>& inputs, std::stop_token stop) {
    countThreadsHereOnce();
    const c10::InferenceMode guard;
    for (const auto& input : inputs) state_->checkShape(input);
    std::vector<Prediction> results;
    results.reserve(inputs.size());
    const auto run = [&](std::size_t first, std::size_t count) {
        results.resize(first);  // of a batch that ran out of memory nothing stays
        state_->run(inputs, first, count, results);
    };
    state_->batch = runInBatches(
        inputs.size(), state_->batch, run, [this] { return state_->fallBackToCpu(); }, stop);
    for (auto& result : results) result.note = state_->note;
    return results;
}

}  // namespace residua
