// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "imaging/atomic_file.h"
#include "inference/findings/model_card.h"

namespace residua {

inline constexpr std::string_view kCardFile = "card.json";
inline constexpr std::string_view kWeightsFile = "model.safetensors";

/// A model bundle is a folder `name/` with card.json (schema "residua.model/1") and model.safetensors, whose
/// SHA-256 the card holds. It holds tensors and JSON, never code.

/// Reads the card and checks the weights' hash. Throws Error BundleFileMissing, BundleCardInvalid or
/// BundleWeightsChanged; the weights' shapes are checked when a Predictor loads them.
ModelCard readBundle(const std::filesystem::path& folder);

/// Only the card, without hashing the weights: for lists. Throws as readBundle, less BundleWeightsChanged.
ModelCard readBundleCard(const std::filesystem::path& folder);

struct Bundle {
    ModelCard card;
    std::string weights;  ///< the bytes of model.safetensors, whose hash is the card's
};

/// As readBundle, with the very bytes that were hashed.
Bundle loadBundle(const std::filesystem::path& folder);

/// Writes the folder as a whole: it appears complete or not at all, and replaces an older bundle of that name
/// in one step. The card's weightsSha256 is set from `weights`. Throws Error DiskFull or WriteFailed, and
/// BundleCardInvalid for a card that could not be read again.
/// @param write for tests: a disk that fails
ModelCard writeBundle(const std::filesystem::path& folder, ModelCard card, std::string_view weights,
                      const WriteCall& write = {});

std::string sha256OfFile(const std::filesystem::path& path);  ///< lower-case hex

}  // namespace residua
