// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>

#include "imaging/progress.h"
#include "inference/network/augmentation.h"
#include "inference/network/bundle.h"
#include "inference/network/predictor.h"
#include "inference/network/training_cache.h"

namespace residua {

struct GateFitting {
    /// The training's: it was taught that a mirrored or turned image is the same, where their probability is
    /// above 0, and then they are not told apart.
    Augmentation augmentation;
    /// Whether images also count as alike after its random changes of grey values (not of place, borders or
    /// polarity). What a training taught to be the same must not be unlike; other scanners differ so.
    bool changes = false;
    std::uint64_t seed = 1;  ///< of the orientations' fit and the changes
    std::size_t images = 0;  ///< of the training part, evenly from all; 0 = all
    Device device = Device::Auto;
    int threads = 0;
};

/// The bundle with a gate (findings/gate.h) in place of any that it had: fitted to the features of the
/// cache's train part as it is, with `changes` once more changed, by the weights as the bundle holds them, in
/// fp32. Distances: the 95th and the 99th percentile over the validation part, with `changes` as it is and
/// three times changed. Orientations: a softmax over the
/// features of at most 1,000 training images in each; one that fewer than 80 % (balanced accuracy) of at most
/// 400 validation images tell is left out; the threshold is such that at most 1 % of the validation images as
/// they are count as something else. What was measured is in the card's evaluation under "gate". The same
/// cache, weights, threads and device give the same bits. Throws Error LabelTooFew for fewer than 32 training
/// or 20 validation images, or images that all look the same; Cancelled; what loading the weights throws.
Bundle withFittedGate(Bundle bundle, const TrainingCache& cache, const GateFitting& how, std::stop_token stop,
                      const Progress& progress);

}  // namespace residua
