// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "inference/findings/model_card.h"

namespace residua {

/// A network with random weights as the bytes of a safetensors file (fp32), the same for the same seed: for
/// tests and benchmarks. Throws Error BundleCardInvalid for an architecture that does not exist.
std::string randomWeights(const Architecture& architecture, int findings, std::uint64_t seed);

}  // namespace residua
