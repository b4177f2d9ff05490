// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_list.h"

#include <QTimer>
#include <algorithm>
#include <memory>
#include <set>

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t recentStudies = 24;
constexpr int answerTime = 2000;  ///< ms, for disks that sleep

/// Folders that are asked for and those that answered.
struct Awaited {
    std::set<fs::path> open, there;
};

}  // namespace

StudyList::StudyList(MainWindow& window, Opening& opening, LibraryThread& library, Thumbnails& thumbnails,
                     QObject* parent)
    : QObject(parent), window_(window), opening_(opening), library_(library), thumbnails_(thumbnails) {
    auto& browser = window_.browser();
    connect(&browser, &StudyBrowser::thumbnailWished, this,
            [this](const StackId& id) { thumbnails_.want(opening_.studies().find(id)); });
    connect(&thumbnails_, &Thumbnails::ready, &browser, &StudyBrowser::setThumbnail);
    connect(&browser, &StudyBrowser::studyStateWished, this,
            [this](const QString& uid, StudyState state) { setState(uid.toStdString(), state); });
    connect(&browser, &StudyBrowser::studyRemovalWished, this, &StudyList::remove);
    connect(&library_, &LibraryThread::changedByOthers, this, &StudyList::loadStates);
    connect(&library_, &LibraryThread::rebuilt, this, &StudyList::loadStates);
    connect(&opening_, &Opening::opened, this, [this](const StackRef&, const std::vector<std::string>& uids) {
        std::vector<std::shared_ptr<const OpenStudy>> studies;
        for (const auto& uid : uids) studies.push_back(opening_.studies().find(uid));
        library_.tell([studies](StudyLibrary& library) {
            for (const auto& study : studies) library.remember(study->study);
        });
        present();
        loadStates();
    });
}

void StudyList::present() {
    window_.browser().setPatients(opening_.studies().rows(states_));
    for (auto entry = flagged_.begin(); entry != flagged_.end(); ++entry) presentState(entry.key());
}

void StudyList::loadStates() {
    library_.ask(
        this, [](StudyLibrary& library) { return library.studies(); },
        [this](const std::vector<LibraryStudy>& studies) {
            for (const auto& study : studies) {
                const auto uid = QString::fromStdString(study.uid);
                const bool news = !states_.contains(uid) || states_.value(uid) != study.state;
                states_[uid] = study.state;
                if (news) presentState(uid);
            }
        });
}

void StudyList::presentState(const QString& studyUid) {
    if (opening_.studies().find(studyUid.toStdString()))
        window_.browser().setStudyState(studyUid, states_.value(studyUid, StudyState::New),
                                        flagged_.value(studyUid));
}

void StudyList::setFlagged(const QString& studyUid, const QStringList& flagged) {
    flagged_[studyUid] = flagged;
    std::vector<std::string> names;
    for (const auto& name : flagged) names.push_back(name.toStdString());
    library_.tell(
        [uid = studyUid.toStdString(), names](StudyLibrary& library) { library.setFlagged(uid, names); });
    presentState(studyUid);
}

void StudyList::setState(const std::string& studyUid, StudyState state) {
    states_[QString::fromStdString(studyUid)] = state;
    presentState(QString::fromStdString(studyUid));
    library_.tell([=](StudyLibrary& library) { library.setState(studyUid, state); });
}

void StudyList::markAnalysed(const std::string& studyUid) {
    auto& state = states_[QString::fromStdString(studyUid)];
    if (state == StudyState::New) state = StudyState::Analysed;
    presentState(QString::fromStdString(studyUid));
    library_.tell([=](StudyLibrary& library) { library.markAnalysed(studyUid); });
}

void StudyList::recentFolders(std::function<void(std::vector<fs::path>)> answer) {
    const auto take = [this, answer = std::move(answer)](const std::set<fs::path>& folders) {
        auto* check = new PathCheck(this);  // until all have answered, or too late
        auto awaited = std::make_shared<Awaited>(Awaited{folders, {}});
        const auto end = [check, awaited, answer] {
            check->deleteLater();
            check->disconnect();
            answer({awaited->there.begin(), awaited->there.end()});
        };
        connect(check, &PathCheck::found, check, [awaited, end](const std::vector<FoundPath>& found) {
            for (const auto& one : found) {
                awaited->open.erase(one.path);
                if (one.isThere) awaited->there.insert(one.path);
            }
            if (awaited->open.empty()) end();
        });
        if (folders.empty()) return end();
        QTimer::singleShot(answerTime, check, end);
        check->look({folders.begin(), folders.end()});
    };
    library_.ask(
        this,
        [](StudyLibrary& library) {
            auto studies = library.studies();
            studies.resize(std::min(studies.size(), recentStudies));
            std::set<fs::path> folders;
            for (const auto& study : studies) folders.insert(study.folders.begin(), study.folders.end());
            return folders;
        },
        take);
}

void StudyList::remove(const QString& studyUid) {
    const auto uid = studyUid.toStdString();
    opening_.remove(uid);
    states_.remove(studyUid);
    flagged_.remove(studyUid);
    library_.tell([uid](StudyLibrary& library) { library.forget(uid); });
    present();
    Q_EMIT removed(uid);
}

}  // namespace residua
