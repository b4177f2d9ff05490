// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/frame_decoder.h"

#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "imaging/containers/nifti.h"
#include "imaging/containers/zip_archive.h"
#include "imaging/error.h"
#include "imaging/pixels/picture.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/file_bytes.h"
#include "imaging/study/file_gate.h"
#include "imaging/study/picture_header.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

/// A file as it was when its volume was read.
struct Version {
    fs::path path;
    FileStamp stamp;
    FileIdentity identity;
    bool operator==(const Version&) const = default;
};

/// Whether another try may go well: the disk is connected again, the copy is through.
bool mayPass(ProblemKind kind) {
    return kind == ProblemKind::FileMissing || kind == ProblemKind::FileUnreadable ||
           kind == ProblemKind::FileChanged;
}

/// One volume, read by the first thread that asks for it.
class KeptVolume {
public:
    KeptVolume(Version version, ArchivePasswords passwords)
        : version_(std::move(version)), passwords_(std::move(passwords)) {}
    bool isOf(const Version& version) const { return version_ == version; }
    std::shared_ptr<const NiftiVolume> volume() {
        const std::lock_guard lock(reading_);
        if (problem_) throw Error(*problem_);
        try {
            if (!volume_) volume_ = std::make_shared<const NiftiVolume>(version_.path, passwords_);
        } catch (const Error& error) {
            // A broken file is not inflated once a frame either.
            if (!mayPass(error.problem().kind)) problem_ = error.problem();
            throw;
        }
        return volume_;
    }

private:
    const Version version_;
    const ArchivePasswords passwords_;
    std::mutex reading_;
    std::shared_ptr<const NiftiVolume> volume_;
    std::optional<Problem> problem_;
};

/// A file that was opened once: what it is and, of all but a volume, its bytes.
struct Loaded {
    FileKind kind = FileKind::Dicom;
    Version version;
    std::vector<std::byte> bytes;
};

FileKind kindOf(ByteSource& source, const fs::path& path) {
    if (pictureFormat(source)) return FileKind::Picture;
    return readNiftiHeader(source, path) ? FileKind::Volume : FileKind::Dicom;
}

Loaded load(const fs::path& path, const ArchivePasswords& passwords, ReadTurn turn) {
    const auto inside = archivePath(path);
    const auto& onDisk = inside ? inside->archive : path;
    const OpenFile file(onDisk, turn);
    Loaded loaded{FileKind::Dicom, {path, file.stamp(), file.identity()}, {}};
    if (inside) {
        const ZipArchive archive(onDisk, passwordOf(onDisk, passwords));
        loaded.kind = kindOf(*archive.source(inside->member), path);
        if (loaded.kind != FileKind::Volume) loaded.bytes = archive.read(inside->member);
    } else {
        std::vector<std::byte> window;
        FileSource source(file, window);
        loaded.kind = kindOf(source, path);
        if (loaded.kind != FileKind::Volume) loaded.bytes = readFileBytes(file);
    }
    return loaded;
}

}  // namespace

struct FrameDecoder::State {
    std::mutex mutex;
    std::shared_ptr<KeptVolume> kept;

    std::shared_ptr<KeptVolume> volumeOf(const Version& version, const ArchivePasswords& passwords) {
        const std::lock_guard lock(mutex);
        if (!kept || !kept->isOf(version)) kept = std::make_shared<KeptVolume>(version, passwords);
        return kept;
    }
};

FrameDecoder::FrameDecoder() : state_(std::make_unique<State>()) {}
FrameDecoder::~FrameDecoder() = default;

std::shared_ptr<const Image> FrameDecoder::decode(const fs::path& path, int frame,
                                                  const ArchivePasswords& passwords, const KnownFile& known,
                                                  ReadTurn turn) {
    auto loaded = load(path, passwords, turn);
    const auto stamp = loaded.version.stamp;
    try {
        if (loaded.kind == FileKind::Dicom) {
            clear();
            const auto file = gatedFile(path, std::move(loaded.bytes));
            requireKnown(known, path, file.report.sopInstanceUid, stamp);
            return decodeFrame(file, frame);
        }
        requireKnown(known, path, {}, stamp);
        if (loaded.kind == FileKind::Volume)
            return std::make_shared<const Image>(
                state_->volumeOf(loaded.version, passwords)->volume()->image(frame));
        clear();
        return std::make_shared<const Image>(decodePicture(path, loaded.bytes, frame));
    } catch (const Error& error) {
        const auto& problem = error.problem();
        if (known.sopInstanceUid.empty() || known.stamp == stamp || mayPass(problem.kind)) throw;
        // That it breaks off, say, is less to the point than that it was whole before.
        throw Error(ProblemKind::FileChanged, path,
                    std::string(kindName(problem.kind)) + ": " + problem.detail);
    }
}

void FrameDecoder::clear() {
    const std::lock_guard lock(state_->mutex);
    state_->kept.reset();
}

}  // namespace residua
