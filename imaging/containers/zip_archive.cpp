// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/containers/zip_archive.h"

#include <zip.h>

#include <algorithm>
#include <new>
#include <string_view>
#include <utility>

#include "imaging/error.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLargestMember = std::uint64_t{2} << 30;
// Ours, as for deflated datasets: what images reach, and bombs exceed.
constexpr std::uint64_t kFreeExpansion = std::uint64_t{16} << 20;
constexpr std::uint64_t kMostExpansion = 200;
constexpr std::size_t kStep = std::size_t{64} << 10;
constexpr std::size_t kLargestStep = std::size_t{16} << 20;

std::string textOf(int code) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    return text;
}

ProblemKind kindOf(int code) {
    switch (code) {
        case ZIP_ER_NOENT:
            return ProblemKind::FileMissing;
        case ZIP_ER_OPEN:
        case ZIP_ER_READ:
        case ZIP_ER_SEEK:
            return ProblemKind::FileUnreadable;
        case ZIP_ER_NOPASSWD:
            return ProblemKind::ArchivePasswordNeeded;
        case ZIP_ER_WRONGPASSWD:
            return ProblemKind::ArchivePasswordWrong;
        case ZIP_ER_MEMORY:
            throw std::bad_alloc();
        default:
            return ProblemKind::ArchiveInvalid;
    }
}

}  // namespace

struct ZipArchive::Handle {
    explicit Handle(zip_t* archive) : zip(archive) {}
    ~Handle() { zip_discard(zip); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    zip_t* zip;
};

/// Unpacks one member from its beginning.
class ZipArchive::MemberReader {
public:
    MemberReader(const ZipArchive& archive, const std::string& member) : path_(archive.path_ / member) {
        zip_t* zip = archive.handle_->zip;
        zip_stat_t status;
        zip_stat_init(&status);
        if (zip_stat(zip, member.c_str(), 0, &status) != 0)
            throw Error(ProblemKind::FileMissing, path_, "no such file in the archive");
        size_ = status.size;
        isEncrypted_ = status.encryption_method != ZIP_EM_NONE;
        requireSafe(status.comp_size);
        file_ = zip_fopen_index_encrypted(zip, status.index, 0,
                                          archive.password_.empty() ? nullptr : archive.password_.c_str());
        if (file_ == nullptr) {
            const int code = zip_error_code_zip(zip_get_error(zip));
            throw Error(kindOf(code), path_, textOf(code));
        }
    }
    ~MemberReader() { zip_fclose(file_); }
    MemberReader(const MemberReader&) = delete;
    MemberReader& operator=(const MemberReader&) = delete;

    std::size_t size() const { return static_cast<std::size_t>(size_); }

    /// Appends the member's next bytes until `bytes` holds `wanted` of them.
    void extend(std::vector<std::byte>& bytes, std::size_t wanted) {
        while (bytes.size() < wanted) {
            // Memory is taken as bytes arrive, not for what the archive claims.
            const auto before = bytes.size();
            bytes.resize(std::min(wanted, before + std::clamp(before, kStep, kLargestStep)));
            const auto got = zip_fread(file_, bytes.data() + before, bytes.size() - before);
            bytes.resize(before + static_cast<std::size_t>(std::max<zip_int64_t>(0, got)));
            if (got <= 0) fail();
        }
    }

    /// At the end: the next read finds nothing more and has compared the checksum.
    void requireEnd() {
        std::byte beyond{};
        if (zip_fread(file_, &beyond, 1) != 0) fail();
    }

private:
    void requireSafe(std::uint64_t packed) const {
        if (size_ > kLargestMember)
            throw Error(ProblemKind::FileTooLarge, path_, std::to_string(size_ >> 20) + " MiB");
        if (size_ > kFreeExpansion && size_ / kMostExpansion > packed)
            throw Error(ProblemKind::ArchiveInvalid, path_,
                        std::to_string(packed) + " bytes claim to hold " + std::to_string(size_));
    }

    /// A weak password check lets one wrong password in 256 through; its bytes then are rubbish.
    [[noreturn]] void fail() const {
        const int code = zip_error_code_zip(zip_file_get_error(file_));
        const std::string what = code == ZIP_ER_OK ? "its size is not what the archive says" : textOf(code);
        throw Error(isEncrypted_ ? ProblemKind::ArchivePasswordWrong
                                 : kindOf(code == ZIP_ER_OK ? ZIP_ER_INCONS : code),
                    path_, what);
    }

    fs::path path_;
    std::uint64_t size_ = 0;
    bool isEncrypted_ = false;
    zip_file_t* file_ = nullptr;
};

class ZipArchive::MemberSource final : public ByteSource {
public:
    MemberSource(const ZipArchive& archive, const std::string& member)
        : MemberSource(std::make_unique<MemberReader>(archive, member)) {}

private:
    explicit MemberSource(std::unique_ptr<MemberReader> reader)
        : ByteSource(reader->size(), kLongestScannedValue), reader_(std::move(reader)) {}

    void load(std::size_t offset, std::size_t count) override {
        reader_->extend(bytes_, std::min(size(), std::max(offset + count, bytes_.size() + kWindow)));
        window_ = bytes_;
        windowOffset_ = 0;
    }

    static constexpr std::size_t kWindow = std::size_t{8} << 10;

    std::unique_ptr<MemberReader> reader_;
    std::vector<std::byte> bytes_;
};

ZipArchive::ZipArchive(const fs::path& path, std::string password)
    : path_(path), password_(std::move(password)) {
    int code = 0;
    zip_t* zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
    if (zip == nullptr) throw Error(kindOf(code), path, textOf(code));
    handle_ = std::make_unique<Handle>(zip);
}

ZipArchive::~ZipArchive() = default;

std::vector<ZipArchive::Member> ZipArchive::members() const {
    std::vector<Member> members;
    const auto count =
        static_cast<zip_uint64_t>(std::max<zip_int64_t>(0, zip_get_num_entries(handle_->zip, 0)));
    for (zip_uint64_t i = 0; i < count; ++i) {
        zip_stat_t status;
        zip_stat_init(&status);
        if (zip_stat_index(handle_->zip, i, 0, &status) != 0) continue;  // told when it is read
        const std::string_view name = status.name;
        if (name.empty() || name.ends_with('/')) continue;
        members.push_back({std::string(name), status.size, status.encryption_method != ZIP_EM_NONE});
    }
    return members;
}

std::vector<std::byte> ZipArchive::read(const std::string& member) const {
    MemberReader reader(*this, member);
    if (reader.size() == 0) throw Error(ProblemKind::FileEmpty, path_ / member);
    std::vector<std::byte> bytes;
    reader.extend(bytes, reader.size());
    reader.requireEnd();
    return bytes;
}

std::unique_ptr<ByteSource> ZipArchive::source(const std::string& member) const {
    return std::make_unique<MemberSource>(*this, member);
}

}  // namespace residua
