// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/heat.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "inference/findings/delimited_text.h"
#include "inference/network/class_map.h"

namespace residua {

namespace {

constexpr int kBins = 256;
constexpr double kOuter = 0.05;

/// Otsu 1979: the level that separates two classes of greys best.
float otsuThreshold(const GreyImage& image) {
    std::array<double, kBins> histogram{};
    for (const float v : image.values)
        ++histogram[static_cast<std::size_t>(std::clamp(static_cast<int>(v * kBins), 0, kBins - 1))];
    const auto total = static_cast<double>(image.values.size());
    double sum = 0;
    for (int i = 0; i < kBins; ++i) sum += i * histogram[static_cast<std::size_t>(i)];
    double below = 0;
    double belowSum = 0;
    double best = -1;
    int threshold = 0;
    for (int i = 0; i < kBins; ++i) {
        below += histogram[static_cast<std::size_t>(i)];
        belowSum += i * histogram[static_cast<std::size_t>(i)];
        const double above = total - below;
        if (below == 0 || above == 0) continue;
        const double difference = belowSum / below - (sum - belowSum) / above;
        const double between = below * above * difference * difference;
        if (between <= best) continue;
        best = between;
        threshold = i;
    }
    return static_cast<float>(threshold + 1) / kBins;
}

/// Collects, from `start`, all pixels of the same `inside` that share a side, marking them as seen.
std::vector<std::size_t> flood(const std::vector<bool>& inside, std::vector<bool>& seen, std::size_t start,
                               int width, int height) {
    std::vector<std::size_t> component{start};
    seen[start] = true;
    const auto visit = [&](std::size_t pixel) {
        if (seen[pixel] || inside[pixel] != inside[start]) return;
        seen[pixel] = true;
        component.push_back(pixel);
    };
    for (std::size_t i = 0; i < component.size(); ++i) {
        const auto pixel = component[i];
        const auto w = static_cast<std::size_t>(width);
        const auto x = pixel % w;
        const auto y = pixel / w;
        if (x > 0) visit(pixel - 1);
        if (x + 1 < w) visit(pixel + 1);
        if (y > 0) visit(pixel - w);
        if (y + 1 < static_cast<std::size_t>(height)) visit(pixel + w);
    }
    return component;
}

/// Pixels outside that cannot be reached from the image's edge become inside.
void fillHoles(std::vector<bool>& inside, int width, int height) {
    std::vector<bool> seen(inside.size());
    std::vector<bool> outside(inside.size());
    for (int y = 0; y < height; ++y) {
        const int step = y == 0 || y == height - 1 ? 1 : std::max(1, width - 1);
        for (int x = 0; x < width; x += step) {
            const auto pixel =
                static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
            if (inside[pixel] || seen[pixel]) continue;
            for (const auto reached : flood(inside, seen, pixel, width, height)) outside[reached] = true;
        }
    }
    for (std::size_t i = 0; i < inside.size(); ++i) inside[i] = !outside[i];
}

/// From a point to a box, both in pixels of the image, in cells.
double cellsFrom(const TruthBox& box, Point at, const Affine& toImage, int imageWidth, int imageHeight) {
    const auto beyond = [](double value, double low, double high) {
        return std::max({low - value, value - high, 0.0});
    };
    // Fractions count from the first pixel's edge.
    const double x = beyond(at.x + 0.5, box.x0 * imageWidth, box.x1 * imageWidth);
    const double y = beyond(at.y + 0.5, box.y0 * imageHeight, box.y1 * imageHeight);
    return std::hypot(x / std::hypot(toImage.a, toImage.d), y / std::hypot(toImage.b, toImage.e));
}

}  // namespace

GreyImage greyOf(const NetworkInput& input, const PreprocessSpec& spec) {
    GreyImage grey(input.width, input.height);
    for (std::size_t i = 0; i < grey.values.size(); ++i)
        grey.values[i] = std::clamp(input.values[i] * spec.std.at(0) + spec.mean.at(0), 0.0F, 1.0F);
    return grey;
}

std::vector<bool> bodyOf(const GreyImage& image) {
    const float threshold = otsuThreshold(image);
    std::vector<bool> bright(image.values.size());
    for (std::size_t i = 0; i < bright.size(); ++i) bright[i] = image.values[i] >= threshold;
    std::vector<bool> seen(bright.size());
    std::vector<std::size_t> largest;
    for (std::size_t i = 0; i < bright.size(); ++i) {
        if (!bright[i] || seen[i]) continue;
        auto component = flood(bright, seen, i, image.width, image.height);
        if (component.size() > largest.size()) largest = std::move(component);
    }
    std::vector<bool> body(bright.size());
    for (const auto pixel : largest) body[pixel] = true;
    fillHoles(body, image.width, image.height);
    return body;
}

GreyImage heatOnInput(const ClassMap& map, int width, int height, int outputStride) {
    GreyImage heat(width, height);
    const Affine toCell = cellToInput(outputStride).inverse();
    for (int y = 0; y < height; ++y) {
        const auto v = std::clamp(toCell.e * y + toCell.f, 0.0, static_cast<double>(map.height - 1));
        const int top = std::min(static_cast<int>(v), std::max(0, map.height - 2));
        const int bottom = std::min(top + 1, map.height - 1);
        for (int x = 0; x < width; ++x) {
            const auto u = std::clamp(toCell.a * x + toCell.c, 0.0, static_cast<double>(map.width - 1));
            const int left = std::min(static_cast<int>(u), std::max(0, map.width - 2));
            const int right = std::min(left + 1, map.width - 1);
            const auto at = [&](int column, int row) {
                return map.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(map.width) +
                                  static_cast<std::size_t>(column)];
            };
            const auto du = static_cast<float>(u - left);
            const auto dv = static_cast<float>(v - top);
            const float above = at(left, top) + du * (at(right, top) - at(left, top));
            const float below = at(left, bottom) + du * (at(right, bottom) - at(left, bottom));
            heat.row(y)[x] = above + dv * (below - above);
        }
    }
    return heat;
}

HeatFacts heatFacts(const ClassMap& map, const NetworkInput& input, const std::vector<bool>& body,
                    int outputStride) {
    const auto heat = heatOnInput(map, input.width, input.height, outputStride);
    const int marginX = static_cast<int>(std::lround(kOuter * input.width));
    const int marginY = static_cast<int>(std::lround(kOuter * input.height));
    double whole = 0;
    double inside = 0;
    double outer = 0;
    for (int y = 0; y < heat.height; ++y) {
        for (int x = 0; x < heat.width; ++x) {
            const double v = std::max(0.0F, heat.row(y)[x]);
            whole += v;
            if (body[static_cast<std::size_t>(y) * static_cast<std::size_t>(heat.width) +
                     static_cast<std::size_t>(x)])
                inside += v;
            const bool middle =
                x >= marginX && x < heat.width - marginX && y >= marginY && y < heat.height - marginY;
            if (!middle) outer += v;
        }
    }
    HeatFacts facts;
    facts.insideBody = whole > 0 ? inside / whole : std::numeric_limits<double>::quiet_NaN();
    facts.outerShare = whole > 0 ? outer / whole : std::numeric_limits<double>::quiet_NaN();
    return facts;
}

std::optional<TruthMask> drawnTruth(const std::string& finding, const LabelledImage& image) {
    TruthMask truth{kTruthRaster, kTruthRaster,
                    std::vector<std::uint8_t>(std::size_t{kTruthRaster} * kTruthRaster)};
    bool known = false;
    const auto pixel = [](double fraction) {
        return std::clamp(static_cast<int>(std::lround(fraction * kTruthRaster)), 0, kTruthRaster);
    };
    for (const auto& box : image.boxes) {
        if (!box.label.empty() && box.label != lowerCase(finding)) continue;
        known = true;
        const int left = pixel(box.x0), right = pixel(box.x1);
        for (int y = pixel(box.y0); y < pixel(box.y1); ++y) {
            auto* row = truth.values.data() + static_cast<std::size_t>(y) * kTruthRaster;
            std::fill(row + left, row + std::max(left, right), std::uint8_t{1});
        }
    }
    return known ? std::optional(std::move(truth)) : std::nullopt;
}

double shareInside(const TruthMask& truth) {
    const auto inside = std::count_if(truth.values.begin(), truth.values.end(), [](auto v) { return v > 0; });
    return static_cast<double>(inside) / static_cast<double>(truth.values.size());
}

double overlapOf(const ClassMap& map, double bias, const TruthMask& truth, const NetworkInput& input,
                 int imageWidth, int imageHeight, int outputStride) {
    const auto heat = heatOnInput(map, input.width, input.height, outputStride);
    double both = 0;
    double either = 0;
    for (int y = 0; y < heat.height; ++y) {
        for (int x = 0; x < heat.width; ++x) {
            if (!input.shown.holds(x, y)) continue;
            const Point at = input.toImage({static_cast<double>(x), static_cast<double>(y)});
            const auto column = static_cast<int>(std::floor((at.x + 0.5) / imageWidth * truth.width));
            const auto row = static_cast<int>(std::floor((at.y + 0.5) / imageHeight * truth.height));
            const bool there =
                column >= 0 && row >= 0 && column < truth.width && row < truth.height &&
                truth.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(truth.width) +
                             static_cast<std::size_t>(column)] > 0;
            const bool hot = heat.row(y)[x] + bias > 0;
            both += there && hot ? 1 : 0;
            either += there || hot ? 1 : 0;
        }
    }
    return either > 0 ? both / either : 0;
}

std::optional<double> pointingDistance(const ClassMap& map, const std::string& finding,
                                       const LabelledImage& image, int imageWidth, int imageHeight,
                                       int outputStride) {
    if (map.values.empty() || imageWidth <= 0 || imageHeight <= 0) return std::nullopt;
    const auto highest = std::max_element(map.values.begin(), map.values.end()) - map.values.begin();
    const auto column = highest % map.width;
    const auto row = highest / map.width;
    const Point pixel = map.toImage({static_cast<double>(column), static_cast<double>(row)});
    std::optional<double> nearest;
    for (const auto& box : image.boxes) {
        if (!box.label.empty() && box.label != lowerCase(finding)) continue;
        const double distance = outputStride * cellsFrom(box, pixel, map.toImage, imageWidth, imageHeight);
        nearest = std::min(nearest.value_or(distance), distance);
    }
    return nearest;
}

}  // namespace residua
