// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "imaging/study/byte_source.h"
#include "imaging/study/dataset_walker.h"
#include "imaging/study/element_header.h"

namespace residua {

/// Where a file's dataset starts and how it is written (PS3.10 7.1), told from the meta header and the first
/// elements.
struct DatasetStart {
    std::string transferSyntaxUid;  ///< the meta header's; empty where there is none
    std::string sopClassUid;        ///< MediaStorageSOPClassUID
    std::size_t offset = 0;         ///< of the first element that is no meta element
    DatasetEncoding encoding;       ///< as found; for a deflated dataset explicit little endian
    bool isDeflated = false;
    /// The syntax to read the dataset by: declared, or the uncompressed one that fits where that errs.
    std::string foundTransferSyntaxUid() const;
    FrameFragments frameFragments() const;
};

/// nullopt for what is no DICOM: neither "DICM" nor elements of group 2 or 8 at the start.
/// Meta elements are given to `visit`. Throws Error DicomTruncated where the file ends in its meta header.
std::optional<DatasetStart> findDatasetStart(ByteSource& source, const std::filesystem::path& path,
                                             const DatasetWalker::Visit& visit);

}  // namespace residua
