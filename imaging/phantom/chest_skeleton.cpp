// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/chest_skeleton.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace residua::phantom {
namespace {

/// Turns the body's coordinates into the film's, the inverse of how the soft parts are looked up.
TubePoint onFilm(const ChestAnatomy& chest, TubePoint p) {
    const double c = std::cos(chest.turn), s = std::sin(chest.turn);
    const double x = p.x, y = p.y - 11;
    p.x = c * x + s * y;
    p.y = c * y - s * x + 11;
    return p;
}

std::vector<TubePoint> onFilm(const ChestAnatomy& chest, std::vector<TubePoint> line) {
    for (auto& point : line) point = onFilm(chest, point);
    return line;
}

/// A curve through the given points, eight pieces between two of them.
std::vector<TubePoint> curve(const std::vector<TubePoint>& points) {
    Profile x, y, radius;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto t = static_cast<double>(i);
        x.knots.emplace_back(t, points[i].x);
        y.knots.emplace_back(t, points[i].y);
        radius.knots.emplace_back(t, points[i].radius);
    }
    std::vector<TubePoint> line;
    for (std::size_t i = 0; i <= 8 * (points.size() - 1); ++i) {
        const double t = static_cast<double>(i) / 8;
        line.push_back({x.at(t), y.at(t), radius.at(t), 1});
    }
    return line;
}

struct Rib {
    int number;  ///< 1 to 12
    double side;
    double y, drop, radius, frontAngle, wobble;
};

TubePoint ribPoint(const ChestAnatomy& chest, const Rib& rib, double angle) {
    const double rise = 0.45 * std::exp(-std::pow((angle - 0.35) / 0.3, 2));
    const double y = rib.y - rise + rib.drop * (1 - std::cos(angle)) / 2 + rib.wobble * std::sin(3 * angle);
    const double width = chest.cageWidth.at(y) + 0.35;
    const double x = rib.side * std::max(width * std::sin(angle), 1.6) + chest.midline(y);
    const double tip = std::clamp((rib.frontAngle - angle) / 0.12, 0.0, 1.0);
    return {x, y, rib.radius * (0.78 + 0.22 * std::sqrt(tip)), 1};
}

/// One part of a rib, from angle to angle around the chest (0 = spine, 90° = side).
void addRibPart(const ChestAnatomy& chest, const Rib& rib, double from, double to, Plane& bone) {
    constexpr int pieces = 22;
    std::vector<TubePoint> line;
    for (int i = 0; i <= pieces; ++i) {
        const double angle = from + (to - from) * i / pieces;
        TubePoint point = ribPoint(chest, rib, angle);
        const TubePoint next = ribPoint(chest, rib, angle + 0.01);
        const double across = std::hypot(next.x - point.x, next.y - point.y);
        const double deep = chest.cageDepth.at(point.y) * (std::cos(angle) - std::cos(angle + 0.01));
        // Where a rib runs along the rays they cross more of it, though never more than its bend allows.
        point.along = std::min(std::hypot(across, deep) / std::max(across, 1e-6), 1.6);
        line.push_back(onFilm(chest, point));
    }
    addTube(bone, line, {0.6, 0.13, 0.36, true}, chest.boneDensity * (from > 1 ? 0.68 : 1.15));
}

void addRibs(const ChestAnatomy& chest, Random& random, Plane& bone) {
    constexpr std::array<double, 12> drop{0.42, 0.62, 0.8, 0.92, 1, 1.04, 1.06, 1.05, 1, 0.9, 0.75, 0.6};
    constexpr std::array<double, 12> front{150, 148, 146, 144, 142, 138, 132, 124, 114, 104, 75, 48};
    const double first = 0.1 + random.around(0, 0.3);
    for (int number = 1; number <= 12; ++number) {
        const auto i = static_cast<std::size_t>(number - 1);
        for (const double side : {-1.0, 1.0}) {
            Rib rib{number,
                    side,
                    first + chest.ribSpacing * (number - 1) + random.around(0, 0.12),
                    chest.ribDrop * drop[i] + random.around(0, 0.3),
                    chest.ribRadius * (number == 1 ? 1.1 : 1),
                    front[i] * std::numbers::pi / 180 + random.around(0, 0.05),
                    random.around(0, 0.07)};
            const double half = std::numbers::pi / 2;
            addRibPart(chest, rib, 0.12, std::min(half, rib.frontAngle), bone);
            if (rib.frontAngle > half) addRibPart(chest, rib, half, rib.frontAngle, bone);
        }
    }
}

/// A vertebral body: a rounded box of trabecular bone, its end plates and sides dense.
void addVertebralBody(const ChestAnatomy& chest, Plane& bone, double y, double halfWidth, double halfHeight) {
    const TubePoint middle = onFilm(chest, {chest.midline(y), y, 0, 1});
    const int reach = static_cast<int>(std::ceil((halfWidth + 0.3) / bone.spacing));
    const int column = static_cast<int>(std::lround((middle.x - bone.left) / bone.spacing));
    const int row = static_cast<int>(std::lround((middle.y - bone.top) / bone.spacing));
    for (int j = std::max(row - reach, 0); j <= std::min(row + reach, bone.height - 1); ++j)
        for (int i = std::max(column - reach, 0); i <= std::min(column + reach, bone.width - 1); ++i) {
            const double v = (bone.yOf(j) - middle.y) / halfHeight;
            const double waist = 1 - 0.09 * (1 - v * v);  // the sides are hollow
            const double u = (bone.xOf(i) - middle.x) / (halfWidth * waist);
            const double edge = std::max(std::pow(std::abs(u), 6.0), 0.0) + std::pow(std::abs(v), 6.0);
            if (edge >= 1) continue;
            const double plate = std::exp(-std::pow((1 - std::abs(v)) * halfHeight / 0.13, 2));
            const double wall = std::exp(-std::pow((1 - std::abs(u)) * halfWidth / 0.13, 2));
            const double round = std::sqrt(1 - edge);
            bone.at(i, j) +=
                static_cast<float>(chest.boneDensity * round * (0.48 + 0.4 * plate + 0.28 * wall));
        }
}

void addVertebra(const ChestAnatomy& chest, Plane& bone, double y, double size) {
    const double height = chest.ribSpacing * 0.425 * (0.9 + 0.1 * size);
    addVertebralBody(chest, bone, y, 1.35 * size, height);
    const double middle = chest.midline(y);
    for (const double side : {-1.0, 1.0}) {
        const double x = middle + side * 0.95 * size;
        addTube(bone, onFilm(chest, {{x, y - 0.5 * height, 0.36, 1}, {x, y - 0.1 * height, 0.36, 1}}),
                {1, 0.13, 0.1}, 0.6 * chest.boneDensity);
        addTube(bone,
                onFilm(chest, {{x, y - 0.3 * height, 0.42, 1},
                               {middle + side * 2.1 * size, y - 0.45 * height, 0.34, 1},
                               {middle + side * 2.8 * size, y - 0.55 * height, 0.4, 1}}),
                {0.7, 0.1, 0.2}, 0.6 * chest.boneDensity);
    }
    addTube(bone, onFilm(chest, {{middle, y + 0.15 * height, 0.16, 1}, {middle, y + 0.85 * height, 0.28, 1}}),
            {2.4, 0.1, 0.4}, 0.55 * chest.boneDensity);
}

void addSpine(const ChestAnatomy& chest, Plane& bone) {
    for (int i = -6; i <= 18; ++i) {
        const double y = 0.7 + chest.ribSpacing * (i - 0.2) * (i < 0 ? 0.8 : 1);
        addVertebra(chest, bone, y, std::clamp(0.92 + 0.022 * i, 0.88, 1.25));
    }
}

void addClavicle(const ChestAnatomy& chest, Plane& bone, Random& random, double side) {
    const double y = chest.clavicleHeight + random.around(0, 0.25);
    const double rise = chest.clavicleRise;
    const auto line = curve({{side * 1.7, y + 0.5, 0.78, 1},
                             {side * 3.4, y + 0.05, 0.68, 1},
                             {side * 7, y - 0.35 * rise, 0.55, 1},
                             {side * 11, y - 0.95 * rise, 0.52, 1},
                             {side * 14.5, y - 0.95 * rise, 0.62, 1},
                             {side * 16, y - 0.8 * rise, 0.75, 1}});
    addTube(bone, onFilm(chest, line), {0.85, 0.16, 0.2}, chest.boneDensity);
}

/// The thin blade between the borders of a shoulder blade.
void addBlade(const ChestAnatomy& chest, Plane& bone, const std::array<TubePoint, 3>& corner) {
    const auto edge = [](const TubePoint& a, const TubePoint& b, double x, double y) {
        return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
    };
    const double area = edge(corner[0], corner[1], corner[2].x, corner[2].y);
    for (int j = 0; j < bone.height; ++j)
        for (int i = 0; i < bone.width; ++i) {
            double inside = 1;
            for (std::size_t k = 0; k < 3; ++k)
                inside =
                    std::min(inside, edge(corner[k], corner[(k + 1) % 3], bone.xOf(i), bone.yOf(j)) / area);
            if (inside > 0)
                bone.at(i, j) += static_cast<float>(0.16 * chest.boneDensity * std::min(inside * 12, 1.0));
        }
}

void addShoulder(const ChestAnatomy& chest, Plane& bone, Random& random, double side) {
    const double x = chest.scapulaX + random.around(0, 0.4), y = 2.4 - 0.25 * chest.clavicleRise;
    const auto at = [&](double px, double py, double r) {
        return onFilm(chest, TubePoint{side * px, y + py, r, 1});
    };
    addBlade(chest, bone, {at(x - 3.6, 0, 0), at(x + 2.8, 2.2, 0), at(x - 2.0, 13.4, 0)});
    addTube(bone, {at(x - 3.6, 0, 0.2), at(x - 3.9, 5, 0.2), at(x - 2.0, 13.4, 0.3)}, {1.2, 0.12, 0.3},
            0.7 * chest.boneDensity);
    addTube(bone,
            {at(x - 2.0, 13.4, 0.35), at(x - 0.2, 8, 0.42), at(x + 2.6, 3.4, 0.5), at(x + 2.9, 1.6, 0.8)},
            {1.1, 0.15, 0.25}, 0.9 * chest.boneDensity);
    addTube(bone, {at(x - 3.3, 2, 0.25), at(x, 0.2, 0.45), at(x + 3.4, -2.2, 0.7), at(x + 4.6, -2.3, 0.6)},
            {0.8, 0.14, 0.22}, 0.8 * chest.boneDensity);
    const double headX = x + 4.7, headY = 1.5;
    addTube(bone, {at(headX, headY, 2.2), at(headX + 0.2, headY + 0.3, 2.2)}, {0.8, 0.16, 0.1},
            0.75 * chest.boneDensity);
    const double s = std::sin(chest.armAngle) * 22, c = std::cos(chest.armAngle) * 22;
    addTube(bone,
            {at(headX + 0.3, headY + 1.2, 1.7), at(headX + 0.15 * s + 0.3, headY + 0.22 * c, 1.15),
             at(headX + s, headY + c, 1.05)},
            {1, 0.38, 0.05}, 0.85 * chest.boneDensity);
}

}  // namespace

Plane projectSkeleton(const ChestAnatomy& chest, const Plane& film, Random& random) {
    Plane bone = film.likeThis();
    addRibs(chest, random, bone);
    addSpine(chest, bone);
    for (const double side : {-1.0, 1.0}) {
        addClavicle(chest, bone, random, side);
        addShoulder(chest, bone, random, side);
    }
    // Handle and body of the breastbone, seen faintly through the spine.
    addTube(bone,
            onFilm(chest, {{0, chest.clavicleHeight, 2.4, 1},
                           {0, chest.clavicleHeight + 4, 1.6, 1},
                           {0, chest.clavicleHeight + 14, 1.7, 1}}),
            {0.25, 0.1, 0.15}, 0.6 * chest.boneDensity);
    return bone;
}

}  // namespace residua::phantom
