// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "inference/findings/gate.h"
#include "inference/network/safetensors.h"

namespace residua {

/// A bundle keeps its gate in model.safetensors, so that one hash vouches for weights and gate:
/// "gate.whitening" [C, C], "gate.centres" [K, C], "gate.turn.weight" [O, C] and "gate.turn.bias" [O] (the
/// last two only where orientation is told), as F32: the whitening spans more than F16 holds.
inline constexpr std::string_view kGatePrefix = "gate.";

/// The gate that the card speaks of; none where it speaks of none. Throws Error WeightsShapeMismatch (a
/// tensor missing, left over, of another type or shape, or there without the card's word), WeightsNotFinite
/// and WeightsFormatInvalid as checkGate().
/// @param channels of the features
std::optional<Gate> gateOf(const ModelCard& card, const Safetensors& file, std::size_t channels);

/// The bytes of the file with this gate in place of any that it has; the other tensors stay as they are.
std::string withGate(const Safetensors& file, const Gate& gate);

}  // namespace residua
