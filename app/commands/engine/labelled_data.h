// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/engine/command.h"
#include "inference/findings/labels.h"
#include "inference/findings/model_card.h"
#include "inference/network/training_cache.h"

namespace residua {

/// The label that stands for 'none of the findings' if the table has a usual one: normal, negative, no_tumor,
/// …
std::optional<std::string> usualNegativeLabel(const std::vector<std::string>& labels);

/// What each image of a split table says about each finding, and where. Rows that cannot be understood become
/// problem lines and are left out; masks that cannot be become problem lines, and the row keeps its label.
/// Throws Cancelled.
/// @param modality of pictures; findings with a modality look into DICOM files for theirs
std::vector<CachedSample> samplesOf(const LabelTable& table, const std::vector<FindingCard>& findings,
                                    const std::string& negativeLabel, const std::string& modality,
                                    CommandContext& context);

/// Decodes, windows, crops and shrinks one image as training caches hold it.
DecodedSample decodeSample(const std::filesystem::path& path, const PreprocessSpec& spec, int longerSide);

/// The cache of these samples: the file as it is if it was made of the same files in the same way, else made
/// anew. Images that cannot be decoded become problem lines and are left out. Throws Cancelled.
TrainingCache cacheOf(const std::vector<CachedSample>& samples, const PreprocessSpec& spec,
                      const std::filesystem::path& file, CommandContext& context);

}  // namespace residua
