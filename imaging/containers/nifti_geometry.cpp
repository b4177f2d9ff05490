// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/containers/nifti_geometry.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "imaging/error.h"
#include "imaging/geometry/vectors.h"

namespace residua {

namespace {

// Ours: a voxel smaller than a nanometre or a place farther than a kilometre is no anatomy.
constexpr double kSmallest = 1e-6;
constexpr double kFarthest = 1e6;
// As DICOM's cosines are held to.
constexpr double kPerpendicular = 0.05;

[[noreturn]] void invalid(std::string what) {
    throw Error(ProblemKind::NiftiInvalid, {}, std::move(what));
}

Vector times(const Vector& a, double factor) {
    return {a[0] * factor, a[1] * factor, a[2] * factor};
}
Vector plus(const Vector& a, const Vector& b) {
    return {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
}
double length(const Vector& a) {
    return std::hypot(a[0], a[1], a[2]);
}
Vector columnOf(const VoxelAffine& affine, std::size_t axis) {
    return {affine[0][axis], affine[1][axis], affine[2][axis]};
}

void requireNumber(double value, const char* name) {
    if (!std::isfinite(value) || std::abs(value) > kFarthest)
        invalid(std::string(name) + " holds no usable number");
}

/// Method 2: from the quaternion to a rotation, times the voxels' size.
VoxelAffine qform(const NiftiPlacement& placement) {
    for (std::size_t i = 0; i < 3; ++i) {
        requireNumber(placement.quaternion[i], "the qform");
        requireNumber(placement.offset[i], "the qform");
        requireNumber(placement.voxelSize[i], "pixdim");
    }
    const auto [b, c, d] = placement.quaternion;
    const double imaginary = b * b + c * c + d * d;
    // Ours: floats leave a unit quaternion by less than this.
    if (imaginary > 1.001) invalid("the qform's quaternion is longer than 1");
    // As NIfTI's own library: what floats leave of 1 is no real part but half a turn.
    const bool isHalfTurn = 1 - imaginary < 1e-7;
    const double scale = isHalfTurn ? 1 / std::sqrt(imaginary) : 1;
    const double x = b * scale, y = c * scale, z = d * scale;
    const double a = isHalfTurn ? 0 : std::sqrt(1 - imaginary);
    const std::array<Vector, 3> rotation{
        Vector{a * a + x * x - y * y - z * z, 2 * (x * y - a * z), 2 * (x * z + a * y)},
        Vector{2 * (x * y + a * z), a * a + y * y - x * x - z * z, 2 * (y * z - a * x)},
        Vector{2 * (x * z - a * y), 2 * (y * z + a * x), a * a + z * z - x * x - y * y}};
    VoxelAffine affine{};
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const double size = std::abs(placement.voxelSize[axis]);
            // A single slice needs no distance to the next one.
            const bool isOneSlice = axis == 2 && placement.size[2] == 1 && size == 0;
            affine[row][axis] = rotation[row][axis] * (isOneSlice ? 1 : size);
        }
        if (placement.qfac < 0) affine[row][2] = -affine[row][2];
        affine[row][3] = placement.offset[row];
    }
    return affine;
}

VoxelAffine sform(const NiftiPlacement& placement) {
    for (const auto& row : placement.sform)
        for (const double value : row) requireNumber(value, "the sform");
    return placement.sform;
}

/// Whether the axes span a slice, and a volume where there are several slices.
void requireVolume(const VoxelAffine& affine, int slices) {
    // Ours: of the product of the lengths; a rotation has 1.
    constexpr double kFlat = 1e-3;
    const auto i = columnOf(affine, 0), j = columnOf(affine, 1), k = columnOf(affine, 2);
    const auto normal = cross(i, j);
    const bool hasSlice =
        length(i) > kSmallest && length(j) > kSmallest && length(normal) > kFlat * length(i) * length(j);
    const bool hasVolume =
        length(k) > kSmallest && std::abs(dot(normal, k)) > kFlat * length(normal) * length(k);
    if (!hasSlice || (slices > 1 && !hasVolume)) invalid("the voxels' axes span no volume");
}

bool hasPerpendicularSlice(const VoxelAffine& affine) {
    const auto i = columnOf(affine, 0), j = columnOf(affine, 1);
    return std::abs(dot(i, j)) <= kPerpendicular * length(i) * length(j);
}

/// Where a radiologist wants rows and columns to point (LPS), by the plane nearest to the slice.
std::pair<Vector, Vector> wantedDirections(const Vector& normal) {
    constexpr Vector kLeft{1, 0, 0}, kPosterior{0, 1, 0}, kFeet{0, 0, -1};
    const double x = std::abs(normal[0]), y = std::abs(normal[1]), z = std::abs(normal[2]);
    if (z >= x && z >= y) return {kLeft, kPosterior};
    return x >= y ? std::pair(kPosterior, kFeet) : std::pair(kLeft, kFeet);
}

Spacing namedSpacing(double row, double column) {
    const auto isSize = [](double value) { return value > kSmallest && value < kFarthest; };
    if (!isSize(row) || !isSize(column)) return {};
    return {SpacingKind::Patient, row, column};
}

}  // namespace

std::optional<VoxelAffine> patientAffine(const NiftiPlacement& placement) {
    if (placement.sformCode <= 0 && placement.qformCode <= 0) return std::nullopt;
    VoxelAffine affine = placement.sformCode > 0 ? sform(placement) : qform(placement);
    for (std::size_t row = 0; row < 3; ++row)
        for (double& value : affine[row]) value *= row < 2 ? -placement.unit : placement.unit;
    requireVolume(affine, placement.size[2]);
    if (!hasPerpendicularSlice(affine)) return std::nullopt;
    return affine;
}

SlicePlane slicePlane(const NiftiPlacement& placement, const std::optional<VoxelAffine>& toPatient) {
    const auto [columns, rows, slices] = placement.size;
    SlicePlane plane{.width = columns, .height = rows, .stepY = columns, .spacing = {}, .orientation = {}};
    if (!toPatient) {
        plane.spacing =
            namedSpacing(placement.voxelSize[1] * placement.unit, placement.voxelSize[0] * placement.unit);
        return plane;
    }
    std::array<Vector, 2> axes{columnOf(*toPatient, 0), columnOf(*toPatient, 1)};
    std::array<double, 2> sizes{length(axes[0]), length(axes[1])};
    for (std::size_t axis = 0; axis < 2; ++axis) axes[axis] = times(axes[axis], 1 / sizes[axis]);
    const auto [row, column] = wantedDirections(cross(axes[0], axes[1]));
    plane.position = columnOf(*toPatient, 3);
    plane.nextSlice = columnOf(*toPatient, 2);
    const bool isTransposed = std::abs(dot(axes[1], row)) + std::abs(dot(axes[0], column)) >
                              std::abs(dot(axes[0], row)) + std::abs(dot(axes[1], column));
    if (isTransposed) {
        std::swap(axes[0], axes[1]);
        std::swap(sizes[0], sizes[1]);
        std::swap(plane.width, plane.height);
        std::swap(plane.stepX, plane.stepY);
    }
    const auto mirror = [&plane](Vector& axis, double size, int count, std::ptrdiff_t& step) {
        plane.first += (count - 1) * step;
        plane.position = plus(plane.position, times(axis, size * (count - 1)));
        axis = times(axis, -1);
        step = -step;
    };
    if (dot(axes[0], row) < 0) mirror(axes[0], sizes[0], plane.width, plane.stepX);
    if (dot(axes[1], column) < 0) mirror(axes[1], sizes[1], plane.height, plane.stepY);
    plane.orientation = {axes[0][0], axes[0][1], axes[0][2], axes[1][0], axes[1][1], axes[1][2]};
    plane.spacing = namedSpacing(sizes[1], sizes[0]);
    return plane;
}

std::array<double, 3> SlicePlane::positionOf(int slice) const {
    return plus(position, times(nextSlice, slice));
}

}  // namespace residua
