// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/place_targets.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "inference/findings/delimited_text.h"
#include "inference/network/class_map.h"

namespace residua {

namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

/// Boxes are grown by this share of a cell on each side, so that a finding smaller than a cell still has one.
constexpr double kGrown = 0.25;

bool insideOne(const std::vector<TruthBox>& boxes, Point at, double growX, double growY) {
    return std::any_of(boxes.begin(), boxes.end(), [&](const TruthBox& box) {
        return at.x >= box.x0 - growX && at.x <= box.x1 + growX && at.y >= box.y0 - growY &&
               at.y <= box.y1 + growY;
    });
}

bool shows(const TruthBox& box, const FindingCard& finding) {
    return box.label.empty() || box.label == lowerCase(finding.code);
}

}  // namespace

bool placeKnown(const CachedSample& sample, const FindingCard& finding) {
    return std::any_of(sample.image.boxes.begin(), sample.image.boxes.end(),
                       [&](const TruthBox& box) { return shows(box, finding); });
}

std::vector<bool> cellsShown(const Affine& inputToCache, int cacheWidth, int cacheHeight,
                             const PreprocessSpec& spec, int outputStride) {
    const Affine toCache = then(cellToInput(outputStride), inputToCache);
    const int across = cellsAlong(spec.width, outputStride);
    const int down = cellsAlong(spec.height, outputStride);
    std::vector<bool> shown;
    for (int y = 0; y < down; ++y) {
        for (int x = 0; x < across; ++x) {
            const Point at = toCache({static_cast<double>(x), static_cast<double>(y)});
            shown.push_back(at.x >= -0.5 && at.x <= cacheWidth - 0.5 && at.y >= -0.5 &&
                            at.y <= cacheHeight - 0.5);
        }
    }
    return shown;
}

std::vector<float> placeTargets(const CachedSample& sample, const Affine& inputToCache,
                                const PreprocessSpec& spec, int outputStride,
                                const std::vector<FindingCard>& findings) {
    const int across = cellsAlong(spec.width, outputStride);
    const int down = cellsAlong(spec.height, outputStride);
    const auto cells = static_cast<std::size_t>(across) * static_cast<std::size_t>(down);
    const Affine cellToImage = then(cellToInput(outputStride), then(inputToCache, sample.cacheToImage));
    // Boxes are fractions of the image; pixel centres are at whole numbers.
    const double width = std::max(1, sample.imageWidth);
    const double height = std::max(1, sample.imageHeight);
    const double growX = kGrown * std::hypot(cellToImage.a, cellToImage.b) / width;
    const double growY = kGrown * std::hypot(cellToImage.d, cellToImage.e) / height;

    std::vector<float> result;
    for (std::size_t f = 0; f < findings.size(); ++f) {
        std::vector<TruthBox> boxes;
        for (const auto& box : sample.image.boxes)
            if (shows(box, findings[f])) boxes.push_back(box);
        const float target = sample.targets[f];
        if (!(target > 0.5F) || boxes.empty()) {
            result.insert(result.end(), cells, target > 0.5F ? kUnknown : target);
            continue;
        }
        for (int y = 0; y < down; ++y) {
            for (int x = 0; x < across; ++x) {
                const Point at = cellToImage({static_cast<double>(x), static_cast<double>(y)});
                const Point share{(at.x + 0.5) / width, (at.y + 0.5) / height};
                result.push_back(insideOne(boxes, share, growX, growY) ? 1.0F : 0.0F);
            }
        }
    }
    return result;
}

}  // namespace residua
