// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/pooled_features.h"

#include <ATen/core/Tensor.h>

#include <numeric>

#include "inference/network/class_map.h"

namespace residua {

std::vector<float> pooledFeatures(const at::Tensor& features, const ShownPart& shown, int outputStride) {
    const auto contiguous = features.contiguous();
    const auto height = static_cast<int>(contiguous.size(1));
    const auto width = static_cast<int>(contiguous.size(2));
    std::vector<std::size_t> cells;
    for (int i = 0; i < width * height; ++i)
        if (cellShown(shown, i % width, i / width, outputStride))
            cells.push_back(static_cast<std::size_t>(i));
    if (cells.empty()) {  // an image thinner than half a cell
        cells.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
        std::iota(cells.begin(), cells.end(), std::size_t{0});
    }
    std::vector<float> pooled(static_cast<std::size_t>(contiguous.size(0)));
    const float* channel = contiguous.data_ptr<float>();
    for (float& value : pooled) {
        double sum = 0;
        for (const auto cell : cells) sum += channel[cell];
        value = static_cast<float>(sum / static_cast<double>(cells.size()));
        channel += static_cast<std::ptrdiff_t>(width) * height;
    }
    return pooled;
}

}  // namespace residua
