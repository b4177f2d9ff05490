// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "inference/findings/prediction.h"
#include "inference/network/predictor.h"

namespace residua {

/// How a gate judges a set of images.
struct LikenessFigures {
    std::string set;  ///< "as they are", a change of changedInput(), or a folder's name
    std::size_t images = 0;
    double warned = 0;      ///< share that is scored with a caution
    double refused = 0;     ///< share that is not scored
    double byDistance = 0;  ///< share beyond the refuse distance, whatever the orientation
    /// Of the distance, of these against the images as they are; NaN for those themselves.
    double auc = 0;
};

/// @param inScope the images as they are; empty: `judged` are those
LikenessFigures likenessFigures(const std::string& set, const GateCard& gate,
                                const std::vector<Likeness>& judged, const std::vector<Likeness>& inScope);

/// What the gate says of one image under each of kInputChanges. Nothing of a network without a gate.
std::map<std::string, Likeness> likenessOfChanges(Predictor& predictor, const NetworkInput& input,
                                                  std::uint64_t number, std::stop_token stop);

}  // namespace residua
