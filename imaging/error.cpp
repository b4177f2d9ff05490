// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace residua {

namespace {

using enum ProblemKind;

constexpr std::array<std::pair<ProblemKind, std::string_view>, 68> kNames{{
    {FileMissing, "file_missing"},
    {FileUnreadable, "file_unreadable"},
    {FileEmpty, "file_empty"},
    {FileTooLarge, "file_too_large"},
    {FileChanged, "file_changed"},
    {NotAnImage, "not_an_image"},
    {DiskFull, "disk_full"},
    {WriteFailed, "write_failed"},
    {FolderUnreadable, "folder_unreadable"},
    {ArchiveInvalid, "archive_invalid"},
    {ArchiveNameRefused, "archive_name_refused"},
    {ArchivePasswordNeeded, "archive_password_needed"},
    {ArchivePasswordWrong, "archive_password_wrong"},
    {DicomdirInvalid, "dicomdir_invalid"},
    {DicomTruncated, "dicom_truncated"},
    {DicomLengthBeyondFile, "dicom_length_beyond_file"},
    {DicomNestingTooDeep, "dicom_nesting_too_deep"},
    {DicomMalformed, "dicom_malformed"},
    {DicomDeflateInvalid, "dicom_deflate_invalid"},
    {PixelDataMissing, "pixel_data_missing"},
    {PixelDataTooShort, "pixel_data_too_short"},
    {PixelHeaderInvalid, "pixel_header_invalid"},
    {FrameTooLarge, "frame_too_large"},
    {FragmentInvalid, "fragment_invalid"},
    {JpegMarkerForbidden, "jpeg_marker_forbidden"},
    {CodestreamMismatch, "codestream_mismatch"},
    {CodestreamInvalid, "codestream_invalid"},
    {TransferSyntaxUnsupported, "transfer_syntax_unsupported"},
    {PixelFormatUnsupported, "pixel_format_unsupported"},
    {FrameNumberInvalid, "frame_number_invalid"},
    {PictureInvalid, "picture_invalid"},
    {NiftiInvalid, "nifti_invalid"},
    {SlicesMissing, "slices_missing"},
    {SlicesDoubled, "slices_doubled"},
    {GeometryMissing, "geometry_missing"},
    {FrameGroupsMissing, "frame_groups_missing"},
    {BundleFileMissing, "bundle_file_missing"},
    {BundleCardInvalid, "bundle_card_invalid"},
    {BundleWeightsChanged, "bundle_weights_changed"},
    {WeightsFormatInvalid, "weights_format_invalid"},
    {WeightsFormatOld, "weights_format_old"},
    {WeightsContentRefused, "weights_content_refused"},
    {WeightsShapeMismatch, "weights_shape_mismatch"},
    {WeightsNotFinite, "weights_not_finite"},
    {ModelUnknown, "model_unknown"},
    {LabelTableInvalid, "label_table_invalid"},
    {LabelUnknown, "label_unknown"},
    {LabelFileMissing, "label_file_missing"},
    {LabelRowDoubled, "label_row_doubled"},
    {LabelContradicting, "label_contradicting"},
    {LabelMaskInvalid, "label_mask_invalid"},
    {LabelOneClass, "label_one_class"},
    {LabelTooFew, "label_too_few"},
    {TrainingDiverged, "training_diverged"},
    {CheckpointInvalid, "checkpoint_invalid"},
    {TrainingCacheInvalid, "training_cache_invalid"},
    {EngineMissing, "engine_missing"},
    {EngineDied, "engine_died"},
    {EngineProtocol, "engine_protocol"},
    {OutOfMemory, "out_of_memory"},
    {OutOfScope, "out_of_scope"},
    {LibraryUnusable, "library_unusable"},
    {LibraryDamaged, "library_damaged"},
    {LibraryNewer, "library_newer"},
    {ReportFailed, "report_failed"},
    {UsageInvalid, "usage_invalid"},
    {Cancelled, "cancelled"},
    {Unexpected, "unexpected"},
}};
// The table is in the order of the enum, so a kind's name is one look-up; a kind without a name does not
// compile.
static_assert(kNames.size() == static_cast<std::size_t>(Unexpected) + 1);
static_assert(std::ranges::all_of(kNames, [i = 0](const auto& row) mutable {
    return static_cast<int>(row.first) == i++;
}));

}  // namespace

std::string_view kindName(ProblemKind kind) {
    return kNames.at(static_cast<std::size_t>(kind)).second;
}

std::optional<ProblemKind> kindFromName(std::string_view name) {
    const auto row = std::ranges::find(kNames, name, &std::pair<ProblemKind, std::string_view>::second);
    if (row == kNames.end()) return std::nullopt;
    return row->first;
}

Error::Error(Problem problem) : problem_(std::move(problem)), what_(kindName(problem_.kind)) {
    // The path may hold a patient's name: it is not part of what(), which third parties may log.
    if (!problem_.detail.empty()) what_ += ": " + problem_.detail;
}

Error::Error(ProblemKind kind, std::filesystem::path path, std::string detail)
    : Error(Problem{kind, std::move(path), std::move(detail)}) {}

}  // namespace residua
