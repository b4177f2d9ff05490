// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>

#include "tests/support/dicom_bytes.h"

namespace residua::test {

/// Rows of [a b c t]: voxel index to RAS mm, as NIfTI counts.
using RasAffine = std::array<std::array<double, 4>, 3>;

/// A NIfTI file, written byte by byte after nifti1.h and nifti2.h, independent of the code under test.
struct NiftiFile {
    int version = 1;
    std::endian order = std::endian::little;
    std::array<std::int64_t, 8> dim{3, 1, 1, 1, 1, 1, 1, 1};
    int datatype = 512;
    int bits = 16;
    std::array<double, 4> pixdim{1, 1, 1, 1};  ///< qfac and the voxels' size
    double offset = 0;                         ///< vox_offset; 0 = right behind header and extension mark
    double slope = 0;
    double intercept = 0;
    int units = 2;  ///< mm
    int qformCode = 0;
    int sformCode = 0;
    std::array<double, 3> quaternion{};
    std::array<double, 3> qoffset{};
    RasAffine sform{};
    std::string magic;  ///< empty = the version's of a single file
    Bytes voxels;

    void setSize(int i, int j, int k, int volumes = 1);
    void setSform(const RasAffine& affine);
    /// The same place said by quaternion, qfac and pixdim; the axes must be perpendicular.
    void setQform(const RasAffine& affine);
    /// Unsigned 16-bit voxels in the file's byte order, i fastest.
    void setVoxels(const std::function<int(int i, int j, int k, int volume)>& valueAt);
    void addNumber(std::uint64_t pattern, int bytes);  ///< one voxel's bytes in the file's order
    Bytes bytes() const;
};

/// The bytes as a gzip file of one member.
Bytes gzipped(const Bytes& bytes);

}  // namespace residua::test
