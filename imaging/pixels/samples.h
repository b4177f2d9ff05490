// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "imaging/pixels/pixel_header.h"

namespace residua {

enum class ColourModel { Rgb, YbrFull, YbrPartial };

/// A frame's samples as a decoder delivers them: interleaved, in the machine's byte order, not yet masked.
struct Samples {
    std::variant<std::vector<std::uint8_t>, std::vector<std::uint16_t>, std::vector<std::uint32_t>> values;
    ColourModel colour = ColourModel::Rgb;
    int bitsStored = 8;  ///< significant bits of each value, below and including highBit
    int highBit = 7;

    std::span<std::byte> bytes();
};

/// Room for a frame of 8-, 16- or 32-bit samples, described as the header does.
Samples roomFor(const PixelHeader& header, int bitsAllocated);

/// The samples of a native frame (PS3.5 8): 1, 8, 16 or 32 bits, either byte order, 4:2:2, planar.
/// @param wordsSwapped 8-bit or 1-bit data in big-endian 16-bit words (VR OW)
/// Throws Error PixelDataTooShort.
struct NativeData {
    std::span<const std::byte> bytes;
    bool isBigEndian = false;
    bool wordsSwapped = false;
};
Samples nativeSamples(const NativeData& data, const PixelHeader& header, int frame);

/// A native frame of floating-point numbers, complete. Throws Error PixelDataTooShort.
Image nativeFloats(const NativeData& data, ImageHeader header, int frame);

/// Masks and sign-extends grey samples, turns colour into 8-bit RGB: the image, complete.
Image finishImage(Samples samples, ImageHeader header);

}  // namespace residua
