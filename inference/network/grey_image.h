// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "imaging/geometry/affine.h"
#include "imaging/preprocess/preprocess_spec.h"

namespace residua {

/// One channel of values in [0, 1], row by row: what augmentation and the robustness variants work on.
struct GreyImage {
    int width = 0;
    int height = 0;
    std::vector<float> values;

    GreyImage() = default;
    GreyImage(int w, int h)
        : width(w), height(h), values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
    float* row(int y) {
        return values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    }
    const float* row(int y) const {
        return values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    }
};

/// The outputs along one axis: output i lies at source position start + step · i (pixel centres at whole
/// numbers).
struct SampledAxis {
    double start = 0;
    double step = 1;
    int count = 0;
};

/// The axis that shrinks or stretches all of `source` pixels into `count`.
SampledAxis wholeAxis(int source, int count);

/// Resamples with a triangle filter as wide as the step (antialiased bilinear), as imaging/preprocess does:
/// training and prediction see the same image. Outputs outside the source are 0.
/// @param pixels 16 bit, 65535 = 1
GreyImage resample(std::span<const std::uint16_t> pixels, int width, int height, SampledAxis horizontal,
                   SampledAxis vertical);
GreyImage resample(const GreyImage& image, SampledAxis horizontal, SampledAxis vertical);

/// Bilinear at `toSource` of each output pixel; 0 outside the source. Shrink first where the step is above 1.
GreyImage warp(const GreyImage& image, const Affine& toSource, int width, int height);

/// Gaussian of `sigma` pixels, the edge pixels repeated beyond the edge.
GreyImage blurred(const GreyImage& image, double sigma);

/// Output pixel of the spec's fit → source pixel of an image of width × height.
Affine fitToSource(const PreprocessSpec& spec, int width, int height);

}  // namespace residua
