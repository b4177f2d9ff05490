// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/thumbnails.h"

#include <QBuffer>
#include <QCryptographicHash>

#include "app/folders.h"
#include "app/task.h"
#include "imaging/atomic_file.h"
#include "imaging/pixels/grey_pipeline.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t cacheLimit = std::uintmax_t(64) << 20;

/// Names the thumbnail by the file's path, size and time, so that a changed file gets a new one; the hash
/// keeps patients' names out of the cache folder's listing.
fs::path cachedFile(const fs::path& folder, const fs::path& file, int frame) {
    if (folder.empty()) return {};
    std::error_code error;
    const auto onDisk = fileOnDisk(file);
    const auto size = fs::file_size(onDisk, error);
    const auto time = fs::last_write_time(onDisk, error).time_since_epoch().count();
    if (error) return {};
    const auto name = fs::absolute(file, error).string() + '\n' + std::to_string(size) + '\n' +
                      std::to_string(time) + '\n' + std::to_string(frame) + '\n' +
                      std::to_string(Thumbnails::side);
    const auto hash = QCryptographicHash::hash(QByteArray::fromStdString(name), QCryptographicHash::Sha256);
    return folder / (hash.toHex().toStdString() + ".png");
}

QImage thumbnailOf(FrameDecoder& decoder, const fs::path& folder, const fs::path& file, int frame,
                   const ArchivePasswords& passwords) {
    const bool isSecret = passwords.contains(fileOnDisk(file));
    const auto cached = isSecret ? fs::path() : cachedFile(folder, file, frame);
    QImage image;
    if (!cached.empty() && image.load(QString::fromStdString(cached.string()), "PNG")) return image;
    image = makeThumbnail(decoder, file, frame, Thumbnails::side, passwords);
    if (image.isNull() || cached.empty()) return image;
    QByteArray png;
    QBuffer buffer(&png);
    if (image.save(&buffer, "PNG")) {
        try {
            writeFileAtomically(cached, png.toStdString());
        } catch (const Error&) {
            return image;  // a cache that cannot be written is no reason to show nothing
        }
    }
    return image;
}

}  // namespace

QImage makeThumbnail(FrameDecoder& decoder, const fs::path& file, int frame, int side,
                     const ArchivePasswords& passwords) {
    try {
        const auto image = decoder.decode(file, frame, passwords);
        const auto shown = render(*image, defaultVoi(*image));
        const QImage whole(reinterpret_cast<const uchar*>(shown.argb.data()), shown.width, shown.height,
                           shown.width * qsizetype{4}, QImage::Format_RGB32);
        const double aspect = image->spacing.row / image->spacing.column;
        const QSizeF size(shown.width, shown.height * (aspect > 0 ? aspect : 1));
        // An image that has the wanted size already is not scaled but shared, and its pixels end here.
        return whole
            .scaled(size.scaled(side, side, Qt::KeepAspectRatio).toSize().expandedTo({1, 1}),
                    Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
            .copy();
    } catch (const Error&) {
        return {};  // the viewport tells why when the image is looked at
    }
}

Thumbnails::Thumbnails(fs::path folder, std::shared_ptr<const ArchiveKeyring> keys, QObject* parent)
    : QObject(parent), folder_(std::move(folder)), keys_(std::move(keys)) {
    pool_.setMaxThreadCount(1);
    if (folder_.empty()) return;
    pool_.start([folder = folder_] {
        try {
            limitFolder(makePrivateFolder(folder), cacheLimit);
        } catch (const Error&) {
            return;  // without a folder nothing is kept
        }
    });
}

Thumbnails::~Thumbnails() {
    pool_.clear();
    pool_.waitForDone();
}

void Thumbnails::want(const StackRef& stack) {
    if (!stack) return;
    const auto slice = stack.count() / 2;
    const auto file = stack.instance(slice).path;
    const auto frame = stack.frame(slice);
    if (!asked_.insert(file.string() + '\n' + std::to_string(frame)).second) return;
    ++waiting_;
    runTask(
        this,
        [&decoder = decoder_, folder = folder_, file, frame, passwords = keys_->all()] {
            return thumbnailOf(decoder, folder, file, frame, passwords);
        },
        [this, id = stack.id()](const Outcome<QImage>& outcome) {
            if (--waiting_ == 0) decoder_.clear();
            if (outcome.value && !outcome.value->isNull()) Q_EMIT ready(id, *outcome.value);
        },
        &pool_);
}

}  // namespace residua
