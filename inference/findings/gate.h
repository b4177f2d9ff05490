// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "inference/findings/model_card.h"
#include "inference/findings/prediction.h"

namespace residua {

/// What a network remembers of the images that it was trained on, to tell images that are unlike them. Its
/// features are what the trunk gives the head, in fp32, averaged over the cells that show the image: one
/// vector an image. Padding is left out, so that an image of another aspect is not unlike for that. The plain
/// mean is taken also where the strongest cells make the score or where negatives come from elsewhere in the
/// image: chosen cells tell of the finding, and this is about the whole image.
struct Gate {
    std::size_t channels = 0;  ///< C of the features
    std::size_t classes = 0;   ///< K, what the labels of the training told apart
    /// [C, C], row by row: W, lower triangular with a positive diagonal, the inverse of the Cholesky factor
    /// of the covariance within the classes. WᵀW is the precision: positive definite whatever the numbers
    /// are.
    std::vector<float> whitening;
    std::vector<float> centres;      ///< [K, C]: W times the mean of each class
    std::vector<float> turnWeights;  ///< [O, C] on Wf, rows: as trained, then
                                     ///< each of GateCard::orientations; O is 0 where there are none
    std::vector<float> turnBiases;   ///< [O]
};

/// Wf. Sums in double and in one order: the same bits for the same image, whichever images come with it.
/// @param features [C]
std::vector<double> whitened(const Gate& gate, std::span<const float> features);

/// Mahalanobis' distance to the nearest class (Lee 2018).
/// @param features Wf
double distanceTo(const Gate& gate, std::span<const double> features);

/// Softmax over the orientations, [O].
/// @param features Wf
std::vector<double> orientationShares(const Gate& gate, std::span<const double> features);

/// What the gate says of one image. @param features [C]
Likeness likenessOf(const Gate& gate, const GateCard& card, std::span<const float> features);

/// Throws Error WeightsShapeMismatch (sizes that do not fit each other or the card), WeightsNotFinite or
/// WeightsFormatInvalid (a whitening that is no lower triangle with a positive diagonal), naming the tensor.
void checkGate(const Gate& gate, const GateCard& card, const std::filesystem::path& path);

}  // namespace residua
