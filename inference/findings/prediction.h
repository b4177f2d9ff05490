// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imaging/geometry/affine.h"

namespace residua {

/// A finding's evidence by place, at network resolution: the mean of the values that count + bias = logit.
/// Row by row. Signed: positive speaks for the finding, negative against it; the unit is the logit's.
struct ClassMap {
    int width = 0;
    int height = 0;
    std::vector<float> values;
    std::vector<int>
        strongest;   ///< the cells that count, the highest first (Pooling::Strongest); empty = all
    Affine toImage;  ///< centre of map cell (x, y) → image pixel
};

struct FindingScore {
    std::string finding;  ///< the card's code, e.g. "pneumonia"
    double logit = 0;     ///< mean of the class map's cells that count + bias
    double bias = 0;
    double score = 0;  ///< sigmoid(logit / temperature), 0 to 1
    ClassMap map;
};

/// How an image lies, against those of the training.
enum class Orientation { AsTrained, Mirrored, UpsideDown, RotatedLeft, RotatedRight };

/// How an image's features compare with those of the training images (gate.h).
struct Likeness {
    /// Mahalanobis distance to the nearest class of training images, in units of the card's refuse_distance:
    /// above 1 the image is unlike all of them.
    double unlikeness = 0;
    Orientation orientation = Orientation::AsTrained;  ///< the most probable of the card's
    double orientationShare = 1;                       ///< its softmax, 0 to 1
};

/// What one network says about one image.
struct Prediction {
    std::vector<FindingScore> findings;  ///< in the card's order
    std::string device;                  ///< "cpu" or e.g. "cuda: NVIDIA H100"
    std::string precision;               ///< "fp32" or "bf16"
    std::string note;                    ///< e.g. "ran out of GPU memory, finished on the CPU"; usually empty
    std::optional<Likeness> likeness = {};  ///< of networks with a gate
};

}  // namespace residua
