// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>

#include "app/library_thread.h"
#include "app/opening.h"
#include "app/path_check.h"
#include "app/thumbnails.h"
#include "ui/main_window.h"

namespace residua {

/// Brings the open studies with their states and thumbnails onto the study browser; what the reader does
/// there goes to the library.
class StudyList : public QObject {
    Q_OBJECT

public:
    StudyList(MainWindow& window, Opening& opening, LibraryThread& library, Thumbnails& thumbnails,
              QObject* parent = nullptr);

    void present();
    void setFlagged(const QString& studyUid, const QStringList& flagged);
    void setState(const std::string& studyUid, StudyState state);
    void markAnalysed(const std::string& studyUid);
    /// Closes a study and takes it, and all that is known of it, out of the library; its images stay.
    void remove(const QString& studyUid);
    /// The folders of the studies that were open last, if they are still there and answer soon; the answer
    /// comes later.
    void recentFolders(std::function<void(std::vector<std::filesystem::path>)> answer);

Q_SIGNALS:
    void removed(const std::string& studyUid);

private:
    void loadStates();
    void presentState(const QString& studyUid);

    MainWindow& window_;
    Opening& opening_;
    LibraryThread& library_;
    Thumbnails& thumbnails_;
    QHash<QString, StudyState> states_;
    QHash<QString, QStringList> flagged_;
};

}  // namespace residua
