// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "imaging/containers/archive_path.h"
#include "imaging/error.h"

namespace residua {

struct ListedFile {
    std::filesystem::path path;
    bool isNamed = false;           ///< asked for by its own path, not found in a folder
    std::filesystem::path archive;  ///< the ZIP archive that holds it; empty for a file on the disk
};

struct FileList {
    std::vector<ListedFile> files;  ///< sorted by path, each path once
    /// FolderUnreadable, FileMissing, FileUnreadable; of archives as ZipArchive, of media as listDicomdir
    std::vector<Problem> problems;
};

/// All files among `paths` and, recursively, in the folders among them. A folder is searched once, whichever
/// links lead to it. Pipes, sockets and devices are left out. A DICOMDIR named by its own path stands for the
/// files that it refers to; one found in a folder is a file like the others. A ZIP archive counts as a folder
/// (told by its bytes, in a folder also by its extension); archives inside archives are not opened. A path
/// may lead into an archive. One problem an archive: ArchivePasswordNeeded or ArchivePasswordWrong (its
/// encrypted files are left out then), ArchiveNameRefused (files named "../x" or "/x" are left out),
/// ArchiveInvalid.
FileList listFiles(const std::vector<std::filesystem::path>& paths, std::stop_token stop = {},
                   const ArchivePasswords& passwords = {});

}  // namespace residua
