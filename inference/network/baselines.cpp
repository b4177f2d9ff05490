// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "inference/network/evaluation.h"
#include "inference/network/grey_image.h"

namespace residua {

namespace {

constexpr int kSide = 16;
constexpr int kRing = 2;  // 2 of 16: the outer 12.5 % of each side
using Thumbnail = std::array<float, kSide * kSide>;

Thumbnail thumbnailOf(const CachedImage& image) {
    const auto small = resample(image.pixels, image.width, image.height, wholeAxis(image.width, kSide),
                                wholeAxis(image.height, kSide));
    Thumbnail thumbnail{};
    std::copy(small.values.begin(), small.values.end(), thumbnail.begin());
    return thumbnail;
}

Thumbnail borderOf(Thumbnail thumbnail) {
    for (int y = kRing; y < kSide - kRing; ++y)
        for (int x = kRing; x < kSide - kRing; ++x) thumbnail[static_cast<std::size_t>(y * kSide + x)] = 0;
    return thumbnail;
}

float distance(const Thumbnail& a, const Thumbnail& b) {
    float sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(sum);
}

struct Example {
    Thumbnail whole, border;
    bool positive = false;
};

/// Above 0.5 where the nearest positive is nearer than the nearest negative.
double neighbourScore(const Thumbnail& image, const std::vector<Example>& examples,
                      Thumbnail Example::*part) {
    std::array<float, 2> nearest{std::numeric_limits<float>::max(), std::numeric_limits<float>::max()};
    for (const auto& example : examples) {
        auto& least = nearest[example.positive ? 1 : 0];
        least = std::min(least, distance(image, example.*part));
    }
    const double sum = static_cast<double>(nearest[0]) + nearest[1];
    return sum > 0 ? nearest[0] / sum : 0.5;
}

}  // namespace

BaselineScores noNetworkBaselines(const TrainingCache& cache, std::size_t finding, Split split) {
    std::vector<Example> examples;
    for (std::size_t i = 0; i < cache.size(); ++i) {
        const float target = cache.sample(i).targets.at(finding);
        if (cache.sample(i).image.split != Split::Train || std::isnan(target)) continue;
        const auto whole = thumbnailOf(cache.pixels(i));
        examples.push_back({whole, borderOf(whole), target > 0.5F});
    }
    BaselineScores scores;
    for (std::size_t i = 0; i < cache.size(); ++i) {
        if (cache.sample(i).image.split != split) continue;
        const auto whole = thumbnailOf(cache.pixels(i));
        scores.nearestNeighbour.push_back(neighbourScore(whole, examples, &Example::whole));
        scores.borderOnly.push_back(neighbourScore(borderOf(whole), examples, &Example::border));
    }
    return scores;
}

}  // namespace residua
