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

/// An image of a series, an instance or a frame of one, with what its place in a stack follows from.
struct SliceFacts {
    std::size_t instance = 0;  ///< index into Series::instances
    int frame = 0;             ///< from 0
    const Instance* image = nullptr;
    Frame facts;  ///< frameOf the two
};

/// Images that belong into one stack, in the order of their instance and frame numbers.
struct StackPart {
    std::vector<SliceFacts> members;
    std::vector<std::string> labels;  ///< what sets it apart, e.g. {"axial", "TE 30 ms"}
    bool sharesOrientation = true;    ///< false for views all around, as rotating projections are
    bool isLocalizer = false;         ///< as Stack::isLocalizer
    std::string label() const;
};

/// Splits by orientation, size, echo time, b-value, kind of image, dimension and time. A multi-frame image is
/// not mixed with others: its frames are split by what their functional groups say, or stay one part.
std::vector<StackPart> splitSeries(const Series& series);

/// Row × column of the orientation: the direction in which slices follow one another; nullopt without
/// orientation.
std::optional<std::array<double, 3>> normalOf(const Frame& facts);

/// mm along `normal`; the facts must have a position.
double locationOf(const Frame& facts, const std::array<double, 3>& normal);

/// The shortest text of a number, at most two decimals, independent of the locale.
std::string shortNumber(double value);

}  // namespace residua
