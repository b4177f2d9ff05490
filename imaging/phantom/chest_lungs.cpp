// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/chest_lungs.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "imaging/phantom/noise.h"

namespace residua::phantom {
namespace {

double sampled(const Plane& plane, double x, double y) {
    const int column = static_cast<int>(std::lround((x - plane.left) / plane.spacing));
    const int row = static_cast<int>(std::lround((y - plane.top) / plane.spacing));
    if (column < 0 || row < 0 || column >= plane.width || row >= plane.height) return 0;
    return plane.at(column, row);
}

struct Branch {
    double x, y, angle, radius;
    int generation;
};

/// Draws one branch as a few bent pieces and returns its end.
Branch growBranch(const Branch& from, Plane& vessels, Random& random, double length) {
    constexpr int pieces = 4;
    Branch at = from;
    const double bend = random.around(0, 0.09);
    for (int i = 0; i < pieces; ++i) {
        at.angle += bend + random.around(0, 0.05);
        Branch next = at;
        next.x += std::cos(at.angle) * length / pieces;
        next.y += std::sin(at.angle) * length / pieces;
        next.radius *= 0.965;
        addSegment(vessels, {at.x, at.y, at.radius, 1}, {next.x, next.y, next.radius, 1}, 1);
        at = next;
    }
    return at;
}

void growTree(const Branch& trunk, const Plane& lung, Plane& vessels, Random& random) {
    std::vector<Branch> open{trunk};
    while (!open.empty()) {
        Branch branch = open.back();
        open.pop_back();
        const double length = (0.9 + 4.2 * std::sqrt(branch.radius)) * random.uniform(0.5, 1.1);
        const Branch end = growBranch(branch, vessels, random, length);
        if (end.radius < 0.028 || end.generation > 9) continue;
        if (end.generation > 1 && sampled(lung, end.x, end.y) < 1.0) continue;
        const double side = random.sign();
        const double thick = random.uniform(0.78, 0.9), thin = random.uniform(0.5, 0.72);
        open.push_back({end.x, end.y, end.angle + side * random.uniform(0.08, 0.3), end.radius * thick,
                        end.generation + 1});
        open.push_back({end.x, end.y, end.angle - side * random.uniform(0.35, 0.85), end.radius * thin,
                        end.generation + 1});
    }
}

}  // namespace

Plane projectVessels(const ChestAnatomy& chest, const Plane& lung, Random& random) {
    Plane vessels = lung.likeThis();
    for (const double side : {-1.0, 1.0}) {
        const double hilumX = side * (side < 0 ? 3.0 : 3.3);
        const double hilumY = chest.hilum[side < 0 ? 0 : 1];
        // Directions in degrees from straight outwards, down positive; the lower lobes carry more blood.
        const double fan[] = {-75, -52, -30, -8, 14, 32, 48, 62, 74, 84};
        for (const double degrees : fan) {
            const double down = (degrees + random.around(0, 7)) * std::numbers::pi / 180;
            const double angle = side > 0 ? down : std::numbers::pi - down;
            const double radius = random.uniform(0.21, 0.34) * (degrees > 20 ? 1.25 : 0.95);
            const double out = random.uniform(0, 0.8);
            growTree({hilumX + side * out * std::cos(down), hilumY + 0.022 * degrees + out * std::sin(down),
                      angle, radius, 0},
                     lung, vessels, random);
        }
        addTube(vessels,
                {{hilumX - side * 0.9, hilumY - 1.2, 0.55},
                 {hilumX + side * 0.5, hilumY + 0.4, 0.75},
                 {hilumX + side * 1.1, hilumY + 3, 0.5}},
                {}, 0.9);
    }
    for (std::size_t i = 0; i < vessels.values.size(); ++i)
        vessels.values[i] *=
            std::min(lung.values[i] / 4, 1.F) * static_cast<float>(1.2 * (1 - chest.lungDensity));
    return vessels;
}

namespace {

struct Spot {
    double x = 0, y = 0, depth = 0;
};

/// A place where the lung is deep: not under the heart's or the diaphragm's edge.
Spot drawSpot(const Plane& lung, Random& random, double margin) {
    const float deepest = *std::max_element(lung.values.begin(), lung.values.end());
    Spot best;
    for (int attempt = 0; attempt < 400; ++attempt) {
        const double x = random.uniform(lung.left + 1, lung.xOf(lung.width - 1) - 1);
        const double y = random.uniform(lung.top + 1, lung.yOf(lung.height - 1) - 1);
        double least = sampled(lung, x, y);
        for (int k = 0; k < 8; ++k) {
            const double angle = k * std::numbers::pi / 4;
            least =
                std::min(least, sampled(lung, x + margin * std::cos(angle), y + margin * std::sin(angle)));
        }
        if (least > best.depth) best = {x, y, least};
        if (least > random.uniform(0.35, 0.75) * deepest) return {x, y, least};
    }
    return best;
}

struct LesionShape {
    Spot spot;
    double rx, ry, tilt, thickness, border, roughness, mottling;
};

LesionShape drawShape(const Plane& lung, Random& random) {
    LesionShape shape{};
    if (random.chance(0.6)) {  // consolidation
        shape.rx = random.uniform(2.6, 5);
        shape.ry = shape.rx * random.uniform(0.6, 1.15);
        shape.thickness = random.uniform(3.2, 6);
        shape.border = random.uniform(0.7, 1.1);
        shape.roughness = random.uniform(0.35, 0.6);
        shape.mottling = random.uniform(0.16, 0.32);
    } else {  // mass
        shape.rx = random.uniform(1.0, 2.4);
        shape.ry = shape.rx * random.uniform(0.85, 1.15);
        shape.thickness = 2 * shape.rx * random.uniform(0.9, 1.15);
        shape.border = random.uniform(0.15, 0.4);
        shape.roughness = random.uniform(0.08, 0.2);
        shape.mottling = random.uniform(0.02, 0.1);
    }
    shape.tilt = random.uniform(0, std::numbers::pi);
    shape.spot = drawSpot(lung, random, 0.6 * shape.rx);
    return shape;
}

/// Open bronchi: dark branching lines that the consolidation leaves.
void leaveBronchi(const LesionShape& shape, Plane& water, const Plane& lung, Random& random) {
    Plane bronchi = water.likeThis();
    const double outwards = shape.spot.x > 0 ? 0 : std::numbers::pi;
    for (int i = 0; i < 2; ++i)
        growTree(
            {shape.spot.x - 0.5 * shape.rx * std::cos(outwards),
             shape.spot.y + random.around(0, 0.4 * shape.ry), outwards + random.around(0.2, 0.4), 0.13, 4},
            lung, bronchi, random);
    for (std::size_t i = 0; i < water.values.size(); ++i)
        water.values[i] *= 1 - std::min(1.2F * bronchi.values[i], 0.3F);
}

}  // namespace

LungLesion drawLungLesion(const ChestAnatomy& chest, const Plane& lung, Random& random) {
    const LesionShape shape = drawShape(lung, random);
    const Noise outline(random.bits()), texture(random.bits());
    LungLesion lesion{lung.likeThis()};
    const double c = std::cos(shape.tilt), s = std::sin(shape.tilt);
    for (int row = 0; row < lung.height; ++row)
        for (int column = 0; column < lung.width; ++column) {
            const double dx = lung.xOf(column) - shape.spot.x, dy = lung.yOf(row) - shape.spot.y;
            const double u = (c * dx + s * dy) / shape.rx, v = (c * dy - s * dx) / shape.ry;
            const double air = lung.at(column, row) * (1 - chest.lungDensity);
            if (u * u + v * v > 5 || air <= 0) continue;
            const auto fx = static_cast<float>(dx), fy = static_cast<float>(dy);
            const double wave = outline.fractal(fx * 0.35F, fy * 0.35F, 4, 0.5F);
            const double inside = 1 - std::sqrt(u * u + v * v) + shape.roughness * wave;
            const double edge = std::clamp(inside / shape.border, 0.0, 1.0);
            const double bulge =
                edge * edge * (3 - 2 * edge) * std::sqrt(std::clamp(0.35 + inside, 0.0, 1.0));
            const double mottled = 1 + shape.mottling * texture.fractal(fx * 0.7F, fy * 0.7F, 4, 0.6F);
            lesion.water.at(column, row) = static_cast<float>(
                std::min(shape.thickness * bulge * mottled * (1 - chest.lungDensity), air));
        }
    if (shape.mottling > 0.15) leaveBronchi(shape, lesion.water, lung, random);
    return lesion;
}

}  // namespace residua::phantom
