// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <c10/core/Device.h>

#include <string>

#include "inference/network/training_recipe.h"

namespace residua {

/// Where and how a training computes.
struct ComputePlace {
    at::Device device = at::kCPU;
    bool bf16 = false;
    int threads = 1;       ///< of LibTorch
    unsigned loaders = 1;  ///< threads that prepare images meanwhile

    std::string precisionName() const { return bf16 ? "bf16" : "fp32"; }
};

/// Auto: CUDA where there is a card; bf16 where the card or the processor (avx512_bf16, amx) computes in it.
/// Sets LibTorch's thread count. Throws Error UsageInvalid if CUDA is asked for and not there.
ComputePlace choosePlace(const TrainingRecipe& recipe);

}  // namespace residua
