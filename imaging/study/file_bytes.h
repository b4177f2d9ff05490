// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "imaging/containers/archive_path.h"
#include "imaging/study/byte_source.h"
#include "imaging/study/known_file.h"
#include "imaging/study/medium_turns.h"

namespace residua {

/// Device and inode: the same for all paths of one file. {0, 0} = none.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
    struct Hash {
        std::size_t operator()(FileIdentity id) const { return id.inode * 0x9E3779B97F4A7C15u ^ id.device; }
    };
};

/// A file that is open for reading, with its size at that moment. Regular files only: a pipe would wait for
/// ever.
class OpenFile {
public:
    /// The path must outlive the object. Throws Error FileMissing or FileUnreadable.
    /// @param turn for as long as the file is open
    explicit OpenFile(const std::filesystem::path& path, ReadTurn turn = {});
    explicit OpenFile(std::filesystem::path&& path, ReadTurn turn = {}) = delete;
    ~OpenFile();
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    std::size_t size() const { return size_; }
    FileIdentity identity() const { return identity_; }
    FileStamp stamp() const { return {size_, modified_}; }
    /// Reads exactly `count` bytes; throws Error FileChanged where the file has become shorter,
    /// FileUnreadable where the medium fails.
    void read(std::byte* target, std::size_t offset, std::size_t count) const;
    const std::filesystem::path& path() const { return path_; }

private:
    MediumTurns::Turn turn_;
    const std::filesystem::path& path_;
    int descriptor_ = -1;
    std::size_t size_ = 0;
    std::int64_t modified_ = 0;
    FileIdentity identity_;
};

/// A window of at least 16 KiB over an open file. The buffer is the caller's, so that a scan reuses it.
class FileSource final : public ByteSource {
public:
    FileSource(const OpenFile& file, std::vector<std::byte>& buffer);

private:
    void load(std::size_t offset, std::size_t count) override;

    const OpenFile& file_;
    std::vector<std::byte>& buffer_;
};

/// A whole file, also one inside a ZIP archive. Throws Error FileMissing, FileUnreadable, FileEmpty,
/// FileChanged or FileTooLarge (more than 2 GiB), or as ZipArchive::read.
std::vector<std::byte> readFileBytes(const std::filesystem::path& path,
                                     const ArchivePasswords& passwords = {});
/// The whole of an open file; throws as above.
std::vector<std::byte> readFileBytes(const OpenFile& file);

}  // namespace residua
