// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/preprocess/resample.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace residua {
namespace {

/// The source pixels that make one output, and their weights (sum 1); none for an output outside the source.
struct Taps {
    int first = 0;
    std::vector<float> weights;
    int end() const { return first + static_cast<int>(weights.size()); }
};

Taps tapsAt(double center, double radius, int sourceCount) {
    center = std::clamp(center, -0.5, sourceCount - 0.5);
    const int first = std::max(static_cast<int>(std::ceil(center - radius)), 0);
    const int last = std::min(static_cast<int>(std::floor(center + radius)), sourceCount - 1);
    Taps taps;
    taps.first = first;
    double sum = 0;
    for (int x = first; x <= last; ++x) {
        const double weight = std::max(1 - std::abs(x - center) / radius, 0.0);
        taps.weights.push_back(static_cast<float>(weight));
        sum += weight;
    }
    for (float& weight : taps.weights) weight = static_cast<float>(weight / sum);
    return taps;
}

std::vector<Taps> tapsOf(const ResampleAxis& axis, int sourceCount) {
    std::vector<Taps> taps(static_cast<std::size_t>(axis.count));
    for (int i = axis.first; i < axis.last; ++i)
        taps[static_cast<std::size_t>(i)] =
            tapsAt(axis.start + axis.step * i, std::max(axis.step, 1.0), sourceCount);
    return taps;
}

/// The source columns that any output needs.
struct Columns {
    int first = 0;
    int count = 0;
};

Columns neededColumns(const std::vector<Taps>& taps, const ResampleAxis& axis) {
    if (axis.first >= axis.last) return {};
    const int first = taps[static_cast<std::size_t>(axis.first)].first;
    return {first, taps[static_cast<std::size_t>(axis.last - 1)].end() - first};
}

/// Vertical pass first: whole rows are added up, which the compiler turns into vector instructions.
/// @return vertical.count × columns.count
std::vector<float> shrinkRows(const WindowedRows& source, Columns columns, const std::vector<Taps>& taps,
                              const ResampleAxis& axis) {
    const auto width = static_cast<std::size_t>(columns.count);
    std::vector<float> result(width * static_cast<std::size_t>(axis.count));
    std::vector<float> row(width);
    int begin = axis.first;  // the outputs before it need no row from here on
    for (int y = 0; y < source.height() && begin < axis.last; ++y) {
        while (begin < axis.last && taps[static_cast<std::size_t>(begin)].end() <= y) ++begin;
        if (begin == axis.last || taps[static_cast<std::size_t>(begin)].first > y) continue;
        source.read(y, columns.first, columns.count, row.data());
        for (int i = begin; i < axis.last && taps[static_cast<std::size_t>(i)].first <= y; ++i) {
            const Taps& tap = taps[static_cast<std::size_t>(i)];
            if (y >= tap.end()) continue;
            const float weight = tap.weights[static_cast<std::size_t>(y - tap.first)];
            float* out = result.data() + static_cast<std::size_t>(i) * width;
            for (std::size_t x = 0; x < width; ++x) out[x] += weight * row[x];
        }
    }
    return result;
}

}  // namespace

std::vector<float> resample(const WindowedRows& source, const ResampleAxis& horizontal,
                            const ResampleAxis& vertical) {
    const auto columnTaps = tapsOf(horizontal, source.width());
    const Columns columns = neededColumns(columnTaps, horizontal);
    const auto rows = shrinkRows(source, columns, tapsOf(vertical, source.height()), vertical);
    const auto width = static_cast<std::size_t>(horizontal.count);
    std::vector<float> result(width * static_cast<std::size_t>(vertical.count));
    for (int y = vertical.first; y < vertical.last; ++y) {
        const float* row =
            rows.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(columns.count);
        for (int x = horizontal.first; x < horizontal.last; ++x) {
            const Taps& tap = columnTaps[static_cast<std::size_t>(x)];
            const float* pixels = row + (tap.first - columns.first);
            float sum = 0;
            for (std::size_t i = 0; i < tap.weights.size(); ++i) sum += tap.weights[i] * pixels[i];
            result[static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)] =
                std::clamp(sum, 0.F, 1.F);
        }
    }
    return result;
}

}  // namespace residua
