// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/floor_divide.h>
#include <ATen/ops/full.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <limits>

#include "inference/network/network_shape.h"
#include "inference/network/resnet_module.h"

namespace residua {

namespace {

constexpr double kEpsilon = 1e-5;                                 // of the norms, as torchvision's
constexpr double kLowest = std::numeric_limits<float>::lowest();  // of a cell that does not count
constexpr double kMomentum = 0.1;

Convolution makeConvolution(const ConvolutionShape& shape, at::Generator& generator) {
    Convolution result;
    result.stride = shape.stride;
    // He 2015 with fan out: the variance of the gradients stays the same from layer to layer.
    result.weight = at::empty({shape.out, shape.in, shape.kernel, shape.kernel});
    const auto fanOut = static_cast<double>(shape.out * shape.kernel * shape.kernel);
    result.weight.normal_(0, std::sqrt(2.0 / fanOut), generator);
    result.norm.weight = at::ones({shape.out});
    result.norm.bias = at::zeros({shape.out});
    result.norm.runningMean = at::zeros({shape.out});
    result.norm.runningVar = at::ones({shape.out});
    return result;
}

ResidualBlock makeBlock(const BlockShape& shape, at::Generator& generator) {
    ResidualBlock block;
    for (const auto& layer : shape.convolutions)
        block.convolutions.push_back(makeConvolution(layer, generator));
    if (shape.downsample) block.downsample.push_back(makeConvolution(*shape.downsample, generator));
    return block;
}

void observe(const BatchNorm& norm, const at::Tensor& x) {
    const auto values = x.detach().to(at::kDouble);
    const auto sum = values.mean({0, 2, 3});
    const auto square = values.square().mean({0, 2, 3});
    norm.observedSum = norm.observedBatches == 0 ? sum : norm.observedSum + sum;
    norm.observedSquare = norm.observedBatches == 0 ? square : norm.observedSquare + square;
    ++norm.observedBatches;
}

/// [N, F, h, w] → [N, F]. The cells are chosen by rank, so that the gradient reaches the strongest alone.
at::Tensor meanOfStrongest(const at::Tensor& maps, const at::Tensor& counted) {
    auto cells = maps.flatten(2);  // [N, F, h·w]
    auto counts = at::full({1, 1, 1}, cells.size(2), cells.options().dtype(at::kLong));
    if (counted.defined()) {
        const auto those = counted.expand_as(maps).flatten(2);
        counts = those.sum(2, true);  // [N, F, 1]
        cells = at::where(those, cells, at::full({}, kLowest, cells.options()));
    }
    const auto wanted =
        at::floor_divide(2 * counts + 50, 100).clamp_min(1).minimum(counts);  // strongestCount()
    const auto most = std::max<std::int64_t>(1, wanted.max().item<std::int64_t>());
    const auto strongest = std::get<0>(cells.topk(most, 2));  // [N, F, most]
    const auto taken = at::arange(most, wanted.options()) < wanted;
    const auto sum = at::where(taken, strongest, at::zeros({}, cells.options())).sum(2);
    return sum / wanted.squeeze(2).clamp_min(1);
}

}  // namespace

at::Tensor BatchNorm::operator()(const at::Tensor& x, Phase phase) const {
    if (!weight.defined()) return x;
    if (phase == Phase::Observe) observe(*this, x);
    return at::batch_norm(x, weight, bias, runningMean, runningVar, phase == Phase::Train, kMomentum,
                          kEpsilon,
                          /*cudnn_enabled=*/true);
}

at::Tensor Convolution::operator()(const at::Tensor& x, Phase phase) const {
    const std::int64_t padding = weight.size(2) / 2;
    return norm(at::conv2d(x, weight, bias, stride, padding), phase);
}

at::Tensor ResidualBlock::operator()(const at::Tensor& x, Phase phase) const {
    auto y = x;
    for (std::size_t i = 0; i + 1 < convolutions.size(); ++i) y = convolutions[i](y, phase).relu_();
    y = convolutions.back()(y, phase);
    return y.add_(downsample.empty() ? x : downsample[0](x, phase)).relu_();
}

ResNet::ResNet(const Architecture& architecture, std::int64_t findings, std::uint64_t seed)
    : architecture_(architecture) {
    const NetworkShape shape = shapeOf(architecture);
    auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    stem_ = makeConvolution(shape.stem, generator);
    for (const auto& stage : shape.stages) {
        auto& blocks = stages_.emplace_back();
        for (const auto& block : stage) blocks.push_back(makeBlock(block, generator));
    }
    const double bound = 1 / std::sqrt(static_cast<double>(shape.channels));
    headWeight_ = at::empty({findings, shape.channels}).uniform_(-bound, bound, generator);
    headBias_ = at::empty({findings}).uniform_(-bound, bound, generator);
}

at::Tensor ResNet::features(const at::Tensor& images, Phase phase) const {
    auto x = stem_(images, phase).relu_();  // [N, width, H/2, W/2]
    x = at::max_pool2d(x, 3, 2, 1);         // [N, width, H/4, W/4]
    for (const auto& blocks : stages_)      // layer1 keeps the size, layer2 to layer4 halve it;
        for (const auto& block : blocks) x = block(x, phase);  // at output stride 16 layer4 does not
    return x;                                                  // [N, featureChannels, h, w]
}

at::Tensor ResNet::classMaps(const at::Tensor& features) const {
    return at::conv2d(features.to(at::kFloat), headWeight_.unsqueeze(-1).unsqueeze(-1));  // [N, F, h, w]
}

at::Tensor ResNet::logitsOfMaps(const at::Tensor& maps, const at::Tensor& counted) const {
    if (architecture_.pooling == Pooling::Mean) return maps.mean({2, 3}) + headBias_;  // [N, F]
    return meanOfStrongest(maps, counted) + headBias_;                                 // [N, F]
}

at::Tensor ResNet::logits(const at::Tensor& features) const {
    return logitsOfMaps(classMaps(features));  // [N, F]
}

template <class Network, class Visit>
void ResNet::visit(Network& network, Visit&& visit) {
    visit("conv1", "bn1", network.stem_);
    for (std::size_t stage = 0; stage < network.stages_.size(); ++stage) {
        for (std::size_t i = 0; i < network.stages_[stage].size(); ++i) {
            auto& block = network.stages_[stage][i];
            const std::string prefix = "layer" + std::to_string(stage + 1) + "." + std::to_string(i) + ".";
            for (std::size_t k = 0; k < block.convolutions.size(); ++k) {
                const std::string number = std::to_string(k + 1);
                visit(prefix + "conv" + number, prefix + "bn" + number, block.convolutions[k]);
            }
            for (auto& shortcut : block.downsample)
                visit(prefix + "downsample.0", prefix + "downsample.1", shortcut);
        }
    }
}

NamedTensors ResNet::state() const {
    NamedTensors result;
    const auto add = [&result](const std::string& name, const at::Tensor& tensor) {
        if (tensor.defined()) result.emplace_back(name, tensor);
    };
    visit(*this, [&](const std::string& conv, const std::string& bn, const Convolution& layer) {
        add(conv + ".weight", layer.weight);
        add(conv + ".bias", layer.bias);
        add(bn + ".weight", layer.norm.weight);
        add(bn + ".bias", layer.norm.bias);
        add(bn + ".running_mean", layer.norm.runningMean);
        add(bn + ".running_var", layer.norm.runningVar);
    });
    add("fc.weight", headWeight_);
    add("fc.bias", headBias_);
    return result;
}

NamedTensors ResNet::parameters() const {
    auto result = state();
    std::erase_if(result,
                  [](const auto& entry) { return entry.first.find(".running_") != std::string::npos; });
    return result;
}

void ResNet::requireGradients() {
    for (auto& [name, tensor] : parameters()) tensor.requires_grad_(true);
}

void ResNet::to(at::Device device, at::ScalarType type) {
    const auto move = [&](at::Tensor& tensor) {
        if (!tensor.defined()) return;
        const auto format = tensor.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
        // Not contiguous(): it leaves a stem of one channel as it is, channels-first to all that comes after.
        tensor = tensor.to(tensor.options().device(device).dtype(type), false, false, format);
    };
    for (auto* layer : convolutions())
        for (auto* tensor : {&layer->weight, &layer->bias, &layer->norm.weight, &layer->norm.bias,
                             &layer->norm.runningMean, &layer->norm.runningVar})
            move(*tensor);
    move(headWeight_);
    move(headBias_);
}

std::vector<Convolution*> ResNet::convolutions() {
    std::vector<Convolution*> result;
    visit(*this,
          [&](const std::string&, const std::string&, Convolution& layer) { result.push_back(&layer); });
    return result;
}

void adoptObservedStatistics(ResNet& network) {
    for (auto* layer : network.convolutions()) {
        auto& norm = layer->norm;
        if (norm.observedBatches == 0) continue;
        const double batches = static_cast<double>(norm.observedBatches);
        const auto mean = norm.observedSum / batches;
        const auto variance = (norm.observedSquare / batches - mean.square()).clamp_min(0);
        // weight · (x - old mean) / old deviation + bias must stay the same function of x.
        const auto gain = norm.weight.detach() / (norm.runningVar + kEpsilon).sqrt();
        const auto offset = norm.bias.detach() - norm.runningMean * gain;
        at::NoGradGuard frozen;
        norm.weight.copy_(gain * (variance + kEpsilon).sqrt());
        norm.bias.copy_(offset + gain * mean);
        norm.runningMean.copy_(mean);
        norm.runningVar.copy_(variance);
        norm.observedBatches = 0;
    }
}

ResNet folded(const ResNet& network) {
    at::NoGradGuard frozen;
    ResNet result = network;
    for (auto* layer : result.convolutions()) {
        const auto& norm = layer->norm;
        const auto gain = (norm.weight / (norm.runningVar + kEpsilon).sqrt()).detach();
        layer->weight = (layer->weight * gain.reshape({-1, 1, 1, 1})).detach();
        layer->bias = (norm.bias - norm.runningMean * gain).detach();
        layer->norm = {};
    }
    return result;
}

}  // namespace residua
