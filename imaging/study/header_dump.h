// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>

#include "imaging/containers/archive_path.h"
#include "imaging/study/header_element.h"

namespace residua {

constexpr std::size_t kMostShownElements = 100'000;

/// All elements of a DICOM file, meta header included, read through file_gate. Texts are converted by the
/// character set of their dataset or item; texts beyond 1,024 bytes, numbers beyond 64 and bytes beyond 16
/// are cut.
/// @param most elements beyond are only counted
/// Throws Error as readFileBytes, NotAnImage (also for a picture, which
/// has no header) or Cancelled; a file that is broken further on gives what lies before and a problem.
HeaderDump dumpHeader(const std::filesystem::path& path, std::size_t most = kMostShownElements,
                      std::stop_token stop = {}, const ArchivePasswords& passwords = {});

}  // namespace residua
