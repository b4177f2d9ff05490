// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "imaging/preprocess/preprocess_spec.h"
#include "inference/network/training_cache.h"

namespace residua {

/// Ranges of the random changes of a training image, drawn from (seed, epoch, image): loader threads change
/// nothing. First grey values, then place, both on the image before normalisation; what comes in from outside
/// is black.
struct Augmentation {
    double mirror = 0;  ///< probability of left-right mirroring; 0 where a side matters (chests)
    /// Probability of a quarter, half or three-quarter turn (a half where the input is not square): for
    /// images that may come in any orientation; with mirroring in all eight.
    double turn = 0;
    double rotation = 7;        ///< degrees, ±
    double scale = 0.15;        ///< relative, ±
    double aspect = 0.1;        ///< relative change of width against height, ±
    double shift = 0.08;        ///< of the side, ±
    double gamma = 0.3;         ///< exponent exp(±gamma)
    double brightness = 0.1;    ///< added, ± (values in [0, 1])
    double contrast = 0.25;     ///< factor 1 ±, about the image's mean
    double noise = 0.03;        ///< standard deviation at most
    double blur = 1.0;          ///< Gaussian sigma in pixels at most, probability 0.3
    double resolution = 0.5;    ///< down- and upsampling by at most this factor, probability 0.3
    double borderErase = 0;     ///< probability of hiding a random share of the border
    double borderShare = 0.12;  ///< at most this share of each side is hidden
    /// Probability that only the border is shown (half to one and a half of borderShare a side): such an
    /// image teaches that a border is no evidence, so its target is 1/2 for every finding.
    double borderOnly = 0;
    double invert = 0;  ///< probability of black-white inversion
    bool operator==(const Augmentation&) const = default;
};

/// Which draw: the same key gives the same image.
struct AugmentationKey {
    std::uint64_t seed = 0;
    std::uint64_t epoch = 0;
    std::uint64_t image = 0;
};

/// Whether this draw shows only the border: known before the image is made, as its targets change too.
bool showsOnlyBorder(const Augmentation& augmentation, AugmentationKey key);

/// Where a randomly changed image comes from: network pixel → cache pixel of an image of this size.
Affine augmentedPlace(const Augmentation& augmentation, const PreprocessSpec& spec, AugmentationKey key,
                      int width, int height);

/// Fit and normalisation alone, as imaging/preprocess does them after window and crop.
/// @param out channels × height × width of the spec
void fitToNetwork(const CachedImage& image, const PreprocessSpec& spec, std::span<float> out);

/// A randomly changed image, fitted and normalised.
void augmentToNetwork(const CachedImage& image, const PreprocessSpec& spec, const Augmentation& augmentation,
                      AugmentationKey key, std::span<float> out);

/// fitToNetwork as the predictor takes it, with the affine back to the original image.
NetworkInput networkInputOf(const CachedImage& image, const CachedSample& sample, const PreprocessSpec& spec);

}  // namespace residua
