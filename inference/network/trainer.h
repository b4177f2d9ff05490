// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "inference/findings/model_card.h"
#include "inference/network/training_cache.h"
#include "inference/network/training_recipe.h"

namespace residua {

enum class TrainingState { Preparing, Training, Validating, Finishing, Done, Stopped };

struct EpochReport {
    int epoch = 0;  ///< from 1
    int epochs = 0;
    double trainingLoss = 0;
    double validationLoss = 0;
    double validationAuc = 0;  ///< mean over findings
    double learningRate = 0;
    double seconds = 0;
    bool best = false;
    int epochsWithoutImprovement = 0;
};

/// Called from the training thread.
struct TrainingObserver {
    std::function<void(TrainingState)> state;
    std::function<void(int epoch, std::size_t step, std::size_t steps, double loss, double imagesPerSecond)>
        step;
    std::function<void(const EpochReport&)> epoch;
    /// A plain sentence about something out of the ordinary: resumed, resumed with other threads, a smaller
    /// rate.
    std::function<void(const std::string&)> note;
};

/// Trains on the cache's train split, chooses on validation, writes the bundle to `folder`/NAME and, each
/// epoch, `folder`/NAME.checkpoint (see checkpoint.h), which is removed once the bundle is whole. An existing
/// checkpoint of the same recipe and data is resumed: on the CPU with the same threads the weights are those
/// of the unbroken run. A loss that is no number goes back to the last checkpoint with a third of the rate,
/// twice at most. `stop` is heeded at each step. The card gets temperature, threshold, training facts,
/// validation figures and baselines, the bundle its gate (gate_fitting.h). Throws Error: TrainingDiverged,
/// CheckpointInvalid, DiskFull (the last whole checkpoint stays), Cancelled (likewise), LabelOneClass if
/// train or validation cannot tell a finding, and what start weights throw.
ModelCard train(const TrainingRecipe& recipe, const TrainingCache& cache, const std::filesystem::path& folder,
                std::stop_token stop, const TrainingObserver& observer);

}  // namespace residua
