// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/finding_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "inference/network/class_map.h"
#include "inference/network/grey_image.h"
#include "inference/network/place_targets.h"

namespace residua {

ClassWeights classWeightsOf(const TrainingCache& cache, const std::vector<std::size_t>& images,
                            const TrainingRecipe& recipe) {
    const auto findings = recipe.findings.size();
    ClassWeights weights{std::vector<float>(findings, 1.0F), std::vector<float>(findings, 1.0F)};
    for (std::size_t f = 0; f < findings; ++f) {
        float positives = 0;
        float negatives = 0;
        for (const auto image : images) {
            const float target = cache.sample(image).targets[f];
            if (!std::isnan(target)) (target > 0.5F ? positives : negatives) += 1;
            if (target > 0.5F && elsewhereCounts(recipe) &&
                placeKnown(cache.sample(image), recipe.findings[f]))
                negatives += 1;
        }
        if (positives == 0 || negatives == 0)
            throw Error(ProblemKind::LabelOneClass, {},
                        "finding " + std::to_string(f + 1) + ": " +
                            std::to_string(static_cast<int>(positives)) + " images with and " +
                            std::to_string(static_cast<int>(negatives)) + " without it");
        if (!recipe.classWeights) continue;
        weights.positive[f] = (positives + negatives) / (2 * positives);
        weights.negative[f] = (positives + negatives) / (2 * negatives);
    }
    return weights;
}

at::Tensor targetTensor(const TrainingCache& cache, const std::vector<std::size_t>& images,
                        std::size_t findings) {
    auto targets = at::empty({static_cast<std::int64_t>(images.size()), static_cast<std::int64_t>(findings)});
    auto* out = targets.data_ptr<float>();
    for (const auto image : images)
        for (std::size_t f = 0; f < findings; ++f) *out++ = cache.sample(image).targets[f];
    return targets;
}

at::Tensor findingLoss(const at::Tensor& logits, const at::Tensor& targets, const ClassWeights& weights,
                       double smoothing) {
    const auto known = at::isnan(targets).logical_not().to(at::kFloat);
    const auto truth = at::nan_to_num(targets, 0.0);
    const auto positive = at::tensor(weights.positive).to(logits.device());
    const auto negative = at::tensor(weights.negative).to(logits.device());
    const auto weight = (truth * positive + (1 - truth) * negative) * known;
    const auto smoothed = truth * (1 - smoothing) + smoothing / 2;
    const auto sum = at::binary_cross_entropy_with_logits(logits, smoothed, weight, {}, at::Reduction::Sum);
    return sum / known.sum().clamp_min(1);
}

namespace {

Affine placeOf(const CachedImage& pixels, std::size_t image, const TrainingRecipe& recipe, Seen seen) {
    if (!seen.epoch) return fitToSource(recipe.input, pixels.width, pixels.height);
    return augmentedPlace(recipe.augmentation, recipe.input, {recipe.seed, *seen.epoch, image}, pixels.width,
                          pixels.height);
}

std::int64_t cellsDown(const TrainingRecipe& recipe) {
    return cellsAlong(recipe.input.height, recipe.architecture.outputStride);
}

std::int64_t cellsAcross(const TrainingRecipe& recipe) {
    return cellsAlong(recipe.input.width, recipe.architecture.outputStride);
}

}  // namespace

at::Tensor placeTensor(const TrainingCache& cache, const std::vector<std::size_t>& images,
                       const TrainingRecipe& recipe, Seen seen) {
    auto places = at::empty({static_cast<std::int64_t>(images.size()),
                             static_cast<std::int64_t>(recipe.findings.size()), cellsDown(recipe),
                             cellsAcross(recipe)});
    auto* out = places.data_ptr<float>();
    for (const auto image : images) {
        const auto place = placeOf(cache.pixels(image), image, recipe, seen);
        auto cells = placeTargets(cache.sample(image), place, recipe.input, recipe.architecture.outputStride,
                                  recipe.findings);
        if (seen.epoch && showsOnlyBorder(recipe.augmentation, {recipe.seed, *seen.epoch, image}))
            std::fill(cells.begin(), cells.end(), std::numeric_limits<float>::quiet_NaN());
        out = std::copy(cells.begin(), cells.end(), out);
    }
    return places;
}

at::Tensor countedCells(const TrainingCache& cache, const std::vector<std::size_t>& images,
                        const TrainingRecipe& recipe, Seen seen, at::Device device) {
    if (recipe.architecture.pooling == Pooling::Mean) return {};
    auto shown = at::empty(
        {static_cast<std::int64_t>(images.size()), 1, cellsDown(recipe), cellsAcross(recipe)}, at::kBool);
    auto* out = shown.data_ptr<bool>();
    for (const auto image : images) {
        const auto pixels = cache.pixels(image);
        const auto cells = cellsShown(placeOf(pixels, image, recipe, seen), pixels.width, pixels.height,
                                      recipe.input, recipe.architecture.outputStride);
        out = std::copy(cells.begin(), cells.end(), out);
    }
    return shown.to(device);
}

at::Tensor elsewhere(const at::Tensor& places, const at::Tensor& shown) {
    const auto near =
        at::max_pool2d(at::nan_to_num(places, 1.0), 3, 1, 1);  // a cell's neighbours count as it
    return (near < 0.5).logical_and(shown);
}

at::Tensor placeLoss(const at::Tensor& maps, const at::Tensor& targets) {
    const auto known = at::isnan(targets).logical_not().to(at::kFloat);
    const auto inside = at::nan_to_num(targets, 0.0);
    const auto outside = (1 - inside) * known;
    const auto loss = at::binary_cross_entropy_with_logits(maps, inside, {}, {}, at::Reduction::None);
    return ((loss * inside).sum() / inside.sum().clamp_min(1) +
            (loss * outside).sum() / outside.sum().clamp_min(1)) /
           2;
}

at::Tensor outlineLoss(const at::Tensor& cells, const at::Tensor& targets) {
    constexpr double kOfTheFinding = 3;
    constexpr double kSmooth = 1;  // an empty outline has no Dice
    const auto known = at::isnan(targets).logical_not().to(at::kFloat);
    const auto inside = at::nan_to_num(targets, 0.0);
    const auto weight = known * (1 + (kOfTheFinding - 1) * inside);
    const auto sum = at::binary_cross_entropy_with_logits(cells, inside, weight, {}, at::Reduction::Sum);
    const auto shares = at::sigmoid(cells) * known;
    const auto dice = (2 * (shares * inside).sum() + kSmooth) / (shares.sum() + inside.sum() + kSmooth);
    return sum / known.sum().clamp_min(1) + 0.5 * (1 - dice);
}

at::Tensor edgeEnergy(const at::Tensor& maps) {
    const auto squares = maps.square();
    const auto inner = squares.slice(2, 1, -1).slice(3, 1, -1);
    return (squares.sum() - inner.sum()) / static_cast<double>(maps.numel());
}

namespace {

constexpr double kFollow = 0.05;         // share of a new batch in the running figures
constexpr double kLeastVariance = 0.01;  // of logits: a gap of a hundredth is none

/// Sum of the chosen values over their number, [F]; 0 where none is chosen.
at::Tensor meanOf(const at::Tensor& values, const at::Tensor& chosen) {
    return (values * chosen).sum(0) / chosen.sum(0).clamp_min(1);
}

void follow(at::Tensor& running, const at::Tensor& now, const at::Tensor& chosen) {
    const auto share = kFollow * chosen.sum(0).clamp_max(1);
    running = running + share * (now - running);
}

}  // namespace

BorderGap::BorderGap(std::int64_t findings, at::Device device)
    : positive_(at::zeros({findings}, at::TensorOptions(device))),
      negative_(positive_.clone()),
      variance_(at::ones({findings}, at::TensorOptions(device))) {}

at::Tensor BorderGap::loss(const at::Tensor& logits, const at::Tensor& targets,
                           const at::Tensor& onlyBorder) {
    const auto shown = onlyBorder.unsqueeze(1);
    const auto positives = (targets > 0.5).logical_and(shown).to(at::kFloat);
    const auto negatives = (targets <= 0.5).logical_and(shown).to(at::kFloat);
    const auto gap = meanOf(logits, positives) - meanOf(logits, negatives);
    {
        at::NoGradGuard frozen;
        const auto seen = logits.detach();
        follow(positive_, meanOf(seen, positives), positives);
        follow(negative_, meanOf(seen, negatives), negatives);
        const auto off = (seen - positive_).square() * positives + (seen - negative_).square() * negatives;
        const auto either = positives + negatives;
        follow(variance_, meanOf(off, either), either);
    }
    return ((positive_ - negative_) / (variance_ + kLeastVariance) * gap).mean();
}

NamedTensors BorderGap::state() const {
    return {{"positive", positive_}, {"negative", negative_}, {"variance", variance_}};
}

}  // namespace residua
