// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QThread>
#include <filesystem>
#include <functional>
#include <memory>
#include <utility>

#include "app/study_library.h"
#include "app/study_library_rebuild.h"
#include "app/task.h"

namespace residua {

/// The study library on a thread of its own, so that the window never waits for the disk or for another
/// window's write. Where the file cannot be used, a library in memory takes its place and the problem is
/// told: the program goes on, and says that verdicts will be forgotten, until a damaged file is rebuilt.
class LibraryThread : public QObject {
    Q_OBJECT

public:
    explicit LibraryThread(std::filesystem::path file, QObject* parent = nullptr);
    ~LibraryThread() override;  ///< after all that was asked for is saved

    /// Runs `task(StudyLibrary&)` in order with the others, then `done(value)` on the context's thread unless
    /// the context is gone. A problem goes to the signal instead.
    template <class Task, class Done>
    void ask(QObject* context, Task task, Done done) {
        post([this, guard = QPointer<QObject>(context), task, done](StudyLibrary& library) mutable {
            auto value = task(library);
            answer(guard, [done, value = std::move(value)]() mutable { done(std::move(value)); });
        });
    }
    /// Saves, with nothing to be told but a problem.
    void tell(std::function<void(StudyLibrary&)> task);
    /// Rebuilds a damaged file in its place, with what was saved in memory meanwhile; rebuilt() or problem()
    /// follows.
    void rebuild();

Q_SIGNALS:
    void problem(const residua::Problem& problem);
    /// Something that was told is saved.
    void saved();
    void rebuilt(const residua::RebuiltLibrary& library);
    /// The file could not be used (the problem was told): what is saved lasts until this object's end.
    void memoryOnly();
    /// Another window changed the library (looked for once a second).
    void changedByOthers();

private:
    void open();
    void pollForOthers();
    void rebuildNow();
    void post(std::function<void(StudyLibrary&)> task);
    void work(const std::function<void(StudyLibrary&)>& task);
    void report(const Problem& problem);
    void answer(const QPointer<QObject>& context, std::function<void()> done);

    const std::filesystem::path file_;
    QThread thread_;
    QObject worker_;                         ///< lives on thread_
    std::unique_ptr<StudyLibrary> library_;  ///< used on thread_ alone
    bool inMemory_ = false;                  ///< used on thread_ alone
};

}  // namespace residua
