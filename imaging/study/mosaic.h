// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "imaging/study/file_gate.h"
#include "imaging/study/mosaic_layout.h"
#include "imaging/study/study.h"

namespace residua {

/// Whether an ImageType says that the image is a mosaic of slices, as Siemens writes echo-planar volumes.
bool namesMosaic(std::string_view imageType);

/// The numbers of one field of a Siemens CSA header, either form of it ("SV10" in front, or not); empty where
/// it is not there, and where the header is broken before it.
std::vector<double> csaNumbers(std::span<const std::byte> header, std::string_view field);

/// Gathers what a dataset says about a mosaic, while it is walked: ImageType, NumberOfImagesInMosaic and
/// SliceNormalVector of the CSA image header (0029,xx10), or NumberOfImagesInMosaic (0019,xx0A).
class MosaicNote {
public:
    void clear() { *this = {}; }
    void take(const GateElement& element);

    bool isMosaic() const { return isMosaic_; }
    /// None where the image is no mosaic, and where the number of tiles is missing or does not fit the image:
    /// 1 to 1,024 tiles of at least 8 × 8 pixels that divide it.
    std::optional<Mosaic> layout() const;
    /// The direction of slices 0, 1, 2, …, if told.
    std::optional<std::array<double, 3>> normal() const;

private:
    bool isMosaic_ = false;
    unsigned rows_ = 0, columns_ = 0;
    std::uint32_t csaBlock_ = 0, mrBlock_ = 0;  ///< 0x10 to 0xFF: where the private elements lie
    double images_ = 0, csaImages_ = 0;
    std::vector<double> normal_;
};

/// Makes an instance that was read as one image into the tiles of its mosaic: one frame each, at its place in
/// the patient where position, orientation, spacing and the distance of slices are known.
/// @param normal as MosaicNote::normal
/// @param distance of slices in mm; 0 = unknown
void splitIntoTiles(Instance& instance, const Mosaic& mosaic,
                    const std::optional<std::array<double, 3>>& normal, double distance);

}  // namespace residua
