// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "inference/findings/gate.h"

namespace residua {

/// Features of images, a row each.
struct FeatureTable {
    std::size_t channels = 0;
    std::vector<float> values;

    std::size_t size() const { return channels == 0 ? 0 : values.size() / channels; }
    std::span<const float> row(std::size_t image) const {
        return std::span(values).subspan(image * channels, channels);
    }
    void add(std::span<const float> features) {
        values.insert(values.end(), features.begin(), features.end());
    }
};

/// Which class each image counts to: images with the same targets make one, and combinations with fewer than
/// 16 images make one together, or go to the largest where that is still too few.
/// @param targets one list an image: 1, 0 or NaN for each finding
/// @return 0 to K - 1, one an image
std::vector<std::size_t> labelClasses(const std::vector<std::vector<float>>& targets);

struct ClassFit {
    Gate gate;             ///< without orientations
    double shrinkage = 0;  ///< of the covariance towards equal variances, 0 to 1
};

/// Centres and whitening by the covariance within the classes, shrunk by OAS (Chen 2010, eq. 23). Throws
/// Error LabelTooFew for features that do not vary, Cancelled.
/// @param classes one an image, 0 to K - 1, each there at least once
ClassFit fitClasses(const FeatureTable& features, const std::vector<std::size_t>& classes,
                    const std::stop_token& stop);

/// A softmax over orientations on whitened features, by Adam on batches that `seed` draws, with weight decay:
/// sets the gate's turnWeights and turnBiases. The same numbers give the same bits. Throws Cancelled.
/// @param orientations the features of each orientation's images, [0] those as trained; none empty
void fitOrientations(Gate& gate, const std::vector<FeatureTable>& orientations, std::uint64_t seed,
                     const std::stop_token& stop);

/// The value that `share` of the values are at or below, linear between neighbours. NaN of nothing.
double percentile(std::vector<double> values, double share);

}  // namespace residua
