// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "imaging/error.h"

namespace residua {

struct ListedFile {
    std::filesystem::path path;
    bool isNamed = false;  ///< asked for by its own path, not found in a folder
};

struct FileList {
    std::vector<ListedFile> files;  ///< sorted by path, each path once
    std::vector<Problem> problems;  ///< FolderUnreadable, FileMissing, or as listDicomdir
};

/// All files among `paths` and, recursively, in the folders among them. A folder is searched once, whichever
/// links lead to it. Pipes, sockets and devices are left out. A DICOMDIR named by its own path stands for the
/// files that it refers to; one found in a folder is a file like the others.
FileList listFiles(const std::vector<std::filesystem::path>& paths, std::stop_token stop = {});

}  // namespace residua
