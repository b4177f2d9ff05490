// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "imaging/containers/zip_archive.h"
#include "imaging/error.h"

namespace residua {

namespace {

constexpr std::size_t kLargestFile = std::size_t{2} << 30;
constexpr std::size_t kWindow = std::size_t{16} << 10;
constexpr std::size_t kPiece = std::size_t{64} << 10;  // 3 ms at 20 MB/s: so long an image in view waits

std::string reason(int error) {
    return std::generic_category().message(error);
}

}  // namespace

OpenFile::OpenFile(const std::filesystem::path& path, ReadTurn turn)
    : turn_(turn.turns, turn.urgency), path_(path) {
    turn_.makeWay();
    // O_NONBLOCK: opening a pipe without a writer must not wait.
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor_ < 0) {
        const bool missing = errno == ENOENT || errno == ENOTDIR;
        throw Error(missing ? ProblemKind::FileMissing : ProblemKind::FileUnreadable, path, reason(errno));
    }
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor_);
        throw Error(ProblemKind::FileUnreadable, path, "not a regular file");
    }
    size_ = static_cast<std::size_t>(status.st_size);
    modified_ = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    identity_ = {status.st_dev, status.st_ino};
}

OpenFile::~OpenFile() {
    ::close(descriptor_);
}

void OpenFile::read(std::byte* target, std::size_t offset, std::size_t count) const {
    while (count > 0) {
        turn_.makeWay();
        const auto piece = std::min(count, kPiece);
        const auto got = ::pread(descriptor_, target, piece, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Error(ProblemKind::FileUnreadable, path_, reason(errno));
        if (got == 0) throw Error(ProblemKind::FileChanged, path_, "became shorter while it was read");
        target += got;
        offset += static_cast<std::size_t>(got);
        count -= static_cast<std::size_t>(got);
    }
}

FileSource::FileSource(const OpenFile& file, std::vector<std::byte>& buffer)
    : ByteSource(file.size(), kLongestScannedValue), file_(file), buffer_(buffer) {}

void FileSource::load(std::size_t offset, std::size_t count) {
    const auto wanted = std::min(std::max(count, kWindow), size() - offset);
    if (buffer_.size() < wanted) buffer_.resize(wanted);
    file_.read(buffer_.data(), offset, wanted);
    window_ = std::span<const std::byte>(buffer_).first(wanted);
    windowOffset_ = offset;
}

std::vector<std::byte> readFileBytes(const std::filesystem::path& path, const ArchivePasswords& passwords) {
    if (const auto inside = archivePath(path))
        return ZipArchive(inside->archive, passwordOf(inside->archive, passwords)).read(inside->member);
    return readFileBytes(OpenFile(path));
}

std::vector<std::byte> readFileBytes(const OpenFile& file) {
    if (file.size() == 0) throw Error(ProblemKind::FileEmpty, file.path());
    if (file.size() > kLargestFile)
        throw Error(ProblemKind::FileTooLarge, file.path(), std::to_string(file.size() >> 20) + " MiB");
    std::vector<std::byte> bytes(file.size());
    file.read(bytes.data(), 0, bytes.size());
    return bytes;
}

}  // namespace residua
