// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "imaging/atomic_file.h"
#include "imaging/progress.h"

namespace residua {

/// Simulated anatomy with known truth: sample studies, test data, and the training images of `demo-opacity`.
enum class PhantomKind { ChestRadiograph, BrainMr };
enum class PhantomLesion { Absent, Present };

struct PhantomOptions {
    PhantomKind kind = PhantomKind::ChestRadiograph;
    PhantomLesion lesion = PhantomLesion::Absent;
    std::uint64_t seed =
        0;           ///< varies anatomy, exposure, size and position; the same seed gives the same bytes
    int size = 0;    ///< pixels of the longer side (chest) or of each side (brain); 0 = the kind's usual
    int slices = 0;  ///< brain only; 0 = usual
};

/// One simulated image with the truth about its lesion.
struct PhantomImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> pixels;  ///< stored values, 12 bit, MONOCHROME2
    std::vector<std::uint8_t> lesion;   ///< 1 inside the lesion's mask, 0 elsewhere; width × height
    bool hasLesion() const;
};

struct Phantom {
    PhantomOptions options;
    std::vector<PhantomImage> slices;  ///< one for a radiograph, head to foot order for a brain
    double pixelSpacing = 1;           ///< mm
    double sliceSpacing = 0;           ///< mm, brain only
    int patientAge = 40;               ///< years, as the anatomy looks
    std::string technique;  ///< "PA" or "AP" of a radiograph, "T1" (with contrast agent) or "T2" of a brain
};

/// Throws Error UsageInvalid for a negative size or one beyond 4096 pixels or 1024 slices.
Phantom simulatePhantom(const PhantomOptions& options);

/// Writes the phantom as DICOM (DX or MR) into `folder`: one file a slice, every text says 'simulated',
/// QualityControlImage (0028,0300) = YES (PS3.3 C.7.6.1). UIDs and dates follow from the seed.
/// @return the files in slice order. Throws Error DiskFull or WriteFailed; then none of them stays.
std::vector<std::filesystem::path> writePhantom(const Phantom& phantom, const std::filesystem::path& folder,
                                                const WriteCall& write = {});

/// The sample studies of the first start: chests and brains, with and without a lesion.
/// @return the folder given. Stops between studies.
void writeSampleStudies(const std::filesystem::path& folder, std::stop_token stop = {},
                        const Progress& progress = {});

}  // namespace residua
