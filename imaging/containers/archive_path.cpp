// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/containers/archive_path.h"

#include <array>
#include <cstring>

#include "imaging/error.h"
#include "imaging/study/file_bytes.h"

namespace residua {

namespace fs = std::filesystem;

std::optional<ArchivePath> archivePath(const fs::path& path) {
    std::error_code error;
    if (fs::exists(path, error)) return std::nullopt;
    for (auto part = path.parent_path(); part.has_relative_path(); part = part.parent_path()) {
        const auto status = fs::status(part, error);
        if (fs::is_regular_file(status)) return ArchivePath{part, path.lexically_relative(part).native()};
        if (fs::exists(status)) return std::nullopt;
    }
    return std::nullopt;
}

fs::path fileOnDisk(const fs::path& path) {
    const auto inside = archivePath(path);
    return inside ? inside->archive : path;
}

bool looksLikeArchive(const fs::path& path) {
    try {
        const OpenFile file(path);
        std::array<std::byte, 4> head{};
        if (file.size() < head.size()) return false;
        file.read(head.data(), 0, head.size());
        // APPNOTE 4.3.7 and 4.3.16: a local file header, or the end record of an archive without files.
        return std::memcmp(head.data(), "PK\x03\x04", 4) == 0 ||
               std::memcmp(head.data(), "PK\x05\x06", 4) == 0;
    } catch (const Error&) {
        return false;
    }
}

std::string passwordOf(const fs::path& archive, const ArchivePasswords& passwords) {
    const auto found = passwords.find(archive);
    return found == passwords.end() ? std::string() : found->second;
}

}  // namespace residua
