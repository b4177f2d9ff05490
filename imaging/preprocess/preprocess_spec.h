// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/geometry/affine.h"

#include <string>
#include <vector>

namespace residua {

/// How an image becomes a network's input; part of the bundle's card, the same for training and prediction.
struct PreprocessSpec {
    enum class WindowChoice {
        Image,        ///< the image's own VOI LUT or window (its first), else percentiles
        Percentiles,  ///< lowPercentile to highPercentile of the modality values without padding
    };
    enum class Crop { None, Foreground };  ///< Foreground: the bounding box of the largest Otsu component
    enum class Fit {
        Pad,      ///< whole image, aspect kept, the rest filled with 0 (black)
        Stretch,  ///< whole image, aspect given up
        Crop,     ///< aspect kept, the middle shown
    };
    WindowChoice window = WindowChoice::Percentiles;
    double lowPercentile = 0.5;
    double highPercentile = 99.5;
    Crop crop = Crop::None;
    Fit fit = Fit::Pad;
    int width = 224;
    int height = 224;
    int channels = 1;  ///< 1, or 3 equal ones for a three-channel stem
    /// Values in [0, 1] after the window become (v - mean) / std, one number a channel.
    std::vector<float> mean = {0.5F};
    std::vector<float> std = {0.25F};

    bool operator==(const PreprocessSpec&) const = default;
};

/// Which of an input's pixels show the image: [left, right) × [top, bottom). The rest is padding. right = 0:
/// all.
struct ShownPart {
    int left = 0, top = 0, right = 0, bottom = 0;
    /// @param x, y in network pixels
    constexpr bool holds(double x, double y) const {
        return right == 0 || (x >= left - 0.5 && x <= right - 0.5 && y >= top - 0.5 && y <= bottom - 0.5);
    }
};

/// float32, channels × height × width.
struct NetworkInput {
    int channels = 1;
    int height = 0;
    int width = 0;
    std::vector<float> values;
    Affine toImage;  ///< network pixel → image pixel, exact, also where x and y are scaled differently
    ShownPart shown = {};
};

}  // namespace residua
