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

/// Names the thumbnail by the file's path, size and time and by the image that is to be there, so that a
/// changed file gets a new one; the hash keeps patients' names out of the cache folder's listing.
fs::path cachedFile(const fs::path& folder, const FrameKey& key) {
    if (folder.empty()) return {};
    std::error_code error;
    const auto onDisk = fileOnDisk(key.path);
    const auto size = fs::file_size(onDisk, error);
    const auto time = fs::last_write_time(onDisk, error).time_since_epoch().count();
    if (error) return {};
    const auto name = fs::absolute(key.path, error).string() + '\n' + key.known.sopInstanceUid + '\n' +
                      std::to_string(size) + '\n' + std::to_string(time) + '\n' + std::to_string(key.frame) +
                      '\n' + std::to_string(Thumbnails::side);
    const auto hash = QCryptographicHash::hash(QByteArray::fromStdString(name), QCryptographicHash::Sha256);
    return folder / (hash.toHex().toStdString() + ".png");
}

QImage thumbnailOf(FrameDecoder& decoder, const fs::path& folder, const FrameKey& key,
                   const ArchivePasswords& passwords, ReadTurn turn) {
    const bool isSecret = passwords.contains(fileOnDisk(key.path));
    const auto cached = isSecret ? fs::path() : cachedFile(folder, key);
    QImage image;
    if (!cached.empty() && image.load(QString::fromStdString(cached.string()), "PNG")) return image;
    image = makeThumbnail(decoder, key, Thumbnails::side, passwords, turn);
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

QImage makeThumbnail(FrameDecoder& decoder, const FrameKey& frame, int side,
                     const ArchivePasswords& passwords, ReadTurn turn) {
    try {
        const auto image = decoder.decode(frame.path, frame.frame, passwords, frame.known, turn);
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

Thumbnails::Thumbnails(fs::path folder, std::shared_ptr<const ArchiveKeyring> keys,
                       std::shared_ptr<MediumTurns> turns, QObject* parent)
    : QObject(parent), folder_(std::move(folder)), keys_(std::move(keys)), turns_(std::move(turns)) {
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
    const auto& instance = stack.instance(slice);
    const FrameKey key{instance.path, stack.frame(slice), knownFile(instance)};
    const auto asked = key.path.string() + '\n' + std::to_string(key.frame) + '\n' +
                       key.known.sopInstanceUid + '\n' + std::to_string(key.known.stamp.modified);
    if (!asked_.insert(asked).second) return;
    ++waiting_;
    runTask(
        this,
        [&decoder = decoder_, folder = folder_, key, passwords = keys_->all(), turns = turns_] {
            return thumbnailOf(decoder, folder, key, passwords, {turns.get(), Urgency::Ahead});
        },
        [this, asked, id = stack.id()](const Outcome<QImage>& outcome) {
            if (--waiting_ == 0) decoder_.clear();
            if (outcome.value && !outcome.value->isNull())
                Q_EMIT ready(id, *outcome.value);
            else
                asked_.erase(asked);
        },
        &pool_);
}

}  // namespace residua
