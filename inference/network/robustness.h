// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "imaging/preprocess/preprocess_spec.h"

namespace residua {

/// Names of the fixed changes that a network is tried against, e.g. "border_hidden" (the outer 12 % of each
/// side black), "border_only" (all but them black), "gamma_0.6", "exposure_darker", "blur_2",
/// "resolution_third", "crop_10" (the outer 10 % cut off), "pad_10", "shift_left".
const std::vector<std::string>& robustnessVariants();

/// The input, changed; its size and normalisation stay. Throws Error UsageInvalid for an unknown name.
NetworkInput robustnessVariant(const NetworkInput& input, const PreprocessSpec& spec, std::string_view name);

}  // namespace residua
