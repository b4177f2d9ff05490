// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/augmentation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "inference/findings/counter_random.h"
#include "inference/network/grey_image.h"

namespace residua {

namespace {

/// One draw of all ranges. Every number is drawn whether it is used or not: narrowing one range leaves the
/// others' draws alone.
struct Draw {
    Affine place;  ///< network pixel → network pixel before the change
    double gamma, contrast, brightness, noise, blur, resolution;
    std::array<double, 4> border;  ///< shares hidden: left, top, right, bottom
    double borderValue;
    bool invert;
};

/// Rotation, scale, aspect, mirroring about the middle, then the shift, from output to source.
Affine drawPlace(const Augmentation& a, const PreprocessSpec& spec, CounterRandom& random) {
    const double angle = random.uniform(-1, 1) * a.rotation * std::numbers::pi / 180;
    const double scale = std::exp(random.uniform(-1, 1) * std::log1p(a.scale));
    const double aspect = std::exp(0.5 * random.uniform(-1, 1) * std::log1p(a.aspect));
    const double shiftX = random.uniform(-1, 1) * a.shift * spec.width;
    const double shiftY = random.uniform(-1, 1) * a.shift * spec.height;
    const double side = random.uniform() < a.mirror ? -1 : 1;
    const double x = side / (scale * aspect);
    const double y = aspect / scale;
    const Affine turn{x * std::cos(angle), -x * std::sin(angle), 0,
                      y * std::sin(angle), y * std::cos(angle),  0};
    const double middleX = (spec.width - 1) / 2.0;
    const double middleY = (spec.height - 1) / 2.0;
    const Affine centred{1, 0, -middleX - shiftX, 0, 1, -middleY - shiftY};
    return then(then(centred, turn), Affine{1, 0, middleX, 0, 1, middleY});
}

/// A turn by quarters about the middle, drawn apart from everything else: other recipes' draws stay.
Affine drawTurn(const Augmentation& a, const PreprocessSpec& spec, AugmentationKey key) {
    CounterRandom random(key.seed ^ 0x7064e5, key.epoch, key.image);
    if (random.uniform() >= a.turn) return {};
    const bool square = spec.width == spec.height;
    const int quarters = square ? 1 + std::min(2, static_cast<int>(3 * random.uniform())) : 2;
    const double c = quarters == 2 ? -1 : 0, s = quarters == 1 ? 1 : quarters == 3 ? -1 : 0;
    const double middleX = (spec.width - 1) / 2.0, middleY = (spec.height - 1) / 2.0;
    return {c, -s, middleX - c * middleX + s * middleY, s, c, middleY - s * middleX - c * middleY};
}

Draw draw(const Augmentation& a, const PreprocessSpec& spec, AugmentationKey key, CounterRandom& random) {
    constexpr double kSometimes = 0.3;
    Draw d{};
    d.place = then(drawTurn(a, spec, key), drawPlace(a, spec, random));
    d.gamma = std::exp(random.uniform(-1, 1) * a.gamma);
    d.contrast = 1 + random.uniform(-1, 1) * a.contrast;
    d.brightness = random.uniform(-1, 1) * a.brightness;
    d.noise = random.uniform() * a.noise;
    const double blur = random.uniform() * a.blur;
    d.blur = random.uniform() < kSometimes ? blur : 0;
    const double resolution = random.uniform(std::clamp(a.resolution, 0.05, 1.0), 1);
    d.resolution = random.uniform() < kSometimes ? resolution : 1;
    for (double& share : d.border) share = random.uniform() * a.borderShare;
    d.borderValue = random.uniform() < 0.5 ? 0 : random.uniform();
    if (random.uniform() >= a.borderErase) d.border = {};
    d.invert = random.uniform() < a.invert;
    return d;
}

/// Gamma, contrast about the mean, brightness and inversion in one table: a power for each pixel would take
/// longer than everything else together.
void changeGreys(GreyImage& image, const Draw& d) {
    constexpr int kSteps = 1024;
    double sum = 0;
    for (const float v : image.values) sum += v;
    const double mean = std::pow(sum / static_cast<double>(image.values.size()), d.gamma);
    std::array<float, kSteps + 2> table{};
    for (int i = 0; i <= kSteps; ++i) {
        const double v = std::pow(static_cast<double>(i) / kSteps, d.gamma);
        const double changed = std::clamp((v - mean) * d.contrast + mean + d.brightness, 0.0, 1.0);
        table[static_cast<std::size_t>(i)] = static_cast<float>(d.invert ? 1 - changed : changed);
    }
    table[kSteps + 1] = table[kSteps];
    for (float& v : image.values) {
        const float at = std::clamp(v, 0.0F, 1.0F) * kSteps;
        const auto below = static_cast<std::size_t>(at);
        v = table[below] + (at - static_cast<float>(below)) * (table[below + 1] - table[below]);
    }
}

GreyImage reducedResolution(const GreyImage& image, double factor) {
    const int width = std::max(1, static_cast<int>(std::lround(image.width * factor)));
    const int height = std::max(1, static_cast<int>(std::lround(image.height * factor)));
    const auto small = resample(image, wholeAxis(image.width, width), wholeAxis(image.height, height));
    return resample(small, wholeAxis(width, image.width), wholeAxis(height, image.height));
}

/// Nearly Gaussian noise: the sum of four 16-bit numbers has variance (2^16)² / 3.
void addNoise(GreyImage& image, double deviation, CounterRandom& random) {
    const auto factor = static_cast<float>(deviation * std::sqrt(3.0) / 65536);
    for (float& v : image.values) {
        const std::uint64_t bits = random.next();
        const auto sum =
            static_cast<int>((bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)) -
            131070;
        v = std::clamp(v + factor * static_cast<float>(sum), 0.0F, 1.0F);
    }
}

void hideBorder(GreyImage& image, const Draw& d) {
    const int left = static_cast<int>(d.border[0] * image.width);
    const int top = static_cast<int>(d.border[1] * image.height);
    const int right = image.width - static_cast<int>(d.border[2] * image.width);
    const int bottom = image.height - static_cast<int>(d.border[3] * image.height);
    const auto value = static_cast<float>(d.borderValue);
    for (int y = 0; y < image.height; ++y) {
        float* row = image.row(y);
        const bool whole = y < top || y >= bottom;
        std::fill(row, row + (whole ? image.width : left), value);
        if (!whole) std::fill(row + right, row + image.width, value);
    }
}

/// What is drawn apart from everything else, so that it can be told without making the image.
CounterRandom borderOnlyDraw(AugmentationKey key) {
    return CounterRandom(key.seed ^ 0xb04de4, key.epoch, key.image);
}

/// Hides all but a border of the same share on every side.
void hideMiddle(GreyImage& image, double share, double value) {
    const int left = static_cast<int>(share * image.width);
    const int top = static_cast<int>(share * image.height);
    for (int y = top; y < image.height - top; ++y)
        std::fill(image.row(y) + left, image.row(y) + image.width - left, static_cast<float>(value));
}

void normalise(const GreyImage& image, const PreprocessSpec& spec, std::span<float> out) {
    for (int channel = 0; channel < spec.channels; ++channel) {
        const float mean = spec.mean.at(static_cast<std::size_t>(channel));
        const float factor = 1 / spec.std.at(static_cast<std::size_t>(channel));
        float* plane = out.data() + static_cast<std::size_t>(channel) * image.values.size();
        for (std::size_t i = 0; i < image.values.size(); ++i) plane[i] = (image.values[i] - mean) * factor;
    }
}

/// The first and one past the last of `count` outputs that lie in a source of `length` pixels.
std::pair<int, int> covered(double start, double step, int length, int count) {
    constexpr double kSlack = 1e-9;
    const int first = static_cast<int>(std::ceil((-0.5 - start) / step - kSlack));
    const int last = static_cast<int>(std::floor((length - 0.5 - start) / step + kSlack));
    return {std::clamp(first, 0, count - 1), std::clamp(last + 1, 1, count)};
}

ShownPart shownPart(const Affine& fit, const PreprocessSpec& spec, int width, int height) {
    const auto [left, right] = covered(fit.c, fit.a, width, spec.width);
    const auto [top, bottom] = covered(fit.f, fit.e, height, spec.height);
    return {left, top, right, bottom};
}

/// How many source pixels an output pixel spans along the source's axes, at least 1.
struct Steps {
    double x, y;
};
Steps stepsOf(const Affine& toSource) {
    return {std::max(1.0, std::hypot(toSource.a, toSource.b)),
            std::max(1.0, std::hypot(toSource.d, toSource.e))};
}

}  // namespace

bool showsOnlyBorder(const Augmentation& augmentation, AugmentationKey key) {
    return borderOnlyDraw(key).uniform() < augmentation.borderOnly;
}

Affine augmentedPlace(const Augmentation& augmentation, const PreprocessSpec& spec, AugmentationKey key,
                      int width, int height) {
    CounterRandom random(key.seed, key.epoch, key.image);
    return then(draw(augmentation, spec, key, random).place, fitToSource(spec, width, height));
}

void fitToNetwork(const CachedImage& image, const PreprocessSpec& spec, std::span<float> out) {
    const Affine fit = fitToSource(spec, image.width, image.height);
    normalise(resample(image.pixels, image.width, image.height, {fit.c, fit.a, spec.width},
                       {fit.f, fit.e, spec.height}),
              spec, out);
}

void augmentToNetwork(const CachedImage& image, const PreprocessSpec& spec, const Augmentation& augmentation,
                      AugmentationKey key, std::span<float> out) {
    CounterRandom random(key.seed, key.epoch, key.image);
    const Draw d = draw(augmentation, spec, key, random);
    const Affine toCache = then(d.place, fitToSource(spec, image.width, image.height));
    // Shrunk first to about the network's resolution, so that the bilinear step sees no aliases.
    const auto steps = stepsOf(toCache);
    const int width = std::max(1, static_cast<int>(std::lround(image.width / steps.x)));
    const int height = std::max(1, static_cast<int>(std::lround(image.height / steps.y)));
    const auto across = wholeAxis(image.width, width);
    const auto down = wholeAxis(image.height, height);
    GreyImage grey = resample(image.pixels, image.width, image.height, across, down);
    changeGreys(grey, d);
    if (d.blur > 0.1) grey = blurred(grey, d.blur);
    if (d.resolution < 1) grey = reducedResolution(grey, d.resolution);
    if (d.noise > 0) addNoise(grey, d.noise, random);
    const Affine cacheToGrey{1 / across.step,        0, -across.start / across.step, 0, 1 / down.step,
                             -down.start / down.step};
    grey = warp(grey, then(toCache, cacheToGrey), spec.width, spec.height);
    if (showsOnlyBorder(augmentation, key)) {
        CounterRandom amount = borderOnlyDraw(key);
        amount.next();  // the decision itself
        const double share = augmentation.borderShare * amount.uniform(0.5, 1.5);
        hideMiddle(grey, std::min(share, 0.45), amount.uniform() < 0.5 ? 0 : amount.uniform());
    } else if (d.border != std::array<double, 4>{}) {
        hideBorder(grey, d);
    }
    normalise(grey, spec, out);
}

NetworkInput networkInputOf(const CachedImage& image, const CachedSample& sample,
                            const PreprocessSpec& spec) {
    NetworkInput input{spec.channels, spec.height, spec.width, {}, {}};
    input.values.resize(static_cast<std::size_t>(spec.channels) * static_cast<std::size_t>(spec.height) *
                        static_cast<std::size_t>(spec.width));
    fitToNetwork(image, spec, input.values);
    const Affine fit = fitToSource(spec, image.width, image.height);
    input.toImage = then(fit, sample.cacheToImage);
    input.shown = shownPart(fit, spec, image.width, image.height);
    return input;
}

}  // namespace residua
