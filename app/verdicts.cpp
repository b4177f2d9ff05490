// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verdicts.h"

#include <utility>

#include "app/library_thread.h"
#include "app/study_analysis.h"
#include "app/undo_step.h"

namespace residua {

Verdicts::Verdicts(LibraryThread& library, QUndoStack& undo, QObject* parent)
    : QObject(parent), library_(library), undo_(undo) {}

void Verdicts::setProvisionalReader(const QString& name) {
    reader_ = name;
    provisional_ = true;
}

void Verdicts::setReader(const QString& name) {
    reader_ = name;
    provisional_ = false;
    for (const auto& key : std::exchange(provisionals_, {})) {
        verdicts_[key].reader = name.toStdString();
        save(key, verdicts_[key]);
    }
}

void Verdicts::load(const std::string& studyUid, const std::string& modelSha256) {
    library_.ask(
        this, [=](StudyLibrary& library) { return library.verdicts(studyUid, modelSha256); },
        [=, this](std::vector<Verdict> verdicts) {
            std::erase_if(verdicts_, [&](const auto& entry) {
                return entry.first.studyUid == studyUid && entry.first.modelSha256 == modelSha256;
            });
            for (auto& verdict : verdicts) {
                const Key key{studyUid, modelSha256, verdict.finding};
                verdicts_[key] = std::move(verdict);
            }
            Q_EMIT changed(studyUid);
        });
}

void Verdicts::give(const std::string& studyUid, const std::string& modelSha256, const std::string& finding,
                    Answer answer) {
    Verdict next = of(studyUid, modelSha256, finding);
    next.answer = next.answer == answer ? Answer::None : answer;
    push({studyUid, modelSha256, finding}, next, tr("answer"));
    Q_EMIT given(studyUid, of(studyUid, modelSha256, finding));
}

void Verdicts::setNote(const std::string& studyUid, const std::string& modelSha256,
                       const std::string& finding, const std::string& note) {
    Verdict next = of(studyUid, modelSha256, finding);
    if (next.note == note) return;
    next.note = note;
    push({studyUid, modelSha256, finding}, next, tr("note"));
}

Verdict Verdicts::of(const std::string& studyUid, const std::string& modelSha256,
                     const std::string& finding) const {
    const auto found = verdicts_.find({studyUid, modelSha256, finding});
    if (found != verdicts_.end()) return found->second;
    Verdict none;
    none.finding = finding;
    none.modelSha256 = modelSha256;
    return none;
}

std::vector<Verdict> Verdicts::all(const std::string& studyUid, const std::string& modelSha256) const {
    std::vector<Verdict> given;
    for (const auto& [key, verdict] : verdicts_)
        if (key.studyUid == studyUid && key.modelSha256 == modelSha256 &&
            (verdict.answer != Answer::None || !verdict.note.empty()))
            given.push_back(verdict);
    return given;
}

void Verdicts::push(const Key& key, const Verdict& next, const QString& text) {
    const Verdict before = of(key.studyUid, key.modelSha256, key.finding);
    undo_.push(new UndoStep(
        text, [=, this] { apply(key, next); }, [=, this] { apply(key, before); }));
}

void Verdicts::apply(const Key& key, Verdict verdict) {
    verdict.reader = reader_.toStdString();
    verdict.time = isoTime();
    if (provisional_) provisionals_.insert(key);
    save(key, verdict);
}

void Verdicts::save(const Key& key, const Verdict& verdict) {
    verdicts_[key] = verdict;
    library_.tell([key, verdict](StudyLibrary& library) { library.saveVerdict(key.studyUid, verdict); });
    Q_EMIT changed(key.studyUid);
}

}  // namespace residua
