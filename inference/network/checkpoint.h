// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "imaging/atomic_file.h"
#include "inference/network/resnet_module.h"
#include "inference/network/training_cache.h"
#include "inference/network/training_recipe.h"

namespace residua {

struct EpochReport;

/// Where a training stands after an epoch, besides its tensors. There is no generator's state to keep:
/// weights at random come from the seed, the data's order from (seed, epoch), augmentation from (seed, epoch,
/// image).
struct TrainingProgress {
    int epoch = 0;           ///< epochs done
    std::int64_t steps = 0;  ///< of the optimiser, and so the place in the schedule
    double bestAuc = -1;
    double bestLoss = 0;
    int bestEpoch = 0;
    int withoutImprovement = 0;
    double rateFactor = 1;  ///< less after a loss that was no number
    int divergences = 0;
    int threads = 0;
    std::string precision;
    std::string device;
    double seconds = 0;
    std::vector<EpochReport> history;
};

/// A checkpoint is one safetensors file, fp32, replaced by rename: the network's tensors by torchvision's
/// names under "network.", the optimiser's under "moment1." and "moment2.", the average's under "average.",
/// the best epoch's under "best.", the start's under "start." where they are averaged in at the end. Its
/// metadata hold "progress" (JSON), "recipe" and "data" (which training it belongs to).
struct Checkpoint {
    TrainingProgress progress;
    std::map<std::string, at::Tensor> tensors;
};

/// Throws Error DiskFull or WriteFailed; the last whole checkpoint stays. Throws WeightsNotFinite.
void writeCheckpoint(const std::filesystem::path& file, const std::string& recipe, const std::string& data,
                     const TrainingProgress& progress, const NamedTensors& tensors,
                     const WriteCall& write = {});

/// Nothing if there is no such file. Throws Error CheckpointInvalid if it is broken or of another recipe or
/// data.
std::optional<Checkpoint> readCheckpoint(const std::filesystem::path& file, const std::string& recipe,
                                         const std::string& data);

/// Copies "prefix" + name into each tensor. Throws CheckpointInvalid if one is missing or of another shape.
void restore(const Checkpoint& checkpoint, const std::string& prefix, const NamedTensors& tensors,
             const std::filesystem::path& file);

/// What makes two trainings the same, as text: the recipe without threads, device and precision.
std::string recipeIdentity(TrainingRecipe recipe);
/// A hash of the cache's samples, targets, splits and a sample of its pixels.
std::string dataIdentity(const TrainingCache& cache);

}  // namespace residua
