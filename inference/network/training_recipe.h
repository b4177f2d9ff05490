// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "inference/findings/model_card.h"
#include "inference/network/augmentation.h"
#include "inference/network/predictor.h"

namespace residua {

/// One reproducible training, written into the bundle's card. Serialised as JSON ("residua.recipe/1") with
/// the names below in snake_case.
struct TrainingRecipe {
    std::string name;  ///< of the bundle
    Architecture architecture;
    PreprocessSpec input;
    std::vector<FindingCard> findings;               ///< codes = the labels that are findings
    Aggregation aggregation = Aggregation::Highest;  ///< for the card
    std::string negativeLabel;                       ///< 'normal', 'no_tumor': no finding
    std::filesystem::path startWeights;  ///< safetensors (partial allowed) or a bundle; empty = from nothing
    int epochs = 20;
    int batch = 16;
    double learningRate = 1e-3;  ///< of the head and layer4
    double stageFactor = 1;  ///< rates × this for each earlier stage, the stem with layer1 (0.3 is usual from
                             ///< pretrained weights)
    double weightDecay = 0.02;  ///< of weights, not of norms and biases
    double warmupEpochs = 1;
    double labelSmoothing = 0.05;
    /// Weight of the mean squared class map of the outermost cells in the loss: evidence is to be found
    /// inside.
    double edgePenalty = 0;
    /// Weight of BorderGap in the loss: images that show only their border (augmentation.borderOnly) are not
    /// to be told apart by it.
    double borderGap = 0;
    /// Weight of placeLoss in the loss: where boxes of truth are known, the class map itself is taught.
    double placeWeight = 0;
    double emaDecay = 0.998;    ///< of the weights' moving average; 0 = none
    double startAveraging = 0;  ///< share of the start weights mixed into the result (WiSE-FT, Wortsman 2022)
    bool classWeights = true;
    bool gate = true;           ///< fitted at the end, see gate_fitting.h
    bool gateChanges = false;   ///< GateFitting::changes by the augmentation
    int patience = 6;           ///< epochs without a better validation AUC before it stops
    double sensitivity = 0.95;  ///< at which the threshold is set, on validation
    Augmentation augmentation;
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0 = all cores
    Precision precision = Precision::Auto;
    Device device = Device::Auto;
    int bootstrapRounds = 1000;  ///< of the intervals

    // What the bundle's card says besides (parseModelCard's names); the trainer fills the rest.
    std::string title, version = "1.0", description, license;
    ModelScope scope;
    std::vector<std::string> limits;
    std::string dataJson =
        "{}";  ///< free facts about the data (source, licence, citation), into the card's training
};

std::string toJson(const TrainingRecipe& recipe);
/// Throws Error UsageInvalid naming the field (of a wrong type, out of range or unknown); missing fields keep
/// their defaults.
TrainingRecipe parseTrainingRecipe(std::string_view json);

}  // namespace residua
