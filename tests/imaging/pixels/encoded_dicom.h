// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace residua::test {

/// Known pixels to be encoded by other libraries than those under test where there are some.
struct KnownImage {
    unsigned rows = 0;
    unsigned columns = 0;
    unsigned samples = 1;
    unsigned bitsAllocated = 16;
    unsigned bitsStored = 16;
    bool isSigned = false;
    std::string photometric = "MONOCHROME2";
    std::vector<std::uint16_t> values;  ///< interleaved; two's complement where signed
};

/// A smooth ramp with an edge, over the whole range of bitsStored; colour channels differ.
KnownImage knownImage(unsigned bitsAllocated, unsigned bitsStored, bool isSigned, unsigned samples = 1);

/// Writes the image with DCMTK: native, RLE, JPEG and JPEG-LS syntaxes. `nearLossless` is JPEG-LS's
/// deviation, `predictor` lossless JPEG's (T.81 table H.1).
void writeWithDcmtk(const std::filesystem::path& path, std::string_view syntax, const KnownImage& image,
                    int nearLossless = 0, int predictor = 1);

/// A reversible JPEG 2000 codestream by OpenJPEG.
/// @param isSigned of the codestream, which may contradict the header
std::vector<std::byte> jpeg2000Codestream(const KnownImage& image, bool isSigned);

}  // namespace residua::test
