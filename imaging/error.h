// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace residua {

/// What went wrong, one kind for each sentence that a reader can be told. The sentence and the remedy
/// live in app/problem_text; lower floors only name the kind.
enum class ProblemKind {
    // Any file
    FileMissing,       ///< does not exist (any more)
    FileUnreadable,    ///< no permission, or the medium failed
    FileEmpty,         ///< 0 bytes
    FileTooLarge,      ///< larger than we are willing to read
    FileChanged,       ///< changed or shrank while it was in use
    NotAnImage,        ///< a readable file that holds no image (report, DICOMDIR, text, …)
    DiskFull,          ///< writing stopped: no space left
    WriteFailed,       ///< writing failed for another reason
    FolderUnreadable,  ///< a folder could not be listed
    // ZIP archives
    ArchiveInvalid,         ///< damaged, or packed in a way that is not read, or expanding without bound
    ArchiveNameRefused,     ///< names of files that lead out of the archive
    ArchivePasswordNeeded,  ///< encrypted, and no password was given
    ArchivePasswordWrong,   ///< the password does not open it
    DicomdirInvalid,        ///< a DICOMDIR whose references lead out of its folder or are no file names
    // DICOM structure (found by file_gate before any decoder sees a byte)
    DicomTruncated,         ///< the file ends inside an element
    DicomLengthBeyondFile,  ///< an element claims more bytes than its parent holds
    DicomNestingTooDeep,    ///< sequences nested more than 64 deep
    DicomMalformed,         ///< bytes that cannot be read as DICOM elements
    DicomDeflateInvalid,    ///< a deflated dataset that does not inflate, or inflates without bound
    // Pixels
    PixelDataMissing,           ///< no PixelData element
    PixelDataTooShort,          ///< fewer bytes than rows × columns × samples × frames need
    PixelHeaderInvalid,         ///< rows, columns, bits, samples or photometric missing or contradictory
    FrameTooLarge,              ///< a frame of more than 1 GiB, or an expansion of more than 2,000:1
    FragmentInvalid,            ///< encapsulated fragments (RLE segments, offset table) that do not fit
    JpegMarkerForbidden,        ///< a JPEG marker that no valid stream holds (FF01, …)
    CodestreamMismatch,         ///< the compressed stream's size or depth contradicts the header
    CodestreamInvalid,          ///< the decoder refused the compressed stream
    TransferSyntaxUnsupported,  ///< a transfer syntax that Residua does not read
    PixelFormatUnsupported,     ///< e.g. 12 or 64 bits allocated, JPEG of 32 bits, colours of floats
    FrameNumberInvalid,         ///< a frame that the file does not have
    PictureInvalid,             ///< a broken JPEG, PNG or TIFF picture
    NiftiInvalid,               ///< a NIfTI volume that is broken, cut short or contradicts itself
    // Stacks
    SlicesMissing,       ///< a gap in an otherwise even stack
    SlicesDoubled,       ///< two slices at one position
    GeometryMissing,     ///< no position or orientation: ordered by instance number
    FrameGroupsMissing,  ///< an enhanced image without functional groups: frames in the order of the file
    // Bundles and weights
    BundleFileMissing,      ///< card.json or model.safetensors is not there
    BundleCardInvalid,      ///< card.json cannot be read or lacks a field
    BundleWeightsChanged,   ///< the weights' hash is not the card's
    WeightsFormatInvalid,   ///< no valid safetensors file or PyTorch archive
    WeightsFormatOld,       ///< torch.save's format from before PyTorch 1.6
    WeightsContentRefused,  ///< names a class, function or opcode that no weights need
    WeightsShapeMismatch,   ///< tensors missing, left over or of another shape
    WeightsNotFinite,       ///< NaN or infinity among the weights
    ModelUnknown,           ///< no bundle of that name in the library
    // Labels
    LabelTableInvalid,   ///< not a table, or without a path or label column
    LabelUnknown,        ///< a row with a label outside the set that was asked for
    LabelFileMissing,    ///< a row whose image is not there
    LabelRowDoubled,     ///< the same image twice with the same label
    LabelContradicting,  ///< the same image with different labels
    LabelMaskInvalid,    ///< a mask or segmentation that does not say which pixels it marks
    LabelOneClass,       ///< nothing to tell apart
    LabelTooFew,         ///< too few patients for a split
    // Training
    TrainingDiverged,      ///< the loss became NaN or infinite
    CheckpointInvalid,     ///< a checkpoint that is broken or of another run
    TrainingCacheInvalid,  ///< a cache file that is broken or of another recipe
    // Engine
    EngineMissing,   ///< residua-engine was not found or did not start
    EngineDied,      ///< ended in the middle of work
    EngineProtocol,  ///< another protocol version, or a line that is not ours
    OutOfMemory,
    OutOfScope,  ///< the card's scope excludes the image: 'not scored'
    // Library
    LibraryUnusable,  ///< the library file is locked, not readable or not writable
    LibraryDamaged,   ///< the library file's bytes are no whole SQLite database
    LibraryNewer,     ///< written by a newer Residua
    ReportFailed,     ///< the report could not be made
    UsageInvalid,     ///< a command line or request that cannot be understood
    Cancelled,        ///< stopped by the reader
    Unexpected,       ///< an error of a third-party library that no other kind describes
};

/// The kind's name in JSON, logs and tests, e.g. "dicom_truncated". Stable once released.
std::string_view kindName(ProblemKind kind);
std::optional<ProblemKind> kindFromName(std::string_view name);

struct Problem {
    ProblemKind kind = ProblemKind::Unexpected;
    std::filesystem::path path;  ///< may hold a patient's name: shown to the reader, never logged
    std::string detail;          ///< plain English for the experienced: numbers, tags, offsets

    bool operator==(const Problem&) const = default;
};

/// A Problem, thrown. A requested operation that fails throws; work over many items collects.
class Error : public std::exception {
public:
    explicit Error(Problem problem);
    Error(ProblemKind kind, std::filesystem::path path, std::string detail = {});
    const Problem& problem() const noexcept { return problem_; }
    const char* what() const noexcept override { return what_.c_str(); }

private:
    Problem problem_;
    std::string what_;
};

}  // namespace residua
