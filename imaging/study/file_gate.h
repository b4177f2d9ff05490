// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/error.h"

namespace residua {

/// The walk that every DICOM file passes before DCMTK sees a byte: iterative, without allocating by declared
/// sizes. Rules (each a ProblemKind): every defined length fits the bytes left in its parent; nesting ≤ 64;
/// PixelData's length fits rows × columns × samples × frames; frame bytes ≤ 1 GiB; expansion ≤ 2,000:1; Rows
/// and Columns as US.

/// An element met at the top level of the dataset (or of an item, for the few sequences that are asked for).
struct GateElement {
    std::uint16_t group = 0;
    std::uint16_t element = 0;
    char vr[2] = {0, 0};               ///< {0, 0} in implicit VR
    std::span<const std::byte> value;  ///< empty for sequences and PixelData
    int depth = 0;                     ///< 0 = the dataset itself
};

struct GateReport {
    std::string transferSyntaxUid;
    std::size_t datasetOffset = 0;  ///< where the dataset starts: after preamble and meta header
    bool hasPixelData = false;
    std::size_t pixelDataOffset = 0;  ///< of the PixelData element's value (or first item tag)
    std::size_t pixelDataLength = 0;
    bool encapsulated = false;
};

/// Whether the bytes look like DICOM, with or without preamble or meta header.
bool looksLikeDicom(std::span<const std::byte> head);

/// Walks a whole file's bytes. Throws Error (path is put into the Problem) for what breaks a rule.
/// `visit` is called for each element in order; it may be empty.
GateReport walkDicom(std::span<const std::byte> bytes, const std::filesystem::path& path,
                     const std::function<void(const GateElement&)>& visit = {});

/// A whole file, read (never mapped: a truncated mapped file is a SIGBUS) and walked: safe to hand to DCMTK.
struct GatedFile {
    std::filesystem::path path;
    std::vector<std::byte>
        bytes;  ///< the file; a deflated dataset is already inflated behind its meta header
    GateReport report;
};
GatedFile readGatedFile(const std::filesystem::path& path);

}  // namespace residua
