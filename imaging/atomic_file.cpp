// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "imaging/error.h"

namespace residua {

namespace {

ProblemKind readingProblem(int error) {
    return error == ENOENT || error == ENOTDIR ? ProblemKind::FileMissing : ProblemKind::FileUnreadable;
}

/// A rename is on the disk only when its folder is.
void syncFolder(const std::filesystem::path& folder) {
    const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;  // some file systems do not let folders be opened; the rename itself succeeded
    ::fsync(descriptor);
    ::close(descriptor);
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path target, WriteCall write)
    : target_(std::move(target)), write_(std::move(write)) {
    if (!write_)
        write_ = [](int descriptor, const void* bytes, std::size_t count) -> long {
            return ::write(descriptor, bytes, count);
        };
    std::string pattern = (target_.parent_path() / ("." + target_.filename().string() + ".XXXXXX")).string();
    descriptor_ = ::mkostemp(pattern.data(), O_CLOEXEC);  // mode 0600: may hold patients' data
    if (descriptor_ < 0) fail(errno);
    temporary_ = pattern;
}

AtomicFile::~AtomicFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const long written = write_(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(errno);
        if (written == 0) fail(ENOSPC);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void AtomicFile::write(std::string_view text) {
    write(std::as_bytes(std::span(text.data(), text.size())));
}

void AtomicFile::commit() {
    if (::fsync(descriptor_) != 0) fail(errno);
    const int descriptor = std::exchange(descriptor_, -1);
    if (::close(descriptor) != 0) fail(errno);
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail(errno);
    temporary_.clear();
    syncFolder(target_.parent_path());
}

void AtomicFile::fail(int error) {
    const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    throw Error(full ? ProblemKind::DiskFull : ProblemKind::WriteFailed, target_, std::strerror(error));
}

void writeFileAtomically(const std::filesystem::path& target, std::string_view text) {
    AtomicFile file(target);
    file.write(text);
    file.commit();
}

std::string readWholeFile(const std::filesystem::path& path, std::size_t limit) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw Error(readingProblem(errno), path, std::strerror(errno));
    struct Closer {
        int descriptor;
        ~Closer() { ::close(descriptor); }
    } closer{descriptor};
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) throw Error(readingProblem(errno), path, std::strerror(errno));
    if (!S_ISREG(status.st_mode)) throw Error(ProblemKind::FileUnreadable, path, "not a regular file");
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > limit)
        throw Error(ProblemKind::FileTooLarge, path,
                    std::to_string(size) + " bytes, limit " + std::to_string(limit));
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const auto count = ::read(descriptor, bytes.data() + done, size - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw Error(ProblemKind::FileUnreadable, path, std::strerror(errno));
        if (count == 0) throw Error(ProblemKind::FileChanged, path, "shorter than when it was opened");
        done += static_cast<std::size_t>(count);
    }
    return bytes;
}

}  // namespace residua
