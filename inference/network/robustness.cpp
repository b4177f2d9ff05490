// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/robustness.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "imaging/error.h"
#include "inference/network/grey_image.h"
#include "inference/network/heat.h"

namespace residua {

namespace {

constexpr double kBorder = 0.12;

enum class Border { Hidden, Only };

GreyImage withBorder(GreyImage image, Border border) {
    const int left = static_cast<int>(std::lround(kBorder * image.width));
    const int top = static_cast<int>(std::lround(kBorder * image.height));
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const bool outer = x < left || x >= image.width - left || y < top || y >= image.height - top;
            if (outer == (border == Border::Hidden)) image.row(y)[x] = 0;
        }
    }
    return image;
}

template <typename Change>
GreyImage mapped(GreyImage image, const Change& change) {
    for (float& v : image.values) v = std::clamp(static_cast<float>(change(v)), 0.0F, 1.0F);
    return image;
}

GreyImage withGamma(const GreyImage& image, double gamma) {
    return mapped(image, [gamma](float v) { return std::pow(v, gamma); });
}

GreyImage withResolution(const GreyImage& image, double factor) {
    const int width = std::max(1, static_cast<int>(std::lround(image.width * factor)));
    const int height = std::max(1, static_cast<int>(std::lround(image.height * factor)));
    const auto small = resample(image, wholeAxis(image.width, width), wholeAxis(image.height, height));
    return resample(small, wholeAxis(width, image.width), wholeAxis(height, image.height));
}

/// Scaled about the middle and moved: `scale` > 1 shows less of the image, shifts are shares of the side.
GreyImage framed(const GreyImage& image, double scale, double shiftX, double shiftY) {
    const double middleX = (image.width - 1) / 2.0;
    const double middleY = (image.height - 1) / 2.0;
    const Affine toSource{1 / scale, 0,         middleX - middleX / scale + shiftX * image.width,
                          0,         1 / scale, middleY - middleY / scale + shiftY * image.height};
    const GreyImage& sharp = image;
    return warp(scale < 1 ? blurred(sharp, 0.5 * (1 / scale - 0.5)) : sharp, toSource, image.width,
                image.height);
}

struct Variant {
    std::string_view name;
    GreyImage (*apply)(const GreyImage&);
};

constexpr std::array<Variant, 20> kVariants{{
    {"border_hidden", [](const GreyImage& i) { return withBorder(i, Border::Hidden); }},
    {"border_only", [](const GreyImage& i) { return withBorder(i, Border::Only); }},
    {"gamma_0.6", [](const GreyImage& i) { return withGamma(i, 0.6); }},
    {"gamma_0.8", [](const GreyImage& i) { return withGamma(i, 0.8); }},
    {"gamma_1.3", [](const GreyImage& i) { return withGamma(i, 1.3); }},
    {"gamma_1.7", [](const GreyImage& i) { return withGamma(i, 1.7); }},
    {"exposure_darker", [](const GreyImage& i) { return mapped(i, [](float v) { return 0.75F * v; }); }},
    {"exposure_brighter", [](const GreyImage& i) { return mapped(i, [](float v) { return 1.25F * v; }); }},
    {"contrast_lower",
     [](const GreyImage& i) { return mapped(i, [](float v) { return 0.5F + 0.7F * (v - 0.5F); }); }},
    {"contrast_higher",
     [](const GreyImage& i) { return mapped(i, [](float v) { return 0.5F + 1.3F * (v - 0.5F); }); }},
    {"blur_1", [](const GreyImage& i) { return blurred(i, 1); }},
    {"blur_2", [](const GreyImage& i) { return blurred(i, 2); }},
    {"resolution_half", [](const GreyImage& i) { return withResolution(i, 0.5); }},
    {"resolution_third", [](const GreyImage& i) { return withResolution(i, 1.0 / 3); }},
    {"crop_10", [](const GreyImage& i) { return framed(i, 1 / 0.8, 0, 0); }},
    {"pad_10", [](const GreyImage& i) { return framed(i, 1 / 1.2, 0, 0); }},
    {"shift_left", [](const GreyImage& i) { return framed(i, 1, 0.08, 0); }},
    {"shift_right", [](const GreyImage& i) { return framed(i, 1, -0.08, 0); }},
    {"shift_up", [](const GreyImage& i) { return framed(i, 1, 0, 0.08); }},
    {"shift_down", [](const GreyImage& i) { return framed(i, 1, 0, -0.08); }},
}};

}  // namespace

const std::vector<std::string>& robustnessVariants() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const auto& variant : kVariants) all.emplace_back(variant.name);
        return all;
    }();
    return names;
}

NetworkInput robustnessVariant(const NetworkInput& input, const PreprocessSpec& spec, std::string_view name) {
    const auto found = std::find_if(kVariants.begin(), kVariants.end(),
                                    [&](const Variant& variant) { return variant.name == name; });
    if (found == kVariants.end())
        throw Error(ProblemKind::UsageInvalid, {}, "no robustness variant '" + std::string(name) + "'");
    const auto changed = found->apply(greyOf(input, spec));
    NetworkInput result = input;
    for (int channel = 0; channel < input.channels; ++channel) {
        const auto c = static_cast<std::size_t>(channel);
        float* plane = result.values.data() + c * changed.values.size();
        for (std::size_t i = 0; i < changed.values.size(); ++i)
            plane[i] = (changed.values[i] - spec.mean.at(c)) / spec.std.at(c);
    }
    return result;
}

}  // namespace residua
