// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/preprocess/preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "imaging/error.h"
#include "imaging/preprocess/foreground.h"
#include "imaging/preprocess/resample.h"
#include "imaging/preprocess/windowed_rows.h"

namespace residua {
namespace {

PixelBox boxOf(const WindowedRows& rows, PreprocessSpec::Crop crop) {
    if (crop == PreprocessSpec::Crop::Foreground) return foregroundBox(rows);
    return {0, 0, static_cast<double>(rows.width()), static_cast<double>(rows.height())};
}

/// Puts the middle of [start, start + length] (pixel edges) at the middle of `count` outputs of `step`
/// pixels.
ResampleAxis centredAxis(double start, double length, double step, int count) {
    ResampleAxis axis{start + length / 2 - step * count / 2.0 + step / 2 - 0.5, step, count, 0, count};
    const double covered = length / step;  // outputs that the box fills; more than count when it is cropped
    const double before = (count - covered) / 2;
    axis.first = std::max(static_cast<int>(std::ceil(before - 0.5 - 1e-9)), 0);
    axis.last = std::min(static_cast<int>(std::floor(before + covered - 0.5 + 1e-9)) + 1, count);
    if (axis.first >= axis.last) {  // thinner than an output pixel: shown all the same
        axis.first = std::min(static_cast<int>(before + covered / 2), count - 1);
        axis.last = axis.first + 1;
    }
    return axis;
}

struct Grid {
    ResampleAxis horizontal;
    ResampleAxis vertical;
    Affine toImage() const {
        return {horizontal.step, 0, horizontal.start, 0, vertical.step, vertical.start};
    }
};

Grid fitted(const PixelBox& box, PreprocessSpec::Fit fit, int width, int height) {
    double stepX = box.width / width;
    double stepY = box.height / height;
    if (fit == PreprocessSpec::Fit::Pad) stepX = stepY = std::max(stepX, stepY);
    if (fit == PreprocessSpec::Fit::Crop) stepX = stepY = std::min(stepX, stepY);
    return {centredAxis(box.left, box.width, stepX, width), centredAxis(box.top, box.height, stepY, height)};
}

void requireUsable(const PreprocessSpec& spec) {
    if (spec.width <= 0 || spec.height <= 0 || spec.channels <= 0)
        throw Error(ProblemKind::UsageInvalid, {}, "an input size of 0");
    const auto channels = static_cast<std::size_t>(spec.channels);
    if (spec.mean.size() != channels || spec.std.size() != channels)
        throw Error(ProblemKind::UsageInvalid, {}, "mean and std need one number a channel");
}

}  // namespace

CroppedImage windowAndCrop(const Image& image, const PreprocessSpec& spec, int maximumSide) {
    if (maximumSide <= 0) throw Error(ProblemKind::UsageInvalid, {}, "an image side of 0");
    const WindowedRows rows(image, spec);
    const PixelBox box = boxOf(rows, spec.crop);
    const double step = std::max(std::max(box.width, box.height) / maximumSide, 1.0);
    CroppedImage cropped;
    cropped.width = std::max(static_cast<int>(std::lround(box.width / step)), 1);
    cropped.height = std::max(static_cast<int>(std::lround(box.height / step)), 1);
    const Grid grid = fitted(box, PreprocessSpec::Fit::Stretch, cropped.width, cropped.height);
    cropped.values = resample(rows, grid.horizontal, grid.vertical);
    cropped.toImage = grid.toImage();
    return cropped;
}

NetworkInput preprocess(const Image& image, const PreprocessSpec& spec) {
    requireUsable(spec);
    const WindowedRows rows(image, spec);
    const Grid grid = fitted(boxOf(rows, spec.crop), spec.fit, spec.width, spec.height);
    const auto values = resample(rows, grid.horizontal, grid.vertical);
    NetworkInput input;
    input.channels = spec.channels;
    input.height = spec.height;
    input.width = spec.width;
    input.toImage = grid.toImage();
    input.shown = {grid.horizontal.first, grid.vertical.first, grid.horizontal.last, grid.vertical.last};
    input.values.reserve(values.size() * static_cast<std::size_t>(spec.channels));
    for (std::size_t channel = 0; channel < static_cast<std::size_t>(spec.channels); ++channel)
        for (const float value : values)
            input.values.push_back((value - spec.mean[channel]) / spec.std[channel]);
    return input;
}

}  // namespace residua
