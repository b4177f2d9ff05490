// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "imaging/preprocess/preprocess_spec.h"
#include "inference/findings/prediction.h"

namespace residua {

/// An input as it would be had the image been stored in another orientation. A square input's pixels change
/// places, nothing is computed; one that is not square is resampled after a turn by 90°.
/// @param number of the image: upside down, every second one is turned by 180° and the others are flipped, as
/// films and as matrices are put upside down
NetworkInput inOrientation(const NetworkInput& input, Orientation orientation, std::uint64_t number = 0);

/// What a network should not take for an image of its kind: names for evaluate's table.
inline constexpr std::array<std::string_view, 7> kInputChanges{
    "inverted", "rotated_left", "rotated_right", "upside_down", "mirrored", "noise", "blank"};

/// The input changed in one of these ways; black and white change places where the image is shown, noise is
/// uniform from black to white, blank is mid-grey. Throws Error UsageInvalid for an unknown name.
NetworkInput changedInput(const NetworkInput& input, const PreprocessSpec& spec, std::string_view change,
                          std::uint64_t number = 0);

}  // namespace residua
