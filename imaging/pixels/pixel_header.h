// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "imaging/pixels/image.h"

namespace residua {

struct GatedFile;

/// What an overlay is for (OverlayType, PS3.3 C.9.2.1.1), or ShutterOverlayGroup.
enum class OverlayUse { Graphics, Region, Shutter };

/// How the samples of PixelData are laid out (PS3.3 C.7.6.3), checked: what the decoders rely on.
struct PixelHeader {
    std::string transferSyntax;
    int rows = 0;
    int columns = 0;
    int samples = 1;         ///< 1 or 3
    int bitsAllocated = 16;  ///< 1, 8, 16 or 32; of floating-point numbers 32 or 64
    int bitsStored = 16;     ///< 1 to bitsAllocated
    int highBit = 15;        ///< bitsStored - 1 to bitsAllocated - 1
    bool isSigned = false;
    bool isFloat = false;                ///< FloatPixelData or DoubleFloatPixelData
    std::optional<double> floatPadding;  ///< FloatPixelPaddingValue or DoubleFloatPixelPaddingValue
    bool isPlanar = false;               ///< uncompressed and JPEG-LS: all R, then all G, then all B
    std::string photometric;             ///< e.g. "MONOCHROME2", "YBR_FULL"
    int frames = 1;
    std::vector<std::uint64_t> extendedOffsets;  ///< ExtendedOffsetTable (7FE0,0001), or empty

    std::size_t pixelsPerFrame() const {
        return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
    }
    std::size_t samplesPerFrame() const { return pixelsPerFrame() * static_cast<std::size_t>(samples); }
    /// Of decoded samples, 8 to 64 bits each; not for bitsAllocated = 1.
    std::size_t bytesPerFrame() const {
        return samplesPerFrame() * static_cast<std::size_t>(bitsAllocated / 8);
    }
};

/// An overlay whose bits lie unused in the pixels' own words (retired; PS3.3-2004 C.9.2).
struct EmbeddedOverlay {
    int bit = 0;  ///< from 0, none of the stored bits
    OverlayUse use = OverlayUse::Graphics;
};

/// A file's header as the pixels need it.
struct ImageHeader {
    PixelHeader pixels;
    Image image;                         ///< everything but `pixels`: size, rescale, LUTs, windows, spacing
    std::array<LookupTable, 3> palette;  ///< R, G, B of PALETTE COLOR; empty otherwise
    std::vector<EmbeddedOverlay> embedded;
};

/// Reads what lies before PixelData, with the functional groups of `frame` (from 0) where the file has some.
/// Throws Error PixelDataMissing, PixelHeaderInvalid, PixelFormatUnsupported, TransferSyntaxUnsupported,
/// FrameNumberInvalid, DicomMalformed.
ImageHeader readImageHeader(const GatedFile& file, int frame);

}  // namespace residua
