// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace residua {

/// What a JPEG or JPEG-LS stream says of itself (ITU-T T.81 B, T.87 C.2).
struct JpegStream {
    std::uint8_t frameMarker = 0;  ///< second byte of SOFn: C0, C1, C2, C3, or F7 of JPEG-LS
    int precision = 8;             ///< bits of a sample
    int width = 0;
    int height = 0;
    int components = 0;
    std::array<std::uint8_t, 4> componentIds{};
    bool isSubsampled = false;          ///< components of different sampling factors
    bool hasJfif = false;               ///< APP0 "JFIF": three components are YCbCr
    std::optional<int> adobeTransform;  ///< of APP14 "Adobe": 0 RGB, 1 YCbCr
    bool isEnded = false;               ///< EOI is there
    std::span<const std::byte> exif;    ///< TIFF block of APP1 "Exif", or empty
};

/// Walks a stream's markers from SOI to EOI, before any decoder sees it: markers that no valid stream holds
/// make decoders loop. A missing EOI is let pass (the decoders tell a scan that ends early). Throws Error
/// JpegMarkerForbidden; CodestreamInvalid where segments do not fit, no frame or scan is there, or the bytes
/// cannot fill the frame, a component has more than one scan (a progressive frame: more than 100 in all) or
/// JPEG-LS parameters are out of range; FrameTooLarge for many scans over a large frame.
JpegStream walkJpegMarkers(std::span<const std::byte> stream);

}  // namespace residua
