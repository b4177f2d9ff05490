// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>

#include "imaging/study/file_list.h"

namespace residua {

/// The files that a DICOMDIR refers to (PS3.3 F, PS3.10 8.6): ReferencedFileID of all directory records that
/// are in use, each file once, below the folder in which `path` lies. Names may differ in case from those on
/// the medium, and may lack its trailing '.' or ';1'.
///
/// A file that is not there is a FileMissing; an id that is no relative path, or that leads out of the folder
/// through '..' or a link, a DicomMalformed of the DICOMDIR. From the 1,001st on, such problems are told as
/// one with their number. A DICOMDIR that is cut or broken gives what lies before, and a problem.
/// @return nullopt for a file that is no DICOMDIR, told by its SOP class, or that cannot be
/// read
std::optional<FileList> listDicomdir(const std::filesystem::path& path, std::stop_token stop = {});

}  // namespace residua
