// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

namespace residua {

/// A place or direction in the patient: LPS, mm.
using Vector = std::array<double, 3>;

constexpr double dot(const Vector& a, const Vector& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

constexpr Vector cross(const Vector& a, const Vector& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// The directions of rows and columns, of ImageOrientationPatient's cosines (PS3.3 C.7.6.2.1.1).
constexpr Vector rowDirection(const std::array<double, 6>& cosines) {
    return {cosines[0], cosines[1], cosines[2]};
}
constexpr Vector columnDirection(const std::array<double, 6>& cosines) {
    return {cosines[3], cosines[4], cosines[5]};
}
/// Perpendicular to both: towards where slices go on in a right-handed stack.
constexpr Vector planeNormal(const std::array<double, 6>& cosines) {
    return cross(rowDirection(cosines), columnDirection(cosines));
}

}  // namespace residua
