// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QUndoStack>
#include <map>
#include <set>
#include <string>

#include "app/analysis.h"

namespace residua {

class LibraryThread;

/// The reader's answers: saved the moment they are given, each with reader, time and the weights' hash, and
/// undone with Ctrl+Z (which is saved as well).
class Verdicts : public QObject {
    Q_OBJECT

public:
    Verdicts(LibraryThread& library, QUndoStack& undo, QObject* parent = nullptr);

    /// Who reads. Answers that were given under a provisional name are signed anew.
    void setReader(const QString& name);
    /// The name that stands in until the reader gave one.
    void setProvisionalReader(const QString& name);
    const QString& reader() const { return reader_; }
    /// Loads what was answered before; changed() follows.
    void load(const std::string& studyUid, const std::string& modelSha256);
    /// Gives an answer; the same answer again takes it back.
    void give(const std::string& studyUid, const std::string& modelSha256, const std::string& finding,
              Answer answer);
    void setNote(const std::string& studyUid, const std::string& modelSha256, const std::string& finding,
                 const std::string& note);

    Verdict of(const std::string& studyUid, const std::string& modelSha256, const std::string& finding) const;
    /// Answers, and notes without one.
    std::vector<Verdict> all(const std::string& studyUid, const std::string& modelSha256) const;

Q_SIGNALS:
    void changed(const std::string& studyUid);
    /// An answer was given by hand (not undone): shown for three seconds.
    void given(const std::string& studyUid, const residua::Verdict& verdict);

private:
    struct Key {
        std::string studyUid, modelSha256, finding;
        auto operator<=>(const Key&) const = default;
    };
    void push(const Key& key, const Verdict& next, const QString& text);
    void apply(const Key& key, Verdict verdict);
    void save(const Key& key, const Verdict& verdict);

    LibraryThread& library_;
    QUndoStack& undo_;
    QString reader_;
    bool provisional_ = false;    ///< reader_ is not the reader's own word
    std::set<Key> provisionals_;  ///< answers given meanwhile
    std::map<Key, Verdict> verdicts_;
};

}  // namespace residua
