// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

#include "imaging/containers/nifti_geometry.h"
#include "imaging/study/byte_source.h"

namespace residua {

/// The voxels' types that are read, with the standard's codes.
enum class NiftiType {
    UInt8 = 2,
    Int16 = 4,
    Int32 = 8,
    Float32 = 16,
    Float64 = 64,
    Rgb24 = 128,
    Int8 = 256,
    UInt16 = 512,
    UInt32 = 768,
    Int64 = 1024,
    UInt64 = 1280,
};

/// A NIfTI-1 or NIfTI-2 header, checked: what the voxels' reader relies on.
struct NiftiHeader {
    NiftiType type = NiftiType::UInt8;
    std::size_t bytesPerVoxel = 1;
    bool isBigEndian = false;
    bool isCompressed = false;   ///< the whole file is gzipped
    std::size_t dataOffset = 0;  ///< of the first voxel, in the inflated file
    int volumes = 1;             ///< of the fourth and further dimensions
    double slope = 1;            ///< scl_slope and scl_inter; 1 and 0 where the file has none
    double intercept = 0;
    NiftiPlacement placement;  ///< placement.size: columns, rows and slices as stored, each at least 1
    std::optional<VoxelAffine> toPatient;

    int frames() const { return placement.size[2] * volumes; }
    std::size_t voxelsPerSlice() const {
        return static_cast<std::size_t>(placement.size[0]) * static_cast<std::size_t>(placement.size[1]);
    }
    /// Bytes up to the end of the last voxel, at most 2 GiB, in the inflated file.
    std::size_t wholeSize() const {
        return dataOffset + voxelsPerSlice() * static_cast<std::size_t>(frames()) * bytesPerVoxel;
    }
};

/// Reads the header of a single file, plain or gzipped, by its magic; nullopt for what is no NIfTI. Of a
/// gzipped file only the beginning is read and inflated. Throws Error NiftiInvalid where the header
/// contradicts itself or the file is too short for it, or names a pair of files; PixelFormatUnsupported
/// (complex numbers, 128 bits, single bits); FrameTooLarge for a slice of more than 1 GiB, a file of more
/// than 2 GiB, more than 100,000 slices, or a compressed file that would grow beyond 16 MiB and 200 times its
/// size.
std::optional<NiftiHeader> readNiftiHeader(ByteSource& source, const std::filesystem::path& path);

}  // namespace residua
