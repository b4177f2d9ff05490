// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QUndoStack>
#include <map>
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

    void setReader(const QString& name) { reader_ = name; }
    /// Loads what was answered before; changed() follows.
    void load(const std::string& studyUid, const std::string& modelSha256);
    /// Gives an answer; the same answer again takes it back.
    void give(const std::string& studyUid, const std::string& modelSha256, const std::string& finding,
              Answer answer);
    void setNote(const std::string& studyUid, const std::string& modelSha256, const std::string& finding,
                 const std::string& note);

    Verdict of(const std::string& studyUid, const std::string& modelSha256, const std::string& finding) const;
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

    LibraryThread& library_;
    QUndoStack& undo_;
    QString reader_;
    std::map<Key, Verdict> verdicts_;
};

}  // namespace residua
