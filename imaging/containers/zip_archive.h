// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "imaging/study/byte_source.h"

namespace residua {

/// A ZIP archive (PKWARE APPNOTE, with ZIP64, and both PKWARE's and AES encryption), read in place: nothing
/// is unpacked to the disk. Not thread-safe: one object a thread.
class ZipArchive {
public:
    struct Member {
        std::string name;  ///< UTF-8, '/' between folders
        std::uint64_t size = 0;
        bool isEncrypted = false;
    };

    /// Throws Error FileUnreadable, or ArchiveInvalid for what is no whole archive.
    explicit ZipArchive(const std::filesystem::path& path, std::string password = {});
    ~ZipArchive();
    ZipArchive(const ZipArchive&) = delete;
    ZipArchive& operator=(const ZipArchive&) = delete;

    const std::filesystem::path& path() const { return path_; }
    /// All files in it, in the archive's order; folders are left out.
    std::vector<Member> members() const;

    /// A whole member, its checksum compared. Throws Error FileMissing, FileEmpty, FileTooLarge (2 GiB),
    /// ArchivePasswordNeeded, ArchivePasswordWrong, or ArchiveInvalid: damaged, compressed in an unknown way,
    /// or expanding more than 200:1 beyond 16 MiB. The problem's path is the member's.
    std::vector<std::byte> read(const std::string& member) const;

    /// A member's bytes for a scan: unpacked only as far as they are asked for. The archive must outlive the
    /// source; throws as read(), the checksum apart.
    std::unique_ptr<ByteSource> source(const std::string& member) const;

private:
    class MemberReader;
    class MemberSource;

    std::filesystem::path path_;
    std::string password_;
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

}  // namespace residua
