// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/optimiser.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace residua {

namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;
constexpr double kFinalFactor = 0.01;

}  // namespace

double scheduleFactor(std::int64_t step, std::int64_t warmupSteps, std::int64_t steps) {
    if (step < warmupSteps) return static_cast<double>(step + 1) / static_cast<double>(warmupSteps);
    const auto rest = static_cast<double>(std::max<std::int64_t>(1, steps - warmupSteps));
    const double done = std::min(1.0, static_cast<double>(step - warmupSteps) / rest);
    return kFinalFactor + (1 - kFinalFactor) * 0.5 * (1 + std::cos(std::numbers::pi * done));
}

double stageFactorOf(const std::string& parameter, double stageFactor) {
    if (parameter.starts_with("fc") || parameter.starts_with("layer4")) return 1;
    if (parameter.starts_with("layer3")) return stageFactor;
    if (parameter.starts_with("layer2")) return stageFactor * stageFactor;
    return stageFactor * stageFactor * stageFactor;
}

Optimiser::Optimiser(const ResNet& network, const TrainingRecipe& recipe)
    : live_(network.state()), emaDecay_(recipe.emaDecay) {
    at::NoGradGuard frozen;
    for (const auto& [name, tensor] : network.parameters()) {
        Slot slot;
        slot.name = name;
        slot.parameter = tensor;
        slot.moment1 = at::zeros_like(tensor);  // in the parameter's memory format
        slot.moment2 = at::zeros_like(tensor);
        slot.rateFactor = stageFactorOf(name, recipe.stageFactor);
        slot.decay = tensor.dim() > 1 ? recipe.weightDecay : 0;
        slots_.push_back(std::move(slot));
    }
    average_ = live_;
    if (emaDecay_ > 0)
        for (auto& [name, tensor] : average_) tensor = tensor.detach().clone();
}

void Optimiser::step(double rate) {
    at::NoGradGuard frozen;
    ++steps_;
    for (auto& slot : slots_) {
        if (!slot.parameter.grad().defined()) continue;
        const auto gradient =
            slot.parameter.grad().to(at::kFloat).contiguous(slot.parameter.suggest_memory_format());
        if (slot.parameter.is_cpu())
            stepOnCpu(slot, gradient, rate * slot.rateFactor);
        else
            stepAnywhere(slot, gradient, rate * slot.rateFactor);
        slot.parameter.mutable_grad() = at::Tensor();
    }
}

/// All in one pass over memory: AdamW as single operations reads and writes every tensor several times.
void Optimiser::stepOnCpu(const Slot& slot, const at::Tensor& gradient, double rate) const {
    const auto correction1 = 1 - std::pow(kBeta1, static_cast<double>(steps_));
    const auto correction2 = 1 - std::pow(kBeta2, static_cast<double>(steps_));
    const auto keep = static_cast<float>(1 - rate * slot.decay);
    const auto stepSize = static_cast<float>(rate / correction1);
    const auto rootFactor = static_cast<float>(1 / std::sqrt(correction2));
    constexpr auto beta1 = static_cast<float>(kBeta1);
    constexpr auto beta2 = static_cast<float>(kBeta2);
    constexpr auto epsilon = static_cast<float>(kEpsilon);
    auto* p = slot.parameter.data_ptr<float>();
    auto* m = slot.moment1.data_ptr<float>();
    auto* v = slot.moment2.data_ptr<float>();
    const auto* g = gradient.data_ptr<float>();
    at::parallel_for(0, slot.parameter.numel(), 1 << 15, [=](std::int64_t begin, std::int64_t end) {
        for (auto i = begin; i < end; ++i) {
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            p[i] = keep * p[i] - stepSize * m[i] / (std::sqrt(v[i]) * rootFactor + epsilon);
        }
    });
}

void Optimiser::stepAnywhere(const Slot& slot, const at::Tensor& gradient, double rate) const {
    const auto correction1 = 1 - std::pow(kBeta1, static_cast<double>(steps_));
    const auto correction2 = 1 - std::pow(kBeta2, static_cast<double>(steps_));
    slot.moment1.mul_(kBeta1).add_(gradient, 1 - kBeta1);
    slot.moment2.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
    const auto denominator = slot.moment2.sqrt().mul_(1 / std::sqrt(correction2)).add_(kEpsilon);
    slot.parameter.mul_(1 - rate * slot.decay).addcdiv_(slot.moment1, denominator, -rate / correction1);
}

void Optimiser::follow() {
    if (emaDecay_ <= 0) return;
    at::NoGradGuard frozen;
    const auto t = static_cast<double>(steps_);
    const double share = 1 - std::min(emaDecay_, (1 + t) / (10 + t));
    for (std::size_t i = 0; i < average_.size(); ++i)
        average_[i].second.lerp_(live_[i].second.detach(), share);
}

NamedTensors Optimiser::state() const {
    NamedTensors tensors;
    for (const auto& slot : slots_) {
        tensors.emplace_back("moment1." + slot.name, slot.moment1);
        tensors.emplace_back("moment2." + slot.name, slot.moment2);
    }
    if (emaDecay_ > 0)
        for (const auto& [name, tensor] : average_) tensors.emplace_back("average." + name, tensor);
    return tensors;
}

}  // namespace residua
