// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/truth_region.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace residua {

namespace {

std::optional<double> fraction(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || !(value >= -0.5 && value <= 1.5)) return std::nullopt;  // a little outside is drawn so
    return value;
}

std::optional<Point> corner(std::string_view text) {
    const auto comma = text.find(',');
    if (comma == text.npos) return std::nullopt;
    const auto x = fraction(text.substr(0, comma));
    const auto y = fraction(text.substr(comma + 1));
    return x && y ? std::optional(Point{*x, *y}) : std::nullopt;
}

[[noreturn]] void refuse(std::string detail) {
    throw Error(ProblemKind::LabelTableInvalid, {}, std::move(detail));
}

/// Where a horizontal line crosses an outline, from left to right: an even number of places.
std::vector<double> crossings(const std::vector<Point>& outline, double y) {
    std::vector<double> xs;
    for (std::size_t i = 0; i < outline.size(); ++i) {
        const Point a = outline[i];
        const Point b = outline[(i + 1) % outline.size()];
        if ((a.y <= y) == (b.y <= y)) continue;
        xs.push_back(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
    }
    std::sort(xs.begin(), xs.end());
    return xs;
}

}  // namespace

std::vector<TruthBox> rowsOfOutline(const std::vector<Point>& outline) {
    std::vector<TruthBox> rows;
    if (outline.size() < 3) return rows;
    const auto [low, high] =
        std::minmax_element(outline.begin(), outline.end(), [](Point a, Point b) { return a.y < b.y; });
    // Rows that lie between the outline's own ends: a flat outline has some too.
    const double height = high->y - low->y;
    const int count = std::clamp(static_cast<int>(std::ceil(height * kTruthRows)), 1, 2 * kTruthRows);
    for (int i = 0; i < count; ++i) {
        const double top = low->y + height * i / count;
        const double bottom = low->y + height * (i + 1) / count;
        const auto xs = crossings(outline, (top + bottom) / 2);
        for (std::size_t k = 0; k + 1 < xs.size(); k += 2)
            rows.push_back({xs[k], top, xs[k + 1], bottom, {}});
    }
    return rows;
}

std::vector<TruthBox> rowsOfMask(const TruthMask& mask) {
    std::vector<TruthBox> rows;
    const auto width = static_cast<std::size_t>(mask.width);
    const int count = std::min(mask.height, kTruthRows);
    std::vector<bool> inside(width);
    for (int i = 0; i < count; ++i) {
        const int top = static_cast<int>(std::int64_t{i} * mask.height / count);
        const int bottom = static_cast<int>((std::int64_t{i} + 1) * mask.height / count);
        inside.assign(width, false);
        for (int y = top; y < bottom; ++y)
            for (std::size_t x = 0; x < width; ++x)
                if (mask.values[static_cast<std::size_t>(y) * width + x] > 0) inside[x] = true;
        for (std::size_t x = 0; x < width; ++x) {
            if (!inside[x]) continue;
            const std::size_t from = x;
            while (x < width && inside[x]) ++x;
            rows.push_back({static_cast<double>(from) / mask.width,
                            static_cast<double>(top) / mask.height,
                            static_cast<double>(x) / mask.width,
                            static_cast<double>(bottom) / mask.height,
                            {}});
        }
    }
    return rows;
}

std::vector<std::vector<Point>> parseOutlines(std::string_view text) {
    std::vector<std::vector<Point>> outlines(1);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find_first_of(" \t;", at), text.size());
        const auto word = text.substr(at, end - at);
        if (!word.empty()) {
            const auto point = corner(word);
            if (!point)
                refuse("outline: '" + std::string(word.substr(0, 40)) + "' is no corner x,y in fractions");
            outlines.back().push_back(*point);
        }
        if (end < text.size() && text[end] == ';') outlines.emplace_back();
        at = end + 1;
    }
    std::erase_if(outlines, [](const auto& outline) { return outline.empty(); });
    for (const auto& outline : outlines)
        if (outline.size() < 3) refuse("outline: fewer than three corners");
    return outlines;
}

}  // namespace residua
