// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/chest_volume.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace residua::phantom {
namespace {

/// A row of the film: everything that depends on y alone.
struct Row {
    double y, middle, torsoWidth, torsoDepth, innerWidth, innerDepth, cageWidth, cageDepth, mediastinum;
};

Row rowAt(const ChestAnatomy& chest, double y) {
    Row row;
    row.y = y;
    row.middle = chest.midline(y);
    row.torsoWidth = chest.torsoWidth.at(y);
    row.torsoDepth = chest.torsoDepth.at(y);
    row.innerWidth = row.torsoWidth - chest.fat;
    row.innerDepth = row.torsoDepth - 0.6 * chest.fat;
    row.cageWidth = chest.cageWidth.at(y);
    row.cageDepth = chest.cageDepth.at(y);
    row.mediastinum = chest.mediastinumWidth.at(y);
    return row;
}

/// Rows tabulated every 0.2 mm: a turned film asks for another y at each pixel.
class Rows {
public:
    Rows(const ChestAnatomy& chest, double from, double to) : from_(from) {
        for (double y = from; y <= to; y += step) rows_.push_back(rowAt(chest, y));
    }
    const Row& at(double y) const {
        const double index = std::clamp((y - from_) / step, 0.0, static_cast<double>(rows_.size() - 1));
        return rows_[static_cast<std::size_t>(index)];
    }

private:
    static constexpr double step = 0.02;
    double from_;
    std::vector<Row> rows_;
};

/// Half the depth of a rounded cross section, fuller than an ellipse.
double section(double x, double halfWidth, double halfDepth) {
    const double u = std::abs(x) / halfWidth;
    return u < 1 ? halfDepth * std::sqrt(1 - u * u * std::sqrt(u)) : 0;
}

/// What of a lung's depth is there: both ends round off, and the apex slopes down towards the middle.
double lungTaper(const ChestAnatomy& chest, const Row& row, double x) {
    const double v = (std::abs(x) - 4.9) / 2.6;
    const double apex = v < 0 ? 1.1 * v * v : 0;
    const double top = std::clamp((row.y - apex) / 3.0, 0.0, 1.0);
    const double bottom = std::clamp((chest.lungHeight - row.y) / 6.0, 0.0, 1.0);
    return std::sqrt(top * (2 - top)) * std::sqrt(bottom * (2 - bottom));
}

/// The ray's length inside [-half, half] that no organ takes up.
double freeLength(const ChestAnatomy& chest, const Row& row, double x, double half) {
    std::array<std::pair<double, double>, 16> taken;
    std::size_t count = 0;
    for (const auto& organ : chest.organs) {
        const double depth = organ.halfDepth(x, row.y);
        if (depth > 0) taken[count++] = {organ.z - depth, organ.z + depth};
    }
    const double u = std::abs(x) / row.mediastinum;
    if (u < 1) {
        const double depth = half * (1 - u * u);  // fading: lung folds around it
        taken[count++] = {-0.9 * depth, depth};
    }
    std::sort(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(count));
    double length = 0, reached = -half;
    for (std::size_t i = 0; i < count; ++i) {
        length += std::max(std::min(taken[i].first, half) - reached, 0.0);
        reached = std::max(reached, taken[i].second);
    }
    return length + std::max(half - reached, 0.0);
}

/// An upper arm: a tapering cylinder that hangs from the shoulder.
struct Arm {
    double cosine, sine, gap;
    explicit Arm(const ChestAnatomy& chest)
        : cosine(std::cos(chest.armAngle)), sine(std::sin(chest.armAngle)), gap(chest.armGap) {}

    double length(double x, double y, double radiusLess) const {
        constexpr double shoulderX = 16.6, shoulderY = 3.6;
        const double along = (y - shoulderY) / cosine;
        const double axis = shoulderX + gap * std::clamp(along / 8, 0.0, 1.0) + sine * std::max(along, 0.0);
        const double radius = 4.6 - 0.045 * std::clamp(along, 0.0, 25.0) - radiusLess;
        const double dx = (std::abs(x) - axis) * cosine, dy = std::min(y - shoulderY, 0.0);
        const double q = (dx * dx + dy * dy) / (radius * radius);
        return q < 1 ? 2 * radius * std::sqrt(1 - q) : 0;
    }
};

double breastLength(const ChestAnatomy& chest, double x, double y) {
    if (chest.breasts <= 0) return 0;
    const double dx = (std::abs(x) - 8.0 - 0.25 * chest.breasts) / (chest.breasts * 1.15),
                 dy = (y - 16.4) / chest.breasts;
    const double q = dx * dx + dy * dy * (dy > 0 ? 1 : 0.35);  // fading upwards, sharp below
    return q < 1 ? chest.breasts * 0.55 * std::sqrt(1 - q) * std::clamp(1.2 + dy, 0.2, 1.0) : 0;
}

/// Trunk and arm overlap without a seam.
double joined(double a, double b) {
    return std::max(a, b) + 0.25 * std::min(a, b);
}

void projectRow(const ChestAnatomy& chest, const Rows& rows, ChestVolume& volume, int line) {
    const Plane& film = volume.body;
    const double c = std::cos(chest.turn), s = std::sin(chest.turn);
    const Arm arm(chest);
    for (int column = 0; column < film.width; ++column) {
        const double fx = film.xOf(column), fy = film.yOf(line);
        const double x = fx * c - (fy - 11) * s;
        const double y = fx * s + (fy - 11) * c + 11;
        const Row& row = rows.at(y);
        const double dx = x - row.middle;
        const double body = joined(2 * section(x, row.torsoWidth, row.torsoDepth), arm.length(x, y, 0));
        const double lean =
            joined(2 * section(x, row.innerWidth, row.innerDepth), arm.length(x, y, 0.7 * chest.fat));
        const double breast = breastLength(chest, x, y);
        double lung = section(dx, row.cageWidth, row.cageDepth) * lungTaper(chest, row, dx);
        if (lung > 0) lung = freeLength(chest, row, dx, lung);
        double gas = 0;
        for (const auto& bubble : chest.gas) gas += 2 * bubble.halfDepth(dx, y);
        volume.body.at(column, line) = static_cast<float>(body + breast);
        volume.fat.at(column, line) = static_cast<float>(std::max(body - lean, 0.0) + 0.8 * breast);
        volume.lung.at(column, line) = static_cast<float>(std::min(lung, 0.92 * body));
        volume.gas.at(column, line) = static_cast<float>(std::min(gas, 0.5 * body));
    }
}

/// The windpipe goes on as the steeper right main bronchus; the left one leaves it below the carina.
void addAirways(const ChestAnatomy& chest, Plane& gas) {
    const double middle = -0.25 + chest.midline(chest.carina);
    addTube(gas,
            {{-0.1, -11, 0.75},
             {-0.15, -3, 0.8},
             {middle, chest.carina - 2, 0.85},
             {middle - 0.2, chest.carina, 0.8},
             {-2.2, chest.hilum[0] - 0.9, 0.62},
             {-3.6, chest.hilum[0] + 0.8, 0.42}},
            {}, 1);
    addTube(gas,
            {{middle + 0.9, chest.carina + 0.2, 0.4},
             {2.6, chest.hilum[1] + 0.2, 0.58},
             {4.4, chest.hilum[1] + 1.8, 0.4}},
            {}, 0.8);
}

}  // namespace

ChestVolume projectChest(const ChestAnatomy& chest, const Plane& film) {
    ChestVolume volume{film.likeThis(), film.likeThis(), film.likeThis(), film.likeThis()};
    const Rows rows(chest, film.top - 2, film.yOf(film.height) + 2);
    for (int line = 0; line < film.height; ++line) projectRow(chest, rows, volume, line);
    addAirways(chest, volume.gas);
    return volume;
}

}  // namespace residua::phantom
