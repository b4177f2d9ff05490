// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "imaging/geometry/affine.h"
#include "imaging/geometry/spacing.h"

namespace residua {

/// A length with the name of the spacing it was measured by.
struct Length {
    double value = 0;  ///< mm, or pixels where kind is None
    SpacingKind kind = SpacingKind::None;
    bool operator==(const Length&) const = default;
};

/// The distance between two points in continuous pixel coordinates. A spacing that is not positive and finite
/// counts as none: the length is then in pixels and says so.
Length measureLength(Point a, Point b, const Spacing& spacing);

/// The unit's symbol of a length measured by such a spacing: "mm" or "px".
std::string_view lengthUnit(SpacingKind kind);

}  // namespace residua
