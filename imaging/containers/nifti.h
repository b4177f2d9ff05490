// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "imaging/containers/archive_path.h"
#include "imaging/containers/nifti_header.h"
#include "imaging/pixels/image.h"
#include "imaging/study/study.h"

namespace residua {

/// A NIfTI file in memory, inflated: immutable, so that threads may share it.
class NiftiVolume {
public:
    /// Throws Error as readFileBytes and readNiftiHeader do, NiftiInvalid also for a compressed file that is
    /// cut short or damaged, NotAnImage for what is no NIfTI.
    explicit NiftiVolume(const std::filesystem::path& path, const ArchivePasswords& passwords = {});

    /// Slice `frame` modulo the slices, of time point `frame` divided by them, turned as SlicePlane says.
    /// Types of more than 16 bits are quantised. Throws Error FrameNumberInvalid.
    Image image(int frame) const;

private:
    template <typename Value>
    Value voxel(std::size_t index) const;
    template <typename Stored, typename Value>
    std::vector<Value> values(std::size_t firstVoxel) const;
    std::vector<std::uint8_t> colours(std::size_t firstVoxel) const;
    template <typename Stored>
    void quantiseInto(Image& image, std::size_t firstVoxel) const;
    void takePixels(Image& image, std::size_t firstVoxel) const;

    std::filesystem::path path_;
    NiftiHeader header_;
    SlicePlane plane_;
    std::vector<std::byte> bytes_;
};

/// A volume as one instance whose frames are its slices, time point after time point; the study is its
/// folder, the series the file.
/// @param modality empty = "MR": the format does not say it
Study niftiStudy(const NiftiHeader& header, const std::filesystem::path& path, std::size_t fileSize,
                 const std::string& modality);

}  // namespace residua
