// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/bundle.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <system_error>
#include <utility>

#include "imaging/error.h"
#include "inference/network/architectures.h"
#include "inference/network/sha256.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kCardLimit = std::size_t{4} << 20;
constexpr std::size_t kWeightsLimit = std::size_t{1} << 30;

std::string readMember(const fs::path& folder, std::string_view name, std::size_t limit) {
    try {
        return readWholeFile(folder / name, limit);
    } catch (const Error& error) {
        if (error.problem().kind != ProblemKind::FileMissing) throw;
        throw Error(ProblemKind::BundleFileMissing, folder, std::string(name));
    }
}

std::string hashOf(std::string_view bytes) {
    return sha256(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

/// A folder beside the target that is removed again unless it was moved away.
class ScratchFolder {
public:
    explicit ScratchFolder(const fs::path& target) {
        std::string pattern =
            (target.parent_path() / ("." + target.filename().string() + ".XXXXXX")).string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw Error(ProblemKind::WriteFailed, target, std::strerror(errno));
        path_ = pattern;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

void writeMember(const fs::path& file, std::string_view bytes, const WriteCall& write) {
    AtomicFile member(file, write);
    member.write(bytes);
    member.commit();
}

void syncFolder(const fs::path& folder) {
    const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;  // some file systems do not let folders be opened; the rename itself succeeded
    ::fsync(descriptor);
    ::close(descriptor);
}

/// Puts `made` where `target` is; what was there lies in `made` afterwards.
void exchange(const fs::path& made, const fs::path& target) {
    if (::rename(made.c_str(), target.c_str()) == 0) return;
    if (errno == ENOTEMPTY || errno == EEXIST) {
        if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
        // A file system without exchange (NFS): the old bundle leaves first.
        const fs::path aside = made.string() + ".old";
        if (::rename(target.c_str(), aside.c_str()) == 0) {
            if (::rename(made.c_str(), target.c_str()) == 0) {
                std::error_code ignored;
                fs::remove_all(aside, ignored);
                return;
            }
            const int error = errno;
            std::error_code ignored;
            fs::rename(aside, target, ignored);
            errno = error;
        }
    }
    throw Error(ProblemKind::WriteFailed, target, std::strerror(errno));
}

}  // namespace

ModelCard readBundleCard(const fs::path& folder) {
    ModelCard card = parseModelCard(readMember(folder, kCardFile, kCardLimit), folder / kCardFile);
    try {
        layoutOf(card.architecture);
    } catch (const Error& error) {
        throw Error(error.problem().kind, folder / kCardFile, error.problem().detail);
    }
    std::error_code ignored;
    if (!fs::exists(folder / kWeightsFile, ignored))
        throw Error(ProblemKind::BundleFileMissing, folder, std::string(kWeightsFile));
    return card;
}

Bundle loadBundle(const fs::path& folder) {
    Bundle bundle{readBundleCard(folder), readMember(folder, kWeightsFile, kWeightsLimit)};
    const std::string hash = hashOf(bundle.weights);
    if (hash != bundle.card.weightsSha256)
        throw Error(ProblemKind::BundleWeightsChanged, folder / kWeightsFile,
                    "SHA-256 is " + hash.substr(0, 12) + "…, the card says " +
                        bundle.card.weightsSha256.substr(0, 12) + "…");
    return bundle;
}

ModelCard readBundle(const fs::path& folder) {
    return loadBundle(folder).card;
}

ModelCard writeBundle(const fs::path& target, ModelCard card, std::string_view weights,
                      const WriteCall& write) {
    const fs::path folder =
        target.has_filename() ? target : target.parent_path();  // "models/name/" as "models/name"
    card.weightsSha256 = hashOf(weights);
    const std::string json = toJson(card);
    card = parseModelCard(json, folder / kCardFile);  // nothing is written that could not be read
    const ScratchFolder made(folder);
    writeMember(made.path() / kWeightsFile, weights, write);
    writeMember(made.path() / kCardFile, json, write);
    exchange(made.path(), folder);
    syncFolder(folder.parent_path());
    return card;
}

std::string sha256OfFile(const fs::path& path) {
    return hashOf(readWholeFile(path, kWeightsLimit));
}

}  // namespace residua
