// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "inference/findings/model_card.h"

namespace residua {

/// A model bundle is a folder `name/` with card.json (schema "residua.model/1") and model.safetensors, whose
/// SHA-256 the card holds. It holds tensors and JSON, never code.

/// Reads the card and checks the weights' hash. Throws Error BundleFileMissing, BundleCardInvalid or
/// BundleWeightsChanged; the weights' shapes are checked when a Predictor loads them.
ModelCard readBundle(const std::filesystem::path& folder);

/// Only the card, without hashing the weights: for lists. Throws as readBundle, less BundleWeightsChanged.
ModelCard readBundleCard(const std::filesystem::path& folder);

std::string sha256OfFile(const std::filesystem::path& path);  ///< lower-case hex

}  // namespace residua
