// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

namespace residua {

/// The user's folders after the XDG base directory specification 0.8, made at first use and readable by the
/// user alone (0700). Throws Error WriteFailed or DiskFull where one cannot be made.
std::filesystem::path dataFolder();    ///< library, models, sample studies
std::filesystem::path configFolder();  ///< settings
std::filesystem::path cacheFolder();   ///< what can be made again; may hold patients' pixels

/// A folder and its parents, each that was missing with mode 0700.
std::filesystem::path makePrivateFolder(const std::filesystem::path& folder);

/// Deletes the files of `folder` that were written longest ago until the rest is at most `limit` bytes.
void limitFolder(const std::filesystem::path& folder, std::uintmax_t limit);

/// Deletes every file in the cache folder. @return how many bytes are free again
std::uintmax_t clearCache();

}  // namespace residua
