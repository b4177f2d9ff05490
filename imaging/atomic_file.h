// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

namespace residua {

/// Where an AtomicFile's bytes go; tests put a sink here that fails after N bytes.
/// Returns the number of bytes written or -1 with errno set, as write(2) does.
using WriteCall = std::function<long(int descriptor, const void* bytes, std::size_t count)>;

/// A file written beside its target and renamed over it by commit(): the target is either the old file or the
/// whole new one, never a half. Destroyed without commit(), nothing stays. Throws Error DiskFull or
/// WriteFailed.
class AtomicFile {
public:
    explicit AtomicFile(std::filesystem::path target, WriteCall write = {});
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text);
    /// Flushes to the disk (fsync), renames over the target and syncs the folder.
    void commit();
    /// The file beside the target, for libraries that insist on a path of their own (e.g. QPdfWriter).
    const std::filesystem::path& temporaryPath() const { return temporary_; }

private:
    [[noreturn]] void fail(int error);

    std::filesystem::path target_;
    std::filesystem::path temporary_;
    WriteCall write_;
    int descriptor_ = -1;
};

/// Writes all of `text` to `target` atomically.
void writeFileAtomically(const std::filesystem::path& target, std::string_view text);

/// Reads a whole file of at most `limit` bytes. Throws Error FileMissing, FileUnreadable or FileTooLarge.
std::string readWholeFile(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 30);

}  // namespace residua
