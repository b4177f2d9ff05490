// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace residua {

struct Point {
    double x = 0;
    double y = 0;
};

/// A 2-D affine map: x' = a·x + b·y + c, y' = d·x + e·y + f. Pixel coordinates are continuous with (0, 0) at
/// the centre of the first pixel, x to the right along a row, y down.
struct Affine {
    double a = 1, b = 0, c = 0;
    double d = 0, e = 1, f = 0;

    bool operator==(const Affine&) const = default;
    constexpr Point operator()(Point p) const { return {a * p.x + b * p.y + c, d * p.x + e * p.y + f}; }
    /// Of a regular map; the determinant must not be 0.
    constexpr Affine inverse() const {
        const double n = a * e - b * d;
        return {e / n, -b / n, (b * f - c * e) / n, -d / n, a / n, (c * d - a * f) / n};
    }
};

/// first, then second.
constexpr Affine then(const Affine& first, const Affine& second) {
    return {second.a * first.a + second.b * first.d,
            second.a * first.b + second.b * first.e,
            second.a * first.c + second.b * first.f + second.c,
            second.d * first.a + second.e * first.d,
            second.d * first.b + second.e * first.e,
            second.d * first.c + second.e * first.f + second.f};
}

}  // namespace residua
