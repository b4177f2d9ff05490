// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QObject>
#include <QThreadPool>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "app/archive_keyring.h"
#include "app/study_collection.h"
#include "imaging/pixels/frame_cache.h"
#include "imaging/pixels/frame_decoder.h"

namespace residua {

/// Makes the study browser's thumbnails, on one thread of its own so that it never delays the image in view,
/// and keeps them on disk as PNG (mode 0600, at most 64 MiB, in the user's cache folder); not those of an
/// archive with a password.
class Thumbnails : public QObject {
    Q_OBJECT

public:
    static constexpr int side = 96;  ///< pixels of the longer side

    /// @param folder empty = nothing is kept on disk
    /// @param turns reading makes way for images in view of others who share them
    explicit Thumbnails(std::filesystem::path folder,
                        std::shared_ptr<const ArchiveKeyring> keys = std::make_shared<const ArchiveKeyring>(),
                        std::shared_ptr<MediumTurns> turns = std::make_shared<MediumTurns>(),
                        QObject* parent = nullptr);
    ~Thumbnails() override;  ///< waits for the one under way

    /// ready() follows, at once from disk or after decoding the stack's middle image. Asked twice, made once;
    /// one that could not be made is tried again when it is asked for again.
    void want(const StackRef& stack);

Q_SIGNALS:
    void ready(const residua::StackId& stack, const QImage& image);

private:
    std::filesystem::path folder_;
    std::shared_ptr<const ArchiveKeyring> keys_;
    std::shared_ptr<MediumTurns> turns_;
    std::set<std::string> asked_;
    int waiting_ = 0;
    FrameDecoder decoder_;  ///< the time points of a volume share one reading of it
    QThreadPool pool_;
};

/// The image at the default window, scaled to the longer side; empty if it cannot be decoded.
QImage makeThumbnail(FrameDecoder& decoder, const FrameKey& frame, int side,
                     const ArchivePasswords& passwords = {}, ReadTurn turn = {});

}  // namespace residua
