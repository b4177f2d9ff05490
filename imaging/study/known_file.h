// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace residua {

/// Size and time of a file on the disk; of one inside an archive, the archive's.
struct FileStamp {
    std::uint64_t size = 0;
    std::int64_t modified = 0;  ///< ns since 1970
    bool operator==(const FileStamp&) const = default;
};

/// An image file as it was when its header was read: what is decoded later must still be that image.
struct KnownFile {
    std::string sopInstanceUid;  ///< empty = whatever lies there now
    FileStamp stamp;
    bool operator==(const KnownFile&) const = default;
};

/// Throws Error FileChanged where the file is another image than the known one. One with a SOP Instance UID
/// of its own is told by that, since a copy with another time is still the same image; others by size and
/// time.
/// @param ownUid of the file as it is now; empty for a picture, a volume or a file that names none
void requireKnown(const KnownFile& known, const std::filesystem::path& path, std::string_view ownUid,
                  const FileStamp& stamp);

}  // namespace residua
