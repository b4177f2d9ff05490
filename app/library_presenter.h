// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "app/analysing.h"
#include "app/archive_keyring.h"
#include "app/library_thread.h"
#include "app/opening.h"
#include "app/study_list.h"
#include "app/study_places.h"
#include "ui/library_view.h"
#include "ui/main_window.h"

namespace residua {

/// The window with all studies that the library knows: shows them, opens, looks for, forgets them; copies and
/// rebuilds the library. All of it off the window's thread.
class LibraryPresenter : public QObject {
    Q_OBJECT

public:
    /// @param keys to archives that a study is looked for in
    LibraryPresenter(MainWindow& window, Opening& opening, LibraryThread& library, StudyList& studies,
                     const Analysing& analysing, std::shared_ptr<const ArchiveKeyring> keys,
                     QObject* parent = nullptr);
    ~LibraryPresenter() override;  ///< stops what is under way

    void show();
    LibraryView* view() const { return view_; }  ///< none before the first show()

    /// Opens what is still there of the studies, and says what is missing.
    void open(const QStringList& uids);
    /// Looks for a study in a folder and remembers it there.
    void locate(const QString& uid, const std::filesystem::path& folder);
    void backUp(const std::filesystem::path& target);

Q_SIGNALS:
    /// A study that is open already is to be shown.
    void stackWished(const residua::StackRef& stack);
    void problem(const residua::Problem& problem);

private:
    struct Search;
    void makeView();
    void connectLibrary();
    void load();
    void take(const std::vector<LibraryStudy>& studies, QList<LibraryRow> rows);
    void presentPlaces();
    void openPending();
    void tellMissing(const QStringList& uids);
    void tellNotFound(const std::vector<std::string>& opened);
    void takeSearch(const QString& uid, const Search& search);
    void askWhereStudyIs(const QString& uid);
    void askForCopy();
    void tellRebuilt(const RebuiltLibrary& library);
    void setNotice(const QString& text);
    void setFile(LibraryView::File file);
    const LibraryStudy* find(const QString& uid) const;

    MainWindow& window_;
    Opening& opening_;
    LibraryThread& library_;
    StudyList& list_;
    const Analysing& analysing_;
    std::shared_ptr<const ArchiveKeyring> keys_;
    QPointer<LibraryView> view_;
    LibraryView::File file_ = LibraryView::File::Usable;
    std::vector<LibraryStudy> studies_;
    QHash<QString, std::size_t> indices_;  ///< into studies_
    StudyPlaces places_;
    QTimer reload_;          ///< many changes, one look
    QStringList pending_;    ///< to be opened as soon as it is known where they are
    QStringList awaited_;    ///< being opened
    std::stop_source stop_;  ///< of the search for a study
    int job_ = 0;            ///< replies of older searches are late and dropped
};

}  // namespace residua
