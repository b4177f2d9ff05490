// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "imaging/geometry/spacing.h"

namespace residua {

/// Voxel index (i, j, k) to a point in the patient in mm, LPS as in DICOM: rows of [a b c t].
using VoxelAffine = std::array<std::array<double, 4>, 3>;

/// What a NIfTI header says of the volume's place (nifti1.h, "3D image (volume) orientation and location in
/// space").
struct NiftiPlacement {
    int qformCode = 0;
    int sformCode = 0;
    std::array<double, 3> quaternion{};            ///< quatern_b, _c, _d
    std::array<double, 3> offset{};                ///< qoffset_x, _y, _z
    double qfac = 1;                               ///< pixdim[0]: < 0 turns the third axis round
    std::array<std::array<double, 4>, 3> sform{};  ///< srow_x, _y, _z
    std::array<double, 3> voxelSize{};             ///< pixdim[1..3]
    double unit = 1;                               ///< mm
    std::array<int, 3> size{1, 1, 1};              ///< voxels along i, j, k
};

/// The sform where there is one, else the qform (methods 3 and 2 of the standard), turned from RAS to LPS;
/// nullopt where the file has neither, or where the axes of a slice are not perpendicular, so that DICOM's
/// cosines cannot say it. Throws Error NiftiInvalid for numbers that are none, an axis of no length or
/// rotation by no unit quaternion.
std::optional<VoxelAffine> patientAffine(const NiftiPlacement& placement);

/// How the slices along k are turned into images as a radiologist hangs them: axial with the row towards L
/// and the column towards P, coronal with L and F, sagittal with P and F. Without an affine as stored.
struct SlicePlane {
    int width = 0;
    int height = 0;
    // Of a pixel within its slice, in voxels: first + x · stepX + y · stepY.
    std::ptrdiff_t first = 0;
    std::ptrdiff_t stepX = 1;
    std::ptrdiff_t stepY = 0;
    Spacing spacing;
    std::optional<std::array<double, 6>> orientation;  ///< as ImageOrientationPatient
    std::array<double, 3> position{};                  ///< of slice 0's first pixel, mm
    std::array<double, 3> nextSlice{};                 ///< from a slice's first pixel to the next one's, mm

    std::size_t voxelOf(int x, int y) const {
        return static_cast<std::size_t>(first + x * stepX + y * stepY);
    }
    std::array<double, 3> positionOf(int slice) const;
};

SlicePlane slicePlane(const NiftiPlacement& placement, const std::optional<VoxelAffine>& toPatient);

}  // namespace residua
