// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/grey_image.h"

#include <algorithm>
#include <cmath>

namespace residua {

namespace {

constexpr float kFromStored = 1.0F / 65535.0F;

/// The source pixels that make one output, and their weights (sum 1); none for an output outside the source.
struct Taps {
    int first = 0;
    std::vector<float> weights;
};

Taps tapsAt(double center, double radius, int sourceCount) {
    Taps taps;
    if (center < -0.5 - 1e-9 || center > sourceCount - 0.5 + 1e-9) return taps;
    taps.first = std::max(static_cast<int>(std::ceil(center - radius)), 0);
    const int last = std::min(static_cast<int>(std::floor(center + radius)), sourceCount - 1);
    double sum = 0;
    for (int x = taps.first; x <= last; ++x) {
        const double weight = std::max(1 - std::abs(x - center) / radius, 0.0);
        taps.weights.push_back(static_cast<float>(weight));
        sum += weight;
    }
    for (float& weight : taps.weights) weight = static_cast<float>(weight / sum);
    return taps;
}

std::vector<Taps> tapsOf(SampledAxis axis, int sourceCount) {
    std::vector<Taps> taps;
    taps.reserve(static_cast<std::size_t>(axis.count));
    for (int i = 0; i < axis.count; ++i)
        taps.push_back(tapsAt(axis.start + axis.step * i, std::max(axis.step, 1.0), sourceCount));
    return taps;
}

/// Vertical pass first: whole rows are added up, which the compiler turns into vector instructions.
template <typename Value>
GreyImage resampleAny(const Value* pixels, int width, int height, float unit, SampledAxis horizontal,
                      SampledAxis vertical) {
    GreyImage result(horizontal.count, vertical.count);
    const auto columns = tapsOf(horizontal, width);
    const auto rows = tapsOf(vertical, height);
    std::vector<float> line(static_cast<std::size_t>(width));
    for (int y = 0; y < vertical.count; ++y) {
        const auto& rowTaps = rows[static_cast<std::size_t>(y)];
        if (rowTaps.weights.empty()) continue;
        std::fill(line.begin(), line.end(), 0.0F);
        for (std::size_t k = 0; k < rowTaps.weights.size(); ++k) {
            const float weight = rowTaps.weights[k] * unit;
            const Value* row = pixels + (static_cast<std::size_t>(rowTaps.first) + k) * line.size();
            for (std::size_t x = 0; x < line.size(); ++x) line[x] += weight * static_cast<float>(row[x]);
        }
        float* out = result.row(y);
        for (std::size_t x = 0; x < columns.size(); ++x) {
            const float* from = line.data() + columns[x].first;
            float sum = 0;
            for (std::size_t k = 0; k < columns[x].weights.size(); ++k)
                sum += columns[x].weights[k] * from[k];
            out[x] = sum;
        }
    }
    return result;
}

/// A row convolved with a symmetric kernel.
void convolveRow(const float* in, float* out, int count, const std::vector<float>& kernel) {
    const int radius = static_cast<int>(kernel.size()) - 1;
    for (int i = 0; i < count; ++i) {
        float sum = kernel[0] * in[i];
        for (int k = 1; k <= radius; ++k)
            sum += kernel[static_cast<std::size_t>(k)] *
                   (in[std::max(i - k, 0)] + in[std::min(i + k, count - 1)]);
        out[i] = sum;
    }
}

/// Weights at distance 0, 1, … of a Gaussian cut at three deviations; the whole kernel's sum is 1.
std::vector<float> gaussianKernel(double sigma) {
    const int radius = std::max(1, static_cast<int>(std::ceil(3 * sigma)));
    std::vector<double> weights;
    double sum = 0;
    for (int k = 0; k <= radius; ++k) {
        weights.push_back(std::exp(-0.5 * k * k / (sigma * sigma)));
        sum += k == 0 ? weights.back() : 2 * weights.back();
    }
    std::vector<float> kernel;
    for (const double weight : weights) kernel.push_back(static_cast<float>(weight / sum));
    return kernel;
}

}  // namespace

SampledAxis wholeAxis(int source, int count) {
    const double step = static_cast<double>(source) / count;
    return {step / 2 - 0.5, step, count};
}

GreyImage resample(std::span<const std::uint16_t> pixels, int width, int height, SampledAxis horizontal,
                   SampledAxis vertical) {
    return resampleAny(pixels.data(), width, height, kFromStored, horizontal, vertical);
}

GreyImage resample(const GreyImage& image, SampledAxis horizontal, SampledAxis vertical) {
    return resampleAny(image.values.data(), image.width, image.height, 1.0F, horizontal, vertical);
}

GreyImage warp(const GreyImage& image, const Affine& toSource, int width, int height) {
    GreyImage result(width, height);
    const float right = static_cast<float>(image.width) - 0.5F;
    const float bottom = static_cast<float>(image.height) - 0.5F;
    for (int y = 0; y < height; ++y) {
        const auto [startX, startY] = toSource({0, static_cast<double>(y)});
        float* out = result.row(y);
        for (int x = 0; x < width; ++x) {
            float u = static_cast<float>(startX + toSource.a * x);
            float v = static_cast<float>(startY + toSource.d * x);
            if (!(u >= -0.5F && v >= -0.5F && u <= right && v <= bottom)) continue;
            u = std::clamp(u, 0.0F, static_cast<float>(image.width - 1));
            v = std::clamp(v, 0.0F, static_cast<float>(image.height - 1));
            const int left = std::min(static_cast<int>(u), std::max(image.width - 2, 0));
            const int top = std::min(static_cast<int>(v), std::max(image.height - 2, 0));
            const float du = u - static_cast<float>(left);
            const float dv = v - static_cast<float>(top);
            const int nextColumn = image.width > 1 ? 1 : 0;
            const float* a = image.row(top) + left;
            const float* b = image.height > 1 ? a + image.width : a;
            const float above = a[0] + du * (a[nextColumn] - a[0]);
            const float below = b[0] + du * (b[nextColumn] - b[0]);
            out[x] = above + dv * (below - above);
        }
    }
    return result;
}

GreyImage blurred(const GreyImage& image, double sigma) {
    const auto kernel = gaussianKernel(sigma);
    GreyImage rows(image.width, image.height);
    GreyImage result(image.width, image.height);
    for (int y = 0; y < image.height; ++y) convolveRow(image.row(y), rows.row(y), image.width, kernel);
    const int radius = static_cast<int>(kernel.size()) - 1;
    for (int y = 0; y < image.height; ++y) {  // whole rows at a time, for the cache's sake
        float* out = result.row(y);
        for (int k = -radius; k <= radius; ++k) {
            const float weight = kernel[static_cast<std::size_t>(std::abs(k))];
            const float* in = rows.row(std::clamp(y + k, 0, image.height - 1));
            for (int x = 0; x < image.width; ++x) out[x] += weight * in[x];
        }
    }
    return result;
}

Affine fitToSource(const PreprocessSpec& spec, int width, int height) {
    double stepX = static_cast<double>(width) / spec.width;
    double stepY = static_cast<double>(height) / spec.height;
    if (spec.fit == PreprocessSpec::Fit::Pad) stepX = stepY = std::max(stepX, stepY);
    if (spec.fit == PreprocessSpec::Fit::Crop) stepX = stepY = std::min(stepX, stepY);
    // The middles coincide; pixel centres are at whole numbers.
    return {stepX, 0,     (width - 1) / 2.0 - stepX * (spec.width - 1) / 2.0,
            0,     stepY, (height - 1) / 2.0 - stepY * (spec.height - 1) / 2.0};
}

}  // namespace residua
