// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "imaging/geometry/affine.h"
#include "inference/findings/model_card.h"
#include "inference/network/training_cache.h"

namespace residua {

/// Whether it is known where in the image the finding lies.
bool placeKnown(const CachedSample& sample, const FindingCard& finding);

/// What boxes of truth say about each cell of the class maps: 1 = the finding lies here, 0 = it does not, NaN
/// = not known (a positive image without a box). An image without the finding is 0 everywhere.
/// @param inputToCache network pixel → cache pixel, e.g. of augmentedPlace()
/// @return findings × cells down × cells across
std::vector<float> placeTargets(const CachedSample& sample, const Affine& inputToCache,
                                const PreprocessSpec& spec, int outputStride,
                                const std::vector<FindingCard>& findings);

/// Which cells' centres show the image and no padding: cells down × cells across.
std::vector<bool> cellsShown(const Affine& inputToCache, int cacheWidth, int cacheHeight,
                             const PreprocessSpec& spec, int outputStride);

}  // namespace residua
