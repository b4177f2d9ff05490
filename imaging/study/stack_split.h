// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "imaging/study/study.h"

namespace residua {

/// Slices nearer than this lie at one position, mm.
constexpr double kSamePosition = 0.01;

/// Instances that belong into one stack, in the order of their instance numbers.
struct StackPart {
    std::vector<std::size_t> members;  ///< indices into Series::instances
    std::vector<std::string> labels;   ///< what sets it apart, e.g. {"axial", "TE 30 ms"}
    bool sharesOrientation = true;     ///< false for views all around, as rotating projections are
    std::string label() const;
};

/// Splits by orientation, size, echo time, b-value, kind of image and time; a multi-frame image is a part of
/// its own.
std::vector<StackPart> splitSeries(const Series& series);

/// Row × column of the orientation: the direction in which slices follow one another; nullopt without
/// orientation.
std::optional<std::array<double, 3>> normalOf(const Instance& instance);

/// mm along `normal`; the instance must have a position.
double locationOf(const Instance& instance, const std::array<double, 3>& normal);

/// The shortest text of a number, at most two decimals, independent of the locale.
std::string shortNumber(double value);

}  // namespace residua
