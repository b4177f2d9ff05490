// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/geometry/affine.h"
#include "inference/findings/labels.h"

namespace residua {

/// A drawn truth at any resolution over the whole image: > 0 is inside.
struct TruthMask {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> values;  ///< row by row
};

// A truth of any shape is kept as boxes: the runs of its rows, of at most 1/kTruthRows of the height each.
// Its places are then told like those of a drawn box, to a fraction of any network's cell.
inline constexpr int kTruthRows = 128;

/// Inside by the even-odd rule. @param outline corners as fractions of width and height, not closed
std::vector<TruthBox> rowsOfOutline(const std::vector<Point>& outline);

std::vector<TruthBox> rowsOfMask(const TruthMask& mask);

/// Outlines as in a table: corners 'x,y x,y …' in fractions, several outlines apart by ';'. Throws Error
/// LabelTableInvalid saying what is wrong in the text (without file and line).
std::vector<std::vector<Point>> parseOutlines(std::string_view text);

}  // namespace residua
