// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/containers/nifti.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include "imaging/containers/gzip.h"
#include "imaging/error.h"
#include "imaging/pixels/quantised.h"
#include "imaging/study/file_bytes.h"
#include "imaging/study/made_uid.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

NiftiHeader headerOf(std::span<const std::byte> bytes, const fs::path& path) {
    MemorySource source(bytes);
    auto header = readNiftiHeader(source, path);
    if (!header) throw Error(ProblemKind::NotAnImage, path, "no NIfTI header");
    return *header;
}

std::vector<std::byte> inflated(const std::vector<std::byte>& file, const NiftiHeader& header,
                                const fs::path& path) {
    std::vector<std::byte> whole(header.wholeSize());
    if (!inflateWhole(file, whole))
        throw Error(
            ProblemKind::NiftiInvalid, path,
            "the compressed data are damaged or end before " + std::to_string(whole.size()) + " bytes");
    return whole;
}

/// The file's name without .nii or .nii.gz.
std::string nameOf(const fs::path& path) {
    auto stem = path.filename();
    if (stem.extension() == ".gz") stem = stem.stem();
    return stem.extension() == ".nii" ? stem.stem() : stem;
}

std::vector<Frame> framesOf(const NiftiHeader& header, const SlicePlane& plane) {
    const int slices = header.placement.size[2];
    std::vector<Frame> frames(static_cast<std::size_t>(header.frames()));
    for (int i = 0; i < header.frames(); ++i) {
        auto& frame = frames[static_cast<std::size_t>(i)];
        if (plane.orientation) frame.position = plane.positionOf(i % slices);
        frame.orientation = plane.orientation;
        if (header.volumes > 1) frame.temporalPosition = i / slices + 1;
    }
    return frames;
}

}  // namespace

NiftiVolume::NiftiVolume(const fs::path& path, const ArchivePasswords& passwords)
    : path_(path), bytes_(readFileBytes(path, passwords)) {
    header_ = headerOf(bytes_, path);
    if (header_.isCompressed) bytes_ = inflated(bytes_, header_, path);
    plane_ = slicePlane(header_.placement, header_.toPatient);
}

template <typename Value>
Value NiftiVolume::voxel(std::size_t index) const {
    std::array<std::byte, sizeof(Value)> copy{};
    std::memcpy(copy.data(), bytes_.data() + header_.dataOffset + index * sizeof(Value), sizeof(Value));
    if (header_.isBigEndian != (std::endian::native == std::endian::big)) std::ranges::reverse(copy);
    return std::bit_cast<Value>(copy);
}

template <typename Stored, typename Value>
std::vector<Value> NiftiVolume::values(std::size_t firstVoxel) const {
    std::vector<Value> values(header_.voxelsPerSlice());
    auto out = values.begin();
    for (int y = 0; y < plane_.height; ++y)
        for (int x = 0; x < plane_.width; ++x)
            // NOLINTNEXTLINE(bugprone-signed-char-misuse): numbers, no characters
            *out++ = voxel<Stored>(firstVoxel + plane_.voxelOf(x, y));
    return values;
}

std::vector<std::uint8_t> NiftiVolume::colours(std::size_t firstVoxel) const {
    std::vector<std::uint8_t> rgb(3 * header_.voxelsPerSlice());
    auto* out = rgb.data();
    for (int y = 0; y < plane_.height; ++y)
        for (int x = 0; x < plane_.width; ++x, out += 3)
            std::memcpy(out, bytes_.data() + header_.dataOffset + 3 * (firstVoxel + plane_.voxelOf(x, y)), 3);
    return rgb;
}

template <typename Stored>
void NiftiVolume::quantiseInto(Image& image, std::size_t firstVoxel) const {
    const auto values = this->values<Stored, Stored>(firstVoxel);
    quantise(
        values.size(),
        [&](std::size_t i) {
            const auto value = static_cast<double>(values[i]);
            // What the scale makes larger than a float holds is no measurement.
            const double scaled = value * image.rescaleSlope + image.rescaleIntercept;
            return std::abs(scaled) <= 1e30 ? value : std::numeric_limits<double>::quiet_NaN();
        },
        image);
}

void NiftiVolume::takePixels(Image& image, std::size_t firstVoxel) const {
    switch (header_.type) {
        case NiftiType::UInt8:
            image.pixels = values<std::uint8_t, std::uint8_t>(firstVoxel);
            return;
        case NiftiType::Int8:
            image.pixels = values<std::int8_t, std::int16_t>(firstVoxel);
            return;
        case NiftiType::Int16:
            image.pixels = values<std::int16_t, std::int16_t>(firstVoxel);
            image.bitsStored = 16;
            return;
        case NiftiType::UInt16:
            image.pixels = values<std::uint16_t, std::uint16_t>(firstVoxel);
            image.bitsStored = 16;
            return;
        case NiftiType::Int32:
            return quantiseInto<std::int32_t>(image, firstVoxel);
        case NiftiType::UInt32:
            return quantiseInto<std::uint32_t>(image, firstVoxel);
        case NiftiType::Int64:
            return quantiseInto<std::int64_t>(image, firstVoxel);
        case NiftiType::UInt64:
            return quantiseInto<std::uint64_t>(image, firstVoxel);
        case NiftiType::Float32:
            return quantiseInto<float>(image, firstVoxel);
        case NiftiType::Float64:
            return quantiseInto<double>(image, firstVoxel);
        case NiftiType::Rgb24:
            image.photometric = Photometric::Rgb;
            image.pixels = colours(firstVoxel);
            return;
    }
}

Image NiftiVolume::image(int frame) const {
    if (frame < 0 || frame >= header_.frames())
        throw Error(ProblemKind::FrameNumberInvalid, path_,
                    "frame " + std::to_string(frame + 1) + " of " + std::to_string(header_.frames()));
    Image image;
    image.width = plane_.width;
    image.height = plane_.height;
    image.spacing = plane_.spacing;
    image.rescaleSlope = header_.slope;
    image.rescaleIntercept = header_.intercept;
    takePixels(image, static_cast<std::size_t>(frame) * header_.voxelsPerSlice());
    return image;
}

Study niftiStudy(const NiftiHeader& header, const fs::path& path, std::size_t fileSize,
                 const std::string& modality) {
    const auto plane = slicePlane(header.placement, header.toPatient);
    Instance instance;
    instance.path = path;
    instance.fileKind = FileKind::Volume;
    instance.sopInstanceUid = madeUid("volume", path.native() + '\0' + std::to_string(fileSize));
    instance.instanceNumber = 1;
    instance.frames = header.frames();
    instance.frameGroups = framesOf(header, plane);
    instance.rows = plane.height;
    instance.columns = plane.width;
    instance.photometric = header.type == NiftiType::Rgb24 ? "RGB" : "MONOCHROME2";
    instance.hasPixels = true;
    instance.position = instance.frameGroups.front().position;
    instance.orientation = plane.orientation;
    instance.spacing = plane.spacing;
    Series series;
    series.uid = madeUid("series of a volume", path.native());
    series.description = nameOf(path);
    series.modality = modality.empty() ? "MR" : modality;
    series.instances.push_back(std::move(instance));
    const auto folder = path.parent_path();
    Study study;
    study.uid = madeUid("study of volumes", folder.native());
    study.description = folder.filename();
    study.series.push_back(std::move(series));
    return study;
}

}  // namespace residua
