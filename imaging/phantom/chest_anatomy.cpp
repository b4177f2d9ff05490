// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/chest_anatomy.h"

#include <algorithm>
#include <cmath>

namespace residua::phantom {

double Profile::at(double y) const {
    if (y <= knots.front().first) return knots.front().second;
    if (y >= knots.back().first) return knots.back().second;
    const auto next = std::upper_bound(knots.begin(), knots.end(), y,
                                       [](double value, const auto& knot) { return value < knot.first; });
    const auto i = static_cast<std::size_t>(next - knots.begin());
    const auto slope = [&](std::size_t k) {
        if (k == 0 || k + 1 == knots.size()) return 0.0;
        return (knots[k + 1].second - knots[k - 1].second) / (knots[k + 1].first - knots[k - 1].first);
    };
    // Cubic Hermite between knots i - 1 and i (Catmull and Rom 1974).
    const double step = knots[i].first - knots[i - 1].first;
    const double t = (y - knots[i - 1].first) / step;
    const double t2 = t * t, t3 = t2 * t;
    return (2 * t3 - 3 * t2 + 1) * knots[i - 1].second + (t3 - 2 * t2 + t) * step * slope(i - 1) +
           (3 * t2 - 2 * t3) * knots[i].second + (t3 - t2) * step * slope(i);
}

double Ellipsoid::halfDepth(double px, double py) const {
    const double dx = px - x;
    const double dy = downwards ? std::min(py - y, 0.0) : py - y;
    const double reach = std::max(rx, ry);
    if (std::abs(dx) >= reach || std::abs(dy) >= reach) return 0;
    const double c = std::cos(tilt), s = std::sin(tilt);
    const double u = (c * dx + s * dy) / rx, v = (c * dy - s * dx) / ry;
    const double q = u * u + v * v;
    return q < 1 ? rz * std::sqrt(1 - q) : 0;
}

double ChestAnatomy::midline(double y) const {
    return spineCurve * std::sin(y / 9.0);
}

namespace {

Profile scaled(std::vector<std::pair<double, double>> knots, double along, double across) {
    for (auto& [y, value] : knots) y *= along, value *= across;
    return {std::move(knots)};
}

void drawHeart(ChestAnatomy& chest, Random& random, double size, double domeTop) {
    const double y = domeTop - 2.2;
    const double shift = random.around(0, 0.4);
    chest.organs.push_back(
        {2.9 + shift, y, -2.5, 5.9 * size, 4.3 * size, 5 * size, random.around(0.55, 0.12)});
    chest.organs.push_back({-1.2 + shift, y - 0.4, -1, 3.1 * size, 4.7 * size, 4.2, -0.1});
    chest.organs.push_back({0.8 + shift, y - 4.4, 0, 3.7 * size, 4.6, 4.5, 0.15});
    // Aortic knob, descending aorta, pulmonary trunk, superior vena cava and ascending aorta.
    const double knob = random.around(1.6, 0.35);
    const double arch = chest.carina - random.uniform(1.6, 2.6);
    chest.organs.push_back({1.5 + 0.75 * knob, arch, 1, knob, knob * 1.05, 2.4, 0});
    chest.organs.push_back(
        {1.9 + 0.25 * knob, arch + 9, 5, 1.1 + 0.15 * knob, 10, 1.3, random.around(-0.04, 0.03)});
    chest.organs.push_back({2.4 + 0.5 * knob, arch + 3.1, -1, random.around(1.9, 0.25), 2, 2, 0.3});
    chest.organs.push_back({-1.8, arch + 1.5, 0, random.around(1.5, 0.25), 6, 2, 0.03});
}

void drawDiaphragm(ChestAnatomy& chest, Random& random, double top, double wide) {
    const double curve = random.uniform(5.0, 8.0);
    const double rightX = -6.6 * wide, leftX = 7.0 * wide;
    const double leftTop = top + random.uniform(0.3, 1.8);
    chest.organs.push_back({rightX, top + curve, -1, 8.6 * wide, curve, 9, random.around(0.06, 0.05), true});
    chest.organs.push_back(
        {leftX, leftTop + curve, -1, 8.2 * wide, curve, 8.5, random.around(-0.08, 0.05), true});
    if (random.chance(0.75)) {
        const double size = random.uniform(1.2, 2.8);
        chest.gas.push_back({random.uniform(5.5, 8.5), leftTop + 1.2 + size, -2, size * 1.25, size,
                             size * 1.2, random.around(0, 0.2)});
    }
    for (int i = random.integer(0, 3); i > 0; --i) {
        const double size = random.uniform(0.7, 1.6);
        chest.gas.push_back({random.uniform(1, 11), leftTop + random.uniform(4, 9), -3, size * 1.5, size,
                             size, random.around(0, 0.5)});
    }
}

void drawCavity(ChestAnatomy& chest, Random& random, double childness) {
    const double wide = random.around(1, 0.05) * (1 - 0.05 * childness);
    const double tall = random.around(1, 0.06) * (1 - 0.1 * childness);
    chest.cageWidth = scaled({{-0.5, 4.6},
                              {0, 5.6},
                              {1.2, 7.6},
                              {3, 9.4},
                              {6, 11.2},
                              {10, 12.5},
                              {15, 13.3},
                              {20, 13.6},
                              {26, 13.4},
                              {32, 12.6}},
                             tall, wide);
    chest.cageDepth =
        scaled({{-0.5, 3.5}, {0, 4}, {2, 5.4}, {6, 7.6}, {10, 8.8}, {16, 9.6}, {23, 9.6}, {28, 9}}, tall,
               random.around(1, 0.08));
    chest.lungHeight = 29 * tall;
    chest.mediastinumWidth =
        scaled({{-8, 5}, {-1.5, 4.7}, {0, 3.9}, {1.5, 3.4}, {4, 3.0}, {8, 2.8}, {13, 2.8}, {28, 3}}, tall,
               random.around(1.0, 0.08) * (1 + 0.25 * childness));
    chest.lungDensity = random.uniform(0.22, 0.34) + 0.05 * childness;
    chest.carina = 9.2 * tall;
    chest.hilum[0] = chest.carina + random.uniform(1.6, 2.4);
    chest.hilum[1] = chest.carina + random.uniform(0.9, 1.7);
    const double domeTop = random.uniform(19, 22.5) * tall - 1.2 * childness;
    drawDiaphragm(chest, random, domeTop, wide);
    drawHeart(chest, random, random.around(1, 0.09) * (1 + 0.1 * childness), domeTop);
    chest.ribSpacing = 2.25 * tall;
    chest.ribDrop = random.uniform(6.6, 9.4) * (1 - 0.3 * childness);
}

void drawBody(ChestAnatomy& chest, Random& random, double childness) {
    const double stout = random.uniform(0, 1);
    const double across = 0.97 + 0.13 * stout;
    chest.torsoWidth = scaled({{-13, 8.5},
                               {-10, 6.4},
                               {-6, 6.2},
                               {-3.5, 8.2},
                               {-1.5, 13},
                               {0.5, 17},
                               {3, 18.6},
                               {6, 17.6},
                               {9, 16.2},
                               {15, 16.1},
                               {22, 16.2},
                               {32, 16.5}},
                              1, across);
    chest.torsoDepth =
        scaled({{-10, 6.2}, {-4, 6}, {0, 7}, {4, 9}, {9, 11}, {16, 11.6}, {24, 11.8}}, 1, across);
    chest.fat = 0.5 + 1.6 * stout * stout + 0.2 * random.uniform();
    chest.armAngle = random.uniform(0.1, 0.55) + 0.3 * childness * random.uniform();
    chest.armGap = random.uniform(-0.8, 2.5) - stout;
    if (childness < 0.5 && random.chance(0.45)) chest.breasts = random.uniform(3.2, 5.2);
}

}  // namespace

ChestAnatomy drawChestAnatomy(Random& random) {
    ChestAnatomy chest;
    const double childness = random.chance(0.45) ? random.uniform(0.5, 1) : random.uniform(0, 0.15);
    chest.age = childness > 0.2 ? 16 - 14 * childness : random.uniform(20, 80);
    drawCavity(chest, random, childness);
    drawBody(chest, random, childness);
    chest.ribRadius = random.uniform(0.46, 0.6) * (1 + 0.1 * childness);
    chest.boneDensity = random.uniform(0.75, 1.15);
    chest.clavicleHeight = random.uniform(1.2, 3.4) - 0.8 * childness;
    chest.clavicleRise = random.uniform(0.8, 3.4);
    chest.scapulaX = random.uniform(11, 14.5);
    chest.spineCurve = random.around(0, 0.25);
    chest.field = random.uniform(31, 38) - 1.5 * childness;
    chest.aspect = random.uniform(0.88, 1.18);
    chest.centreX = random.around(0, 0.7);
    chest.centreY = random.uniform(10, 12.5);
    chest.turn = random.around(0, 0.035);
    return chest;
}

}  // namespace residua::phantom
