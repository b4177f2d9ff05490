// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library_presenter.h"

#include <QDate>
#include <QDir>
#include <QFile>
#include <QLocale>
#include <algorithm>
#include <utility>

#include "app/file_dialogs.h"
#include "app/library_listing.h"
#include "app/problem_text.h"
#include "app/task.h"
#include "app/throttled.h"
#include "imaging/study/study_scanner.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr int reloadDelay = 300;  ///< ms

QString number(std::size_t count) {
    return QLocale().toString(static_cast<qulonglong>(count));
}

QString shownPath(const fs::path& path) {
    return printable(QDir::toNativeSeparators(QFile::decodeName(QByteArray::fromStdString(path.string()))));
}

QString shownPaths(const std::vector<fs::path>& paths, qsizetype most) {
    QStringList lines;
    for (const auto& path : paths)
        if (lines.size() < most) lines << shownPath(path);
    if (static_cast<qsizetype>(paths.size()) > most) lines << QStringLiteral("…");
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

/// What a look into a folder came to.
struct LibraryPresenter::Search {
    fs::path folder;
    std::optional<Study> study;
    std::size_t others = 0;  ///< studies that were there
    std::vector<Problem> problems;
};

LibraryPresenter::LibraryPresenter(MainWindow& window, Opening& opening, LibraryThread& library,
                                   StudyList& studies, const Analysing& analysing,
                                   std::shared_ptr<const ArchiveKeyring> keys, QObject* parent)
    : QObject(parent),
      window_(window),
      opening_(opening),
      library_(library),
      list_(studies),
      analysing_(analysing),
      keys_(std::move(keys)) {
    reload_.setSingleShot(true);
    reload_.setInterval(reloadDelay);
    connect(&reload_, &QTimer::timeout, this, &LibraryPresenter::load);
    connect(window_.actions()[Command::Library], &QAction::triggered, this, &LibraryPresenter::show);
    connect(&places_, &StudyPlaces::changed, this, [this] {
        presentPlaces();
        openPending();
    });
    connect(&opening_, &Opening::opened, this,
            [this](const StackRef&, const std::vector<std::string>& uids) { tellNotFound(uids); });
    connectLibrary();
}

LibraryPresenter::~LibraryPresenter() {
    stop_.request_stop();
}

void LibraryPresenter::connectLibrary() {
    const auto changed = [this] {
        if (view_ && view_->isVisible() && !reload_.isActive()) reload_.start();
    };
    connect(&library_, &LibraryThread::saved, this, changed);
    connect(&library_, &LibraryThread::changedByOthers, this, changed);
    connect(&library_, &LibraryThread::rebuilt, this, &LibraryPresenter::tellRebuilt);
    connect(&library_, &LibraryThread::memoryOnly, this, [this] {
        if (file_ == LibraryView::File::Usable) setFile(LibraryView::File::Unusable);
    });
    connect(&library_, &LibraryThread::problem, this, [this](const Problem& one) {
        if (one.kind != ProblemKind::LibraryDamaged) return setNotice(problemLine(one));
        if (std::exchange(file_, LibraryView::File::Damaged) != LibraryView::File::Damaged)
            show();  // what is answered now would be forgotten: that is worth a window of its own
        setFile(file_);
    });
}

void LibraryPresenter::makeView() {
    view_ = new LibraryView(&window_);
    view_->setFile(file_);
    connect(view_, &LibraryView::openWished, this, &LibraryPresenter::open);
    connect(view_, &LibraryView::locateWished, this, &LibraryPresenter::askWhereStudyIs);
    connect(view_, &LibraryView::backUpWished, this, &LibraryPresenter::askForCopy);
    connect(view_, &LibraryView::stopWished, this, [this] { stop_.request_stop(); });
    connect(view_, &LibraryView::removalWished, this, [this](const QStringList& uids) {
        for (const auto& uid : uids) list_.remove(uid);
        load();
    });
    connect(view_, &LibraryView::rebuildWished, this, [this] {
        setNotice(tr("Rebuilding the library…"));
        library_.rebuild();
    });
}

void LibraryPresenter::show() {
    if (!view_) makeView();
    load();
    view_->show();
    view_->raise();
    view_->activateWindow();
    view_->focusSearch();
}

void LibraryPresenter::load() {
    using Listing = std::pair<std::vector<LibraryStudy>, QList<LibraryRow>>;
    library_.ask(
        this,
        [names = findingNames(analysing_.models())](StudyLibrary& library) {
            Listing listing{library.studies(), {}};
            listing.second = libraryRows(listing.first, names);
            return listing;
        },
        [this](Listing listing) { take(listing.first, std::move(listing.second)); });
}

void LibraryPresenter::take(const std::vector<LibraryStudy>& studies, QList<LibraryRow> rows) {
    if (!view_) return;
    studies_ = studies;
    indices_.clear();
    for (std::size_t i = 0; i < studies_.size(); ++i) indices_[QString::fromStdString(studies_[i].uid)] = i;
    view_->setRows(rows);
    presentPlaces();
    places_.look(studies_);
}

void LibraryPresenter::presentPlaces() {
    if (!view_) return;
    for (const auto& study : studies_) {
        const auto where = places_.of(study);
        if (where.place == StudyPlace::Unknown) continue;
        view_->setPlace(QString::fromStdString(study.uid), where.place, shownPaths(where.missing, 5));
    }
}

const LibraryStudy* LibraryPresenter::find(const QString& uid) const {
    const auto index = indices_.constFind(uid);
    return index == indices_.cend() ? nullptr : &studies_[*index];
}

void LibraryPresenter::open(const QStringList& uids) {
    setNotice({});
    pending_.clear();
    std::vector<LibraryStudy> studies;
    for (const auto& uid : uids) {
        if (const auto stack = opening_.studies().firstStack(uid.toStdString())) {
            if (uid == uids.first()) Q_EMIT stackWished(stack);
            continue;
        }
        if (const auto* study = find(uid)) {
            studies.push_back(*study);
            pending_ << uid;
        }
    }
    if (pending_.isEmpty()) {
        if (view_) view_->hide();
        return;
    }
    setNotice(tr("Looking for the files…"));
    places_.look(studies);
}

void LibraryPresenter::openPending() {
    if (pending_.isEmpty()) return;
    std::vector<fs::path> folders;
    std::vector<std::string> wished;
    QStringList incomplete;
    for (const auto& uid : pending_) {
        const auto* study = find(uid);
        if (!study) continue;  // forgotten meanwhile
        const auto where = places_.of(*study);
        if (where.place == StudyPlace::Unknown) return;  // answers in its own time
        if (where.place != StudyPlace::There) incomplete << uid;
        if (where.place == StudyPlace::Missing) continue;
        folders.insert(folders.end(), where.there.begin(), where.there.end());
        wished.push_back(study->uid);
    }
    pending_.clear();
    setNotice({});
    if (!folders.empty()) {
        opening_.open(folders, wished);
        awaited_.clear();
        for (const auto& uid : wished) awaited_ << QString::fromStdString(uid);
    }
    if (!incomplete.isEmpty()) return tellMissing(incomplete);
    if (view_) view_->hide();
}

void LibraryPresenter::tellMissing(const QStringList& uids) {
    const auto* study = find(uids.first());
    const auto where = places_.of(*study);
    const auto missing = shownPaths(where.missing, 3);
    QString text =
        where.place == StudyPlace::Missing
            ? tr("%1 is not where it was. Missing:\n%2\nLocate… looks for it in another folder.")
            : tr("Of %1 only a part was opened. Missing:\n%2\nLocate… looks for it in another folder.");
    text = text.arg(studyTitle(*study), missing);
    if (uids.size() > 1)
        text += QLatin1Char('\n') + tr("More studies that are missing: %1").arg(uids.size() - 1);
    if (!view_) return;
    view_->select(uids.first());
    setNotice(text);
}

void LibraryPresenter::tellNotFound(const std::vector<std::string>& opened) {
    const auto awaited = std::exchange(awaited_, {});
    if (opening_.wasStopped()) return;
    QStringList gone;
    for (const auto& uid : awaited)
        if (find(uid) && std::ranges::find(opened, uid.toStdString()) == opened.end()) gone << uid;
    if (gone.isEmpty() || !view_) return;
    const auto* study = find(gone.first());
    show();
    view_->select(gone.first());
    setNotice(tr("%1 is no longer in:\n%2\nLocate… looks for it in another folder.")
                  .arg(studyTitle(*study), shownPaths(study->folders, 3)));
}

void LibraryPresenter::askWhereStudyIs(const QString& uid) {
    const auto* study = find(uid);
    if (!study) return;
    askForFolder(view_, QDir::homePath(), [this, uid](const QStringList& paths) {
        locate(uid, QFile::encodeName(paths.first()).toStdString());
    });
}

void LibraryPresenter::locate(const QString& uid, const fs::path& folder) {
    stop_.request_stop();
    stop_ = {};
    ++job_;
    const auto words = tr("Looking for the study · files read: %1");
    if (view_) view_->setJob(words.arg(0));
    auto report = throttled(this, [this, words, job = job_](int done, int) {
        if (view_ && job == job_ && !stop_.stop_requested())
            view_->setJob(words.arg(QLocale().toString(done)));
    });
    runTask(
        this,
        [uid = uid.toStdString(), folder, report, stop = stop_.get_token(), keys = keys_->all()] {
            auto scan =
                scanStudies({folder}, {.pictureModality = {}, .threads = 0, .passwords = keys}, stop, report);
            Search search{folder, std::nullopt, scan.studies.size(), std::move(scan.problems)};
            const auto found = std::ranges::find(scan.studies, uid, &Study::uid);
            if (found != scan.studies.end()) search.study = std::move(*found);
            return search;
        },
        [this, uid, job = job_](const Outcome<Search>& outcome) {
            if (job != job_) return;
            ++job_;  // reports that are still on their way are late
            if (view_) view_->setJob({});
            if (outcome.value) return takeSearch(uid, *outcome.value);
            setNotice(problemLine(outcome.problem));
        });
}

void LibraryPresenter::takeSearch(const QString& uid, const Search& search) {
    const auto* known = find(uid);
    if (!known) return;
    if (stop_.stop_requested()) return setNotice(tr("Stopped: the study is where it was"));
    if (!search.study) {
        for (const auto& one : search.problems) Q_EMIT problem(one);
        return setNotice(tr("%1 is not in %2. Other studies there: %3")
                             .arg(studyTitle(*known), shownPath(search.folder), number(search.others)));
    }
    const auto images = imageCount(*search.study);
    auto text = tr("Found in %1 · images: %2").arg(shownPath(search.folder), number(images));
    if (known->images > 0 && images < static_cast<std::size_t>(known->images))
        text += QStringLiteral(" · ") + tr("before: %1").arg(QLocale().toString(known->images));
    library_.tell([study = *search.study](StudyLibrary& library) { library.relocate(study); });
    load();
    setNotice(text);
}

void LibraryPresenter::askForCopy() {
    const auto name = QStringLiteral("residua-library-%1.sqlite")
                          .arg(QDate::currentDate().toString(QStringLiteral("yyyyMMdd")));
    askForTarget(view_, QDir::homePath(), name, QStringLiteral("sqlite"),
                 [this](const QString& target) { backUp(QFile::encodeName(target).toStdString()); });
}

void LibraryPresenter::backUp(const fs::path& target) {
    setNotice(tr("Backing up the library…"));
    library_.ask(
        this,
        [target](StudyLibrary& library) {
            auto copy = [&] {
                library.backUp(target);
                return fs::file_size(target);
            };
            return outcomeOf(copy);
        },
        [this, target](const Outcome<std::uintmax_t>& outcome) {
            if (outcome.value)
                return setNotice(tr("Backed up: %1 (%2)")
                                     .arg(shownPath(target),
                                          QLocale().formattedDataSize(static_cast<qint64>(*outcome.value))));
            setNotice(problemLine(outcome.problem));
            Q_EMIT problem(outcome.problem);
        });
}

void LibraryPresenter::tellRebuilt(const RebuiltLibrary& library) {
    setFile(LibraryView::File::Usable);
    auto text = tr("Rebuilt. Studies: %1 · answers: %2 · scored images: %3. The damaged file is kept: %4")
                    .arg(number(library.studies), number(library.answers), number(library.results),
                         shownPath(library.kept));
    if (!library.isWhole) text += QLatin1Char('\n') + tr("Some entries could not be read.");
    setNotice(text);
    load();
}

void LibraryPresenter::setNotice(const QString& text) {
    if (view_) view_->setNotice(text);
}

void LibraryPresenter::setFile(LibraryView::File file) {
    file_ = file;
    if (view_) view_->setFile(file);
}

}  // namespace residua
