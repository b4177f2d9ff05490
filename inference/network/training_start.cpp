// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/training_start.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>
#include <optional>

#include "inference/findings/counter_random.h"
#include "inference/network/autocast.h"
#include "inference/network/batch_loader.h"
#include "inference/network/bundle.h"
#include "inference/network/finding_loss.h"
#include "inference/network/state_dict.h"

namespace residua {

namespace {

constexpr std::size_t kObservedImages = 192;
constexpr std::size_t kEvaluationBatch = 32;
constexpr double kNormMomentum = 0.1;  // of resnet.cpp's norms

/// What a stem expects its input to be: (v - mean) / std, a number a channel.
struct Normalisation {
    std::vector<float> mean, std;
};
Normalisation imageNet() {
    return {{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}};
}

struct StartFile {
    std::string bytes;
    Normalisation normalisation;
};

StartFile readStart(const std::filesystem::path& path) {
    if (!std::filesystem::is_directory(path)) return {readWholeFile(path), imageNet()};
    Bundle bundle = loadBundle(path);
    return {std::move(bundle.weights), {bundle.card.input.mean, bundle.card.input.std}};
}

/// Rewrites the stem for the recipe's normalisation and channels; see startNetwork.
void adaptStem(ResNet& network, const Safetensors& file, const Normalisation& from,
               const PreprocessSpec& to) {
    const auto stored =
        std::find_if(file.tensors().begin(), file.tensors().end(),
                     [](const StoredTensor& tensor) { return tensor.name == "conv1.weight"; });
    if (stored == file.tensors().end()) return;
    auto kernels = toTensor(*stored);  // [width, C, 7, 7]
    const auto& target = network.stem().weight;
    const auto channels = static_cast<std::size_t>(kernels.dim() == 4 ? kernels.size(1) : 0);
    const auto wanted = static_cast<std::size_t>(target.size(1));
    if (channels != from.mean.size() || (wanted != channels && wanted != 1)) return;
    std::vector<float> factor(channels);
    std::vector<float> offset(channels);
    for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t t = wanted == 1 ? 0 : c;
        factor[c] = to.std[t] / from.std[c];
        offset[c] = (to.mean[t] - from.mean[c]) / from.std[c];
    }
    const auto constant = kernels.sum({2, 3}).matmul(at::tensor(offset));  // [width]
    kernels = kernels * at::tensor(factor).reshape({1, -1, 1, 1});
    if (wanted == 1) kernels = kernels.sum(1, /*keepdim=*/true);
    at::NoGradGuard frozen;
    if (kernels.sizes() != target.sizes()) return;
    target.copy_(kernels);
    network.stem().norm.runningMean.sub_(constant);
}

/// mean 0 and variance 1 throughout: what folding leaves behind. (A one-channel stem's mean was just moved.)
bool foldedAway(const Convolution& layer) {
    return layer.norm.runningVar.eq(1).all().item<bool>();
}

std::vector<std::size_t> someOf(std::vector<std::size_t> images, std::size_t count, std::uint64_t seed) {
    CounterRandom random(seed, 0x5e1ec7);
    for (std::size_t i = 0; i + 1 < images.size(); ++i)
        std::swap(images[i], images[i + random.below(images.size() - i)]);
    images.resize(std::min(images.size(), count));
    return images;
}

/// Runs images without augmentation through `use`, batch by batch.
template <typename Use>
void forEachBatch(const TrainingRecipe& recipe, const TrainingCache& cache,
                  const std::vector<std::size_t>& images, const ComputePlace& place,
                  const std::stop_token& stop, const Use& use) {
    BatchLoader loader(
        inBatches(images, kEvaluationBatch), inputSize(recipe.input),
        [&](std::size_t image, std::span<float> input) {
            fitToNetwork(cache.pixels(image), recipe.input, input);
        },
        place.loaders);
    while (auto batch = loader.next()) {
        if (stop.stop_requested()) throw Error(ProblemKind::Cancelled, {});
        use(inputTensor(batch->values, static_cast<std::int64_t>(batch->images.size()), recipe.input,
                        place.device),
            batch->images);
    }
}

/// Norms of layers that keep random weights stay as they are: their statistics come with training.
void adoptStatistics(ResNet& network, const std::set<std::string>& random, const TrainingRecipe& recipe,
                     const TrainingCache& cache, const std::vector<std::size_t>& trainingImages,
                     const ComputePlace& place, const std::stop_token& stop) {
    std::vector<bool> adopt;
    for (const auto* layer : network.convolutions()) adopt.push_back(foldedAway(*layer));
    std::set<const void*> untouched;  // norms' weights that no file gave a value
    for (const auto& [name, tensor] : network.state())
        if (random.contains(name)) untouched.insert(tensor.data_ptr());
    at::NoGradGuard frozen;
    forEachBatch(recipe, cache, someOf(trainingImages, kObservedImages, recipe.seed), place, stop,
                 [&](const at::Tensor& input, const auto&) { network.features(input, Phase::Observe); });
    std::size_t i = 0;
    for (auto* layer : network.convolutions())
        if (!adopt[i++] || untouched.contains(layer->norm.weight.data_ptr())) layer->norm.observedBatches = 0;
    adoptObservedStatistics(network);
}

double valueOf(const at::Tensor& table, std::size_t row, std::size_t column) {
    return table[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(column)].item<double>();
}

void addWhole(std::vector<FindingCases>& cases, const at::Tensor& logits, const TrainingCache& cache,
              const std::vector<std::size_t>& images) {
    for (std::size_t n = 0; n < images.size(); ++n) {
        for (std::size_t f = 0; f < cases.size(); ++f) {
            const float target = cache.sample(images[n]).targets[f];
            if (std::isnan(target)) continue;
            cases[f].logits.push_back(valueOf(logits, n, f));
            cases[f].labels.push_back(target > 0.5F ? 1 : 0);
            cases[f].images.push_back(images[n]);
        }
    }
}

void addElsewhere(std::vector<FindingCases>& cases, const at::Tensor& logits, const at::Tensor& any,
                  const TrainingCache& cache, const std::vector<std::size_t>& images) {
    for (std::size_t n = 0; n < images.size(); ++n) {
        for (std::size_t f = 0; f < cases.size(); ++f) {
            const bool positive = cache.sample(images[n]).targets[f] > 0.5F;
            if (!positive || valueOf(any, n, f) < 0.5) continue;
            cases[f].logits.push_back(valueOf(logits, n, f));
            cases[f].labels.push_back(0);
            cases[f].images.push_back(images[n]);
            ++cases[f].elsewhere;
        }
    }
}

}  // namespace

std::vector<std::vector<std::size_t>> inBatches(const std::vector<std::size_t>& images, std::size_t batch) {
    std::vector<std::vector<std::size_t>> batches;
    for (std::size_t i = 0; i < images.size(); i += batch)
        batches.emplace_back(
            images.begin() + static_cast<std::ptrdiff_t>(i),
            images.begin() + static_cast<std::ptrdiff_t>(std::min(i + batch, images.size())));
    return batches;
}

at::Tensor inputTensor(std::vector<float>& values, std::int64_t count, const PreprocessSpec& spec,
                       at::Device device) {
    return at::from_blob(values.data(), {count, spec.channels, spec.height, spec.width}, at::kFloat)
        .to(device)
        .contiguous(at::MemoryFormat::ChannelsLast);
}

TrainingStart startNetwork(const TrainingRecipe& recipe, const TrainingCache& cache,
                           const std::vector<std::size_t>& trainingImages, const ComputePlace& place,
                           std::stop_token stop) {
    TrainingStart start{
        ResNet(recipe.architecture, static_cast<std::int64_t>(recipe.findings.size()), recipe.seed), {}};
    if (recipe.startWeights.empty()) {
        start.network.to(place.device, at::kFloat);
        for (const auto& [name, tensor] : start.network.state()) start.random.insert(name);
        return start;
    }
    auto source = readStart(recipe.startWeights);
    const Safetensors file(std::move(source.bytes), recipe.startWeights);
    for (auto& name : loadPartialState(start.network, file)) start.random.insert(std::move(name));
    const bool folded =
        !start.random.contains("bn1.weight") && foldedAway(*start.network.convolutions().front());
    adaptStem(start.network, file, source.normalisation, recipe.input);
    start.network.to(place.device, at::kFloat);
    if (folded) adoptStatistics(start.network, start.random, recipe, cache, trainingImages, place, stop);
    return start;
}

void reestimateNorms(ResNet& network, const TrainingRecipe& recipe, const TrainingCache& cache,
                     const std::vector<std::size_t>& trainingImages, const ComputePlace& place,
                     std::stop_token stop) {
    at::NoGradGuard frozen;
    std::vector<at::Tensor> running;
    for (auto* layer : network.convolutions()) {
        running.push_back(layer->norm.runningMean);
        running.push_back(layer->norm.runningVar);
    }
    std::vector<at::Tensor> sums;
    for (const auto& statistic : running) sums.push_back(statistic.to(at::kDouble).zero_());
    double batches = 0;
    forEachBatch(recipe, cache, someOf(trainingImages, 8 * kObservedImages, recipe.seed), place, stop,
                 [&](const at::Tensor& input, const auto&) {
                     for (auto& statistic : running) statistic.zero_();
                     network.features(input, Phase::Train);  // statistic = momentum × the batch's
                     for (std::size_t i = 0; i < running.size(); ++i)
                         sums[i].add_(running[i], 1 / kNormMomentum);
                     ++batches;
                 });
    for (std::size_t i = 0; i < running.size(); ++i) running[i].copy_(sums[i] / batches);
}

std::vector<FindingCases> casesOf(const ResNet& network, const TrainingRecipe& recipe,
                                  const TrainingCache& cache, const std::vector<std::size_t>& images,
                                  const ComputePlace& place, std::stop_token stop) {
    at::NoGradGuard frozen;
    const ResNet fast = folded(network);
    std::vector<FindingCases> cases(recipe.findings.size());
    forEachBatch(recipe, cache, images, place, stop,
                 [&](const at::Tensor& input, const std::vector<std::size_t>& batch) {
                     at::Tensor features;
                     {
                         const Autocast reduced(place.bf16, place.device.is_cuda());
                         features = fast.features(input);
                     }
                     const auto maps = fast.classMaps(features);
                     const auto shown = countedCells(cache, batch, recipe, {}, place.device);
                     addWhole(cases, fast.logitsOfMaps(maps, shown).to(at::kCPU), cache, batch);
                     if (!elsewhereCounts(recipe)) return;
                     const auto free =
                         elsewhere(placeTensor(cache, batch, recipe, {}).to(place.device), shown);
                     addElsewhere(cases, fast.logitsOfMaps(maps, free).to(at::kCPU),
                                  free.flatten(2).any(2).to(at::kCPU), cache, batch);
                 });
    return cases;
}

}  // namespace residua
