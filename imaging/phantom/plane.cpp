// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/plane.h"

#include <algorithm>
#include <cmath>

namespace residua::phantom {
namespace {

void boxRows(const std::vector<float>& in, std::vector<float>& out, int width, int height, int radius) {
    const float scale = 1.F / static_cast<float>(2 * radius + 1);
    for (int y = 0; y < height; ++y) {
        const float* row = in.data() + static_cast<std::ptrdiff_t>(y) * width;
        float* target = out.data() + static_cast<std::ptrdiff_t>(y) * width;
        double sum = 0;
        for (int x = -radius; x <= radius; ++x) sum += row[std::clamp(x, 0, width - 1)];
        for (int x = 0; x < width; ++x) {
            target[x] = static_cast<float>(sum) * scale;
            sum += row[std::min(x + radius + 1, width - 1)] - row[std::max(x - radius, 0)];
        }
    }
}

std::vector<float> transposed(const std::vector<float>& in, int width, int height) {
    std::vector<float> out(in.size());
    constexpr int tile = 16;
    for (int top = 0; top < height; top += tile)
        for (int left = 0; left < width; left += tile)
            for (int y = top; y < std::min(top + tile, height); ++y)
                for (int x = left; x < std::min(left + tile, width); ++x)
                    out[static_cast<std::size_t>(x) * static_cast<std::size_t>(height) +
                        static_cast<std::size_t>(y)] =
                        in[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                           static_cast<std::size_t>(x)];
    return out;
}

/// Small blurs: the sampled kernel itself, which three boxes would only approximate badly.
void kernelRows(const std::vector<float>& in, std::vector<float>& out, int width, int height, double sigma) {
    const int radius = static_cast<int>(std::ceil(3 * sigma));
    std::vector<float> kernel(static_cast<std::size_t>(2 * radius + 1));
    double sum = 0;
    for (int i = -radius; i <= radius; ++i) sum += std::exp(-0.5 * i * i / (sigma * sigma));
    for (int i = -radius; i <= radius; ++i)
        kernel[static_cast<std::size_t>(i + radius)] =
            static_cast<float>(std::exp(-0.5 * i * i / (sigma * sigma)) / sum);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            float value = 0;
            for (int i = -radius; i <= radius; ++i)
                value += kernel[static_cast<std::size_t>(i + radius)] *
                         in[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                            static_cast<std::size_t>(std::clamp(x + i, 0, width - 1))];
            out[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] =
                value;
        }
}

void blurRows(std::vector<float>& values, int width, int height, double sigma) {
    std::vector<float> other(values.size());
    if (sigma < 2) {
        kernelRows(values, other, width, height, sigma);
        values.swap(other);
        return;
    }
    const double ideal = std::sqrt(4 * sigma * sigma + 1);  // box width with which three passes give sigma²
    for (int pass = 0; pass < 3; ++pass) {
        const double odd = 2 * std::floor(ideal / 2) + 1;
        const int radius = static_cast<int>((odd - 1) / 2);
        boxRows(values, other, width, height, std::max(radius, 1));
        values.swap(other);
    }
}

struct Range {
    int first, last;
};

Range columnsOf(const Plane& plane, double low, double high) {
    return {std::max(static_cast<int>(std::ceil((low - plane.left) / plane.spacing)), 0),
            std::min(static_cast<int>(std::floor((high - plane.left) / plane.spacing)), plane.width - 1)};
}

Range rowsOf(const Plane& plane, double low, double high) {
    return {std::max(static_cast<int>(std::ceil((low - plane.top) / plane.spacing)), 0),
            std::min(static_cast<int>(std::floor((high - plane.top) / plane.spacing)), plane.height - 1)};
}

/// Where a ray crosses a segment.
struct Crossing {
    double q;       ///< squared distance to the centre line over squared radius
    double radius;  ///< cm
    double fill;    ///< a tube thinner than a pixel is drawn a pixel wide and as much fainter
    double along;
};

/// Which ends of a segment are cut straight; the others are round.
struct Ends {
    bool from = false;
    bool to = false;
};

/// Calls visit(column, row, crossing) for the pixels inside a segment.
template <typename Visit>
void forSegment(const Plane& plane, const TubePoint& from, const TubePoint& to, Ends cut, Visit visit) {
    const double dx = to.x - from.x, dy = to.y - from.y;
    const double length2 = std::max(dx * dx + dy * dy, 1e-12);
    const double reach = std::max({from.radius, to.radius, 0.6 * plane.spacing});
    const Range columns = columnsOf(plane, std::min(from.x, to.x) - reach, std::max(from.x, to.x) + reach);
    const Range rows = rowsOf(plane, std::min(from.y, to.y) - reach, std::max(from.y, to.y) + reach);
    for (int row = rows.first; row <= rows.last; ++row)
        for (int column = columns.first; column <= columns.last; ++column) {
            const double px = plane.xOf(column) - from.x, py = plane.yOf(row) - from.y;
            const double along = (px * dx + py * dy) / length2;
            if ((cut.from && along < 0) || (cut.to && along > 1)) continue;
            const double t = std::clamp(along, 0.0, 1.0);
            const double ex = px - t * dx, ey = py - t * dy;
            const double radius = from.radius + t * (to.radius - from.radius);
            const double drawn = std::max(radius, 0.6 * plane.spacing);
            const double q = (ex * ex + ey * ey) / (drawn * drawn);
            if (q < 1)
                visit(column, row, {q, radius, radius / drawn, from.along + t * (to.along - from.along)});
        }
}

struct Window {
    Range columns, rows;
};

/// The part of the plane that a tube can touch.
Window windowAround(const Plane& plane, const std::vector<TubePoint>& line) {
    double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
    for (const auto& point : line) {
        const double reach = std::max(point.radius, 0.6 * plane.spacing);
        left = std::min(left, point.x - reach), right = std::max(right, point.x + reach);
        top = std::min(top, point.y - reach), bottom = std::max(bottom, point.y + reach);
    }
    return {columnsOf(plane, left, right), rowsOf(plane, top, bottom)};
}

}  // namespace

void blur(Plane& plane, double sigma) {
    if (sigma < 0.3) return;
    blurRows(plane.values, plane.width, plane.height, sigma);
    plane.values = transposed(plane.values, plane.width, plane.height);
    blurRows(plane.values, plane.height, plane.width, sigma);
    plane.values = transposed(plane.values, plane.height, plane.width);
}

void addTube(Plane& plane, const std::vector<TubePoint>& line, const TubeWall& wall, double weight) {
    const Window box = windowAround(plane, line);
    if (box.columns.first > box.columns.last || box.rows.first > box.rows.last) return;
    const int width = box.columns.last - box.columns.first + 1;
    std::vector<float> longest(static_cast<std::size_t>(width) *
                               static_cast<std::size_t>(box.rows.last - box.rows.first + 1));
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        const Ends ends{wall.openEnds && i == 0, wall.openEnds && i + 2 == line.size()};
        forSegment(plane, line[i], line[i + 1], ends, [&](int column, int row, const Crossing& at) {
            const double depth = 2 * at.radius * wall.flatness;
            const double inner = std::max(1 - wall.shell / std::max(at.radius, 1e-6), 0.0);
            const double hollow = at.q < inner * inner ? std::sqrt(inner * inner - at.q) : 0;
            const double length =
                depth * (std::sqrt(1 - at.q) - (1 - wall.core) * hollow) * at.fill * at.along;
            float& value =
                longest[static_cast<std::size_t>(row - box.rows.first) * static_cast<std::size_t>(width) +
                        static_cast<std::size_t>(column - box.columns.first)];
            value = std::max(value, static_cast<float>(length));
        });
    }
    for (int row = box.rows.first, i = 0; row <= box.rows.last; ++row)
        for (int column = box.columns.first; column <= box.columns.last; ++column, ++i)
            plane.at(column, row) += static_cast<float>(weight) * longest[static_cast<std::size_t>(i)];
}

void addSegment(Plane& plane, const TubePoint& from, const TubePoint& to, double weight) {
    forSegment(plane, from, to, {}, [&](int column, int row, const Crossing& at) {
        plane.at(column, row) +=
            static_cast<float>(weight * 2 * at.radius * std::sqrt(1 - at.q) * at.fill * at.along);
    });
}

}  // namespace residua::phantom
