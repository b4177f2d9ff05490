// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "imaging/preprocess/preprocess_spec.h"

namespace at {
class Tensor;
}

namespace residua {

/// What a gate measures (findings/gate.h): one image's features, averaged over the cells whose middle shows
/// the image, over all cells where none does. Sums in double, so that they do not depend on the batch.
/// @param features fp32 [C, h, w] in memory
std::vector<float> pooledFeatures(const at::Tensor& features, const ShownPart& shown, int outputStride);

}  // namespace residua
