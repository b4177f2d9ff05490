// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/frame_decoder.h"

#include <mutex>
#include <optional>
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
    std::size_t size = 0;
    FileIdentity identity;
    bool operator==(const Version&) const = default;
};

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
            problem_ = error.problem();  // a broken file is not inflated once a frame either
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

struct Look {
    FileKind kind = FileKind::Dicom;
    Version version;
};

FileKind kindOf(ByteSource& source, const fs::path& path) {
    if (pictureFormat(source)) return FileKind::Picture;
    return readNiftiHeader(source, path) ? FileKind::Volume : FileKind::Dicom;
}

/// Of a file inside an archive, size and identity are the archive's.
Look lookAt(const fs::path& path, const ArchivePasswords& passwords) {
    const auto inside = archivePath(path);
    const auto& onDisk = inside ? inside->archive : path;
    const OpenFile file(onDisk);
    Look look{FileKind::Dicom, {path, file.size(), file.identity()}};
    if (inside) {
        const ZipArchive archive(onDisk, passwordOf(onDisk, passwords));
        look.kind = kindOf(*archive.source(inside->member), path);
    } else {
        std::vector<std::byte> window;
        FileSource source(file, window);
        look.kind = kindOf(source, path);
    }
    return look;
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
                                                  const ArchivePasswords& passwords) {
    const auto look = lookAt(path, passwords);
    if (look.kind == FileKind::Volume)
        return std::make_shared<const Image>(
            state_->volumeOf(look.version, passwords)->volume()->image(frame));
    clear();
    if (look.kind == FileKind::Picture)
        return std::make_shared<const Image>(decodePicture(path, readFileBytes(path, passwords), frame));
    return decodeFrame(readGatedFile(path, passwords), frame);
}

void FrameDecoder::clear() {
    const std::lock_guard lock(state_->mutex);
    state_->kept.reset();
}

}  // namespace residua
