// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

#include "inference/findings/model_card.h"

namespace residua::test {

/// A grey ResNet-18 of width 8 (about 0.7 MB in fp32) on 64 × 64 pixels with the findings "opacity" and
/// "effusion", no scope.
ModelCard tinyCard();

/// Writes a whole bundle with random weights to `folder` / card.name and returns that path. The same seed
/// gives the same weights. Link residua_tiny_bundle.
std::filesystem::path writeTinyBundle(const std::filesystem::path& folder, const ModelCard& card = tinyCard(),
                                      std::uint64_t seed = 1);

/// The same with a gate whose distance is the length of the features: what it says is up to the card's
/// distances.
std::filesystem::path writeGatedBundle(const std::filesystem::path& folder, ModelCard card,
                                       const GateCard& gate, std::uint64_t seed = 1);

}  // namespace residua::test
