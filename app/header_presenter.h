// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <array>
#include <filesystem>
#include <memory>
#include <stop_token>

#include "app/archive_keyring.h"
#include "app/viewing.h"
#include "ui/header_view.h"
#include "ui/main_window.h"

namespace residua {

/// Reads the header of the image in view, on a worker, and shows it in a window of its own that follows the
/// image as long as the reader keeps none.
class HeaderPresenter : public QObject {
    Q_OBJECT

public:
    /// @param keys to archives that hold images
    HeaderPresenter(MainWindow& window, Viewing& viewing,
                    std::shared_ptr<const ArchiveKeyring> keys = std::make_shared<const ArchiveKeyring>(),
                    QObject* parent = nullptr);
    ~HeaderPresenter() override;  ///< stops what is being read

private:
    enum Side { Left, Right };
    /// What a side of the window shows, or is about to.
    struct Reading {
        std::filesystem::path path;
        SharedHeader header;
        QString note;
        int job = 0;  ///< replies of older jobs are late and dropped
        std::stop_source stop;
    };
    void show();
    void follow();
    void read(Side side);
    void present(Side side);

    MainWindow& window_;
    Viewing& viewing_;
    std::shared_ptr<const ArchiveKeyring> keys_;
    QPointer<HeaderView> view_;
    QTimer timer_;  ///< while the reader scrolls, only where he stays is read
    std::array<Reading, 2> readings_;
    std::array<QString, 2> titles_;
};

}  // namespace residua
