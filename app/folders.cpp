// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/folders.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "imaging/error.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

fs::path xdgFolder(const char* variable, const char* below) {
    // XDG base directory specification: a relative path is invalid and to be ignored.
    const char* set = std::getenv(variable);
    if (set && fs::path(set).is_absolute()) return makePrivateFolder(fs::path(set) / "residua");
    const char* home = std::getenv("HOME");
    if (!home || !fs::path(home).is_absolute())
        throw Error(ProblemKind::WriteFailed, below, "neither " + std::string(variable) + " nor HOME is set");
    return makePrivateFolder(fs::path(home) / below / "residua");
}

struct CachedFile {
    fs::path path;
    std::uintmax_t bytes = 0;
    fs::file_time_type written;
};

std::vector<CachedFile> filesBelow(const fs::path& folder) {
    std::vector<CachedFile> files;
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        std::error_code gone;  // another window may be tidying up as well
        if (!fs::is_regular_file(entry->symlink_status(gone)) || gone) continue;
        CachedFile file{entry->path(), entry->file_size(gone), entry->last_write_time(gone)};
        if (!gone) files.push_back(std::move(file));
    }
    return files;
}

}  // namespace

fs::path dataFolder() {
    return xdgFolder("XDG_DATA_HOME", ".local/share");
}
fs::path configFolder() {
    return xdgFolder("XDG_CONFIG_HOME", ".config");
}
fs::path cacheFolder() {
    return xdgFolder("XDG_CACHE_HOME", ".cache");
}

fs::path makePrivateFolder(const fs::path& folder) {
    std::error_code error;
    if (fs::is_directory(folder, error)) return folder;
    if (folder.has_parent_path() && folder.parent_path() != folder) makePrivateFolder(folder.parent_path());
    if (fs::create_directory(folder, error)) fs::permissions(folder, fs::perms::owner_all, error);
    if (error) {
        const bool full = error == std::errc::no_space_on_device;
        throw Error(full ? ProblemKind::DiskFull : ProblemKind::WriteFailed, folder, error.message());
    }
    return folder;
}

void limitFolder(const fs::path& folder, std::uintmax_t limit) {
    auto files = filesBelow(folder);
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.written > b.written; });
    std::uintmax_t kept = 0;
    for (const auto& file : files) {
        kept += file.bytes;
        if (kept <= limit) continue;
        std::error_code gone;
        fs::remove(file.path, gone);
    }
}

std::uintmax_t clearCache() {
    std::uintmax_t freed = 0;
    for (const auto& file : filesBelow(cacheFolder())) {
        std::error_code error;
        if (fs::remove(file.path, error)) freed += file.bytes;
    }
    return freed;
}

}  // namespace residua
