// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/training_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <limits>

#include "inference/network/augmentation.h"

namespace residua {

TrainingLoss::TrainingLoss(const TrainingRecipe& recipe, const TrainingCache& cache,
                           const std::vector<std::size_t>& trainingImages, at::Device device)
    : recipe_(recipe),
      cache_(cache),
      weights_(classWeightsOf(cache, trainingImages, recipe)),
      borderGap_(static_cast<std::int64_t>(recipe.findings.size()), device),
      device_(device) {}

at::Tensor TrainingLoss::onlyBorder(const std::vector<std::size_t>& images, std::uint64_t epoch) const {
    auto only = at::empty({static_cast<std::int64_t>(images.size())}, at::kBool);
    std::transform(images.begin(), images.end(), only.data_ptr<bool>(), [&](std::size_t image) {
        return showsOnlyBorder(recipe_.augmentation, {recipe_.seed, epoch, image});
    });
    return only;
}

at::Tensor TrainingLoss::operator()(const ResNet& network, const at::Tensor& features,
                                    const std::vector<std::size_t>& images, std::uint64_t epoch) {
    const auto targets = targetTensor(cache_, images, recipe_.findings.size()).to(device_);
    const auto border = onlyBorder(images, epoch).to(device_);
    // An image that shows only its border speaks neither for nor against; what is not known (NaN) stays so.
    const auto half = at::where(border.unsqueeze(1), targets + (0.5 - targets), targets);
    const auto maps = network.classMaps(features);
    const auto counted = countedCells(cache_, images, recipe_, {epoch}, device_);
    const auto logits = network.logitsOfMaps(maps, counted);
    auto loss = elsewhereCounts(recipe_) ? withElsewhere(network, maps, logits, counted, half, images, epoch)
                                         : findingLoss(logits, half, weights_, recipe_.labelSmoothing);
    if (recipe_.placeWeight > 0 && recipe_.architecture.pooling == Pooling::Mean)
        loss = loss + recipe_.placeWeight *
                          placeLoss(maps, placeTensor(cache_, images, recipe_, {epoch}).to(device_));
    if (recipe_.borderGap > 0) loss = loss + recipe_.borderGap * borderGap_.loss(logits, targets, border);
    if (recipe_.edgePenalty > 0) loss = loss + recipe_.edgePenalty * edgeEnergy(maps);
    return loss;
}

at::Tensor TrainingLoss::withElsewhere(const ResNet& network, const at::Tensor& maps,
                                       const at::Tensor& logits, const at::Tensor& shown,
                                       const at::Tensor& targets, const std::vector<std::size_t>& images,
                                       std::uint64_t epoch) const {
    const auto unknown = at::full({}, std::numeric_limits<float>::quiet_NaN(), maps.options());
    const auto places = at::where(shown, placeTensor(cache_, images, recipe_, {epoch}).to(device_), unknown);
    const auto free = elsewhere(places, shown);
    // The rest of an image with the finding is an image without it; where nothing is known, no place is free.
    const auto counts = (targets > 0.5).logical_and(free.flatten(2).any(2));
    const auto without = at::where(counts, at::zeros({}, maps.options()), unknown);
    const auto ofImages = findingLoss(at::cat({logits, network.logitsOfMaps(maps, free)}),
                                      at::cat({targets, without}), weights_, recipe_.labelSmoothing);
    const auto cells = maps + network.headBias().view({1, -1, 1, 1});
    return ofImages + recipe_.placeWeight * outlineLoss(cells, places);
}

NamedTensors TrainingLoss::state() const {
    return recipe_.borderGap > 0 ? borderGap_.state() : NamedTensors{};
}

}  // namespace residua
