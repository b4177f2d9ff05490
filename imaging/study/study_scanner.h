// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "imaging/containers/archive_path.h"
#include "imaging/progress.h"
#include "imaging/study/medium_turns.h"
#include "imaging/study/study.h"

namespace residua {

struct ScanOptions {
    std::string pictureModality;      ///< for pictures; empty = guess from the folder's name, else "OT"; for
                                      ///< volumes; empty = "MR"
    unsigned threads = 0;             ///< 0 = as many as the machine has
    ArchivePasswords passwords = {};  ///< of encrypted ZIP archives
    MediumTurns* turns = nullptr;     ///< headers make way for an image in view
};

struct ScanResult {
    std::vector<Study> studies;     ///< sorted by patient name, study date and time; series by number
    std::vector<Problem> problems;  ///< one for each broken file, sorted by path
    std::size_t filesRead = 0;
    std::size_t otherFiles =
        0;  ///< readable files that are no images (reports, segmentations, text): told in one line
};

/// Reads the headers of all DICOM files, pictures and volumes among `paths` (files, folders, ZIP archives,
/// DICOMDIRs: as listFiles). A broken file becomes a problem and never stops the rest. Stopped early, the
/// studies found so far are returned.
ScanResult scanStudies(const std::vector<std::filesystem::path>& paths, const ScanOptions& options = {},
                       std::stop_token stop = {}, const Progress& progress = {});

/// One file's instance with its series and study around it (one of each); the file may lie in an archive.
/// Throws Error with the kind that file_gate or the header reader names.
Study readStudyOfFile(const std::filesystem::path& path, const std::string& pictureModality = {},
                      const ArchivePasswords& passwords = {}, ReadTurn turn = {});

}  // namespace residua
