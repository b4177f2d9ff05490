// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/geometry/measurement.h"

#include <cmath>

namespace residua {

Length measureLength(Point a, Point b, const Spacing& spacing) {
    const bool usable =
        std::isfinite(spacing.row) && std::isfinite(spacing.column) && spacing.row > 0 && spacing.column > 0;
    if (spacing.kind == SpacingKind::None || !usable)
        return {std::hypot(b.x - a.x, b.y - a.y), SpacingKind::None};
    return {std::hypot((b.x - a.x) * spacing.column, (b.y - a.y) * spacing.row), spacing.kind};
}

std::string_view lengthUnit(SpacingKind kind) {
    return kind == SpacingKind::None ? "px" : "mm";
}

}  // namespace residua
