// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace residua {

/// A file inside a ZIP archive is named by a path that goes on behind the archive's own:
/// "study.zip/mr/1.dcm". Whatever takes a path of an image takes such a path, too.
struct ArchivePath {
    std::filesystem::path archive;  ///< a regular file
    std::string member;  ///< name inside the archive, "mr/1.dcm"; of a folder inside without the '/'
};

/// nullopt for a path that is there by itself, or of which no part is a regular file.
std::optional<ArchivePath> archivePath(const std::filesystem::path& path);

/// What lies on the disk: the archive of a file inside one, else the path itself.
std::filesystem::path fileOnDisk(const std::filesystem::path& path);

/// Whether a file begins as a ZIP archive does; false where it cannot be read.
bool looksLikeArchive(const std::filesystem::path& path);

/// By the archive's path. Kept in memory only, never written or logged.
using ArchivePasswords = std::map<std::filesystem::path, std::string>;

/// Empty for an archive without one.
std::string passwordOf(const std::filesystem::path& archive, const ArchivePasswords& passwords);

}  // namespace residua
