// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "inference/findings/labels.h"
#include "inference/findings/model_card.h"
#include "inference/findings/prediction.h"
#include "inference/findings/truth_region.h"
#include "inference/network/grey_image.h"

namespace residua {

/// Where one finding's positive heat lies on one image. Shares are NaN where no cell is positive.
struct HeatFacts {
    double insideBody = 0;                   ///< share of the positive heat inside the body
    double outerShare = 0;                   ///< share in the outer 5 % of each side
    std::optional<double> pointingDistance;  ///< of pointingDistance(); nothing without truth
    std::optional<double> truthShare;        ///< of the image that the truth covers
    /// Intersection over union of the truth and the heat whose cells alone would flag (map + bias > 0), on
    /// the network's input; where the strongest cells make the score and truth is known.
    std::optional<double> overlap;
};

/// The first channel of an input with its normalisation undone: values in [0, 1].
GreyImage greyOf(const NetworkInput& input, const PreprocessSpec& spec);

/// The body: the largest component (of pixels that share a side) above Otsu's threshold, its holes filled.
std::vector<bool> bodyOf(const GreyImage& image);

/// A class map on the network's input, bilinear, cells standing for the middles of their pixels.
GreyImage heatOnInput(const ClassMap& map, int width, int height, int outputStride);

/// @param body of bodyOf(greyOf(input))
HeatFacts heatFacts(const ClassMap& map, const NetworkInput& input, const std::vector<bool>& body,
                    int outputStride);

/// The pointing game (Zhang 2018): how far the map's highest value lies from the nearest box, outline or mask
/// of truth (those without a label or with the finding's code as label), in pixels of the network's input; 0
/// inside. Nothing where none is known.
std::optional<double> pointingDistance(const ClassMap& map, const std::string& finding,
                                       const LabelledImage& image, int imageWidth, int imageHeight,
                                       int outputStride);
/// Zhang's tolerance: a maximum so many pixels away still counts as pointing to the finding.
inline constexpr double kPointingTolerance = 15;

/// The truth about a finding drawn over the whole image, kTruthRaster pixels a side; nothing where none is
/// known.
inline constexpr int kTruthRaster = 256;
std::optional<TruthMask> drawnTruth(const std::string& finding, const LabelledImage& image);
double shareInside(const TruthMask& truth);
/// HeatFacts::overlap.
double overlapOf(const ClassMap& map, double bias, const TruthMask& truth, const NetworkInput& input,
                 int imageWidth, int imageHeight, int outputStride);

}  // namespace residua
