// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/compute_place.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <thread>

#include "inference/network/cuda_card.h"

namespace residua {

namespace {

bool processorComputesInBf16() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return false;
#endif
}

}  // namespace

ComputePlace choosePlace(const TrainingRecipe& recipe) {
    ComputePlace place;
    const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    place.threads = recipe.threads > 0 ? recipe.threads : cores;
    const auto card = recipe.device == Device::Cpu ? std::nullopt : findCudaCard();
    if (recipe.device == Device::Cuda && !card)
        throw Error(ProblemKind::UsageInvalid, {}, "recipe: 'device' is cuda, and there is no CUDA card");
    if (card) place.device = at::Device(at::kCUDA, 0);
    const bool offered = card ? card->computesInBf16 : processorComputesInBf16();
    place.bf16 = recipe.precision == Precision::Bf16 || (recipe.precision == Precision::Auto && offered);
    // On the CPU an image takes the network some 18 ms on two cores and a loader 2 ms on one.
    place.loaders = static_cast<unsigned>(card ? std::max(1, cores - 2) : std::max(1, place.threads / 4));
    if (at::get_num_threads() != place.threads) at::set_num_threads(place.threads);
    return place;
}

}  // namespace residua
