// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "imaging/study/file_gate.h"

namespace residua {

/// What a dataset says about its pixels (PS3.3 C.7.6.3), gathered before a byte of memory is taken for them.
class PixelClaim {
public:
    /// Takes an element of the dataset itself (depth 0). An element met again must repeat its value: DCMTK
    /// might take the other one. Throws Error PixelHeaderInvalid.
    void take(const GateElement& element, const std::filesystem::path& path);

    bool hasRows() const { return rows_.has_value() || badRows_; }
    /// Bytes of one uncompressed frame; throws Error PixelHeaderInvalid or FrameTooLarge.
    std::uint64_t frameBytes(const std::filesystem::path& path) const;
    /// Bytes of all frames without compression; throws as frameBytes does.
    std::uint64_t allBytes(const std::filesystem::path& path) const;
    int frames() const { return frames_; }

    /// Throws Error PixelDataTooShort where `length` bytes do not hold the frames.
    void requireNative(std::uint64_t length, const std::filesystem::path& path) const;
    /// Throws Error FrameTooLarge where decoding would multiply the file more than 2,000 times,
    /// PixelDataTooShort where there cannot be a fragment a frame.
    void requireEncapsulated(std::uint64_t length, std::uint64_t fileSize, bool isVideo,
                             const std::filesystem::path& path) const;

private:
    void takeCount(std::optional<unsigned>& place, const GateElement& element,
                   const std::filesystem::path& path);
    std::uint64_t frameBits(const std::filesystem::path& path) const;

    std::optional<unsigned> rows_, columns_, samples_, bitsAllocated_;
    std::optional<std::string> photometric_, framesText_;
    int frames_ = 1;
    bool badRows_ = false;
};

}  // namespace residua
