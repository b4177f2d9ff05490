// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/frame_decoder.h"

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "imaging/containers/nifti.h"
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
    explicit KeptVolume(Version version) : version_(std::move(version)) {}
    bool isOf(const Version& version) const { return version_ == version; }
    std::shared_ptr<const NiftiVolume> volume() {
        const std::lock_guard lock(reading_);
        if (problem_) throw Error(*problem_);
        try {
            if (!volume_) volume_ = std::make_shared<const NiftiVolume>(version_.path);
        } catch (const Error& error) {
            problem_ = error.problem();  // a broken file is not inflated once a frame either
            throw;
        }
        return volume_;
    }

private:
    const Version version_;
    std::mutex reading_;
    std::shared_ptr<const NiftiVolume> volume_;
    std::optional<Problem> problem_;
};

struct Look {
    FileKind kind = FileKind::Dicom;
    Version version;
};

Look lookAt(const fs::path& path) {
    const OpenFile file(path);
    Look look{FileKind::Dicom, {path, file.size(), file.identity()}};
    std::vector<std::byte> window;
    FileSource source(file, window);
    if (pictureFormat(source))
        look.kind = FileKind::Picture;
    else if (readNiftiHeader(source, path))
        look.kind = FileKind::Volume;
    return look;
}

}  // namespace

struct FrameDecoder::State {
    std::mutex mutex;
    std::shared_ptr<KeptVolume> kept;

    std::shared_ptr<KeptVolume> volumeOf(const Version& version) {
        const std::lock_guard lock(mutex);
        if (!kept || !kept->isOf(version)) kept = std::make_shared<KeptVolume>(version);
        return kept;
    }
};

FrameDecoder::FrameDecoder() : state_(std::make_unique<State>()) {}
FrameDecoder::~FrameDecoder() = default;

std::shared_ptr<const Image> FrameDecoder::decode(const fs::path& path, int frame) {
    const auto look = lookAt(path);
    if (look.kind == FileKind::Volume)
        return std::make_shared<const Image>(state_->volumeOf(look.version)->volume()->image(frame));
    clear();
    if (look.kind == FileKind::Picture) return std::make_shared<const Image>(decodePicture(path, frame));
    return decodeFrame(readGatedFile(path), frame);
}

void FrameDecoder::clear() {
    const std::lock_guard lock(state_->mutex);
    state_->kept.reset();
}

}  // namespace residua
