// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/containers/archive_path.h"
#include "imaging/error.h"
#include "imaging/study/element_header.h"
#include "imaging/study/mosaic_layout.h"

namespace residua {

/// The walk that every DICOM file passes before DCMTK sees a byte: iterative, without allocating by declared
/// sizes. Rules (each a ProblemKind): every defined length fits the bytes left in its parent; nesting ≤ 64;
/// PixelData's length fits rows × columns × samples × frames; frame bytes ≤ 1 GiB; expansion ≤ 2,000:1, of a
/// deflated dataset beyond 16 MiB ≤ 200:1; Rows and Columns as US; at most 8,000,000 elements and items;
/// beyond 1,000 fragments, one a frame or 64 bytes each.

/// An element of the meta header (group 2), of the dataset or of an item. One of depth n + 1 lies in the
/// sequence that was the last element of depth n.
struct GateElement {
    std::uint16_t group = 0;
    std::uint16_t element = 0;
    char vr[2] = {0, 0};  ///< {0, 0} in implicit VR
    std::span<const std::byte> value =
        {};  ///< empty for sequences and PixelData; valid during the visit only
    std::endian byteOrder = std::endian::little;
    int depth = 0;             ///< 0 = the dataset itself
    std::size_t topItem = 0;   ///< depth > 0: which item of the dataset's own sequence it lies in, from 0
    std::uint32_t length = 0;  ///< of the value, as written; 0xFFFFFFFF = undefined
};

struct ByteRange {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Where the dataset's own elements lie that say how its pixels are to be read and shown; before PixelData.
struct ImageElements {
    struct Element {
        std::uint32_t tag = 0;
        std::size_t headerSize = 8;
        ByteRange range;
    };
    std::vector<Element> elements;
    std::vector<ByteRange> perFrame;  ///< items of the per-frame functional groups
};

/// What the pixels are numbers of: PixelData, FloatPixelData or DoubleFloatPixelData (PS3.3 C.7.6.3, C.7.6.24
/// and C.7.6.25).
enum class PixelElement { Integers, Floats, Doubles };

struct GateReport {
    std::string transferSyntaxUid;  ///< the meta header's; the one found where the dataset contradicts it
    std::size_t datasetOffset = 0;  ///< where the dataset starts: after preamble and meta header
    int frames = 1;  ///< NumberOfFrames as the gate counted it: the only reading of it, for all who need it
    bool hasPixelData = false;
    PixelElement pixelElement = PixelElement::Integers;
    std::size_t pixelDataOffset = 0;  ///< of the PixelData element's value (or first item tag)
    std::size_t pixelDataLength = 0;  ///< of the value; encapsulated: through the sequence delimiter
    bool encapsulated = false;
    DatasetEncoding encoding;    ///< of the dataset, as found
    std::string sopInstanceUid;  ///< the dataset's, else the meta header's; empty where neither names one
    ImageElements image;
    std::size_t datasetEnd =
        0;  ///< behind the last whole element: padding or rubbish behind PixelData is left away
};

/// Whether the bytes look like DICOM, with or without preamble or meta header.
bool looksLikeDicom(std::span<const std::byte> head);

/// Given: items are visited as well, as elements (FFFE,E000) of the depth of what they hold, before it.
enum class ItemVisits { Left, Given };

/// Walks a whole file's bytes; a deflated dataset is inflated for it, and offsets count in the inflated file.
/// Throws Error (path is put into the Problem) for what breaks a rule, NotAnImage for what is no DICOM.
/// `visit` is called for each element in order; it may be empty.
GateReport walkDicom(std::span<const std::byte> bytes, const std::filesystem::path& path,
                     const std::function<void(const GateElement&)>& visit = {},
                     ItemVisits items = ItemVisits::Left);

/// A whole file, read (never mapped: a truncated mapped file is a SIGBUS) and walked: safe to hand to DCMTK.
struct GatedFile {
    std::filesystem::path path;
    /// The file as DCMTK reads it well: a deflated dataset is inflated, a meta header that contradicts the
    /// dataset or is missing is replaced, a missing delimiter of the fragments added, what follows datasetEnd
    /// is cut off.
    std::vector<std::byte> bytes;
    GateReport report;
    std::optional<Mosaic> mosaic;  ///< the one frame of the report is a mosaic: its tiles are the frames
};
/// Throws Error NotAnImage, or as walkDicom.
GatedFile gatedFile(const std::filesystem::path& path, std::vector<std::byte> bytes);
/// The same, and throws as readFileBytes.
GatedFile readGatedFile(const std::filesystem::path& path, const ArchivePasswords& passwords = {});

}  // namespace residua
