// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library_thread.h"

#include <QTimer>

#include "app/folders.h"

namespace residua {

LibraryThread::LibraryThread(std::filesystem::path file, QObject* parent)
    : QObject(parent), file_(std::move(file)) {
    worker_.moveToThread(&thread_);
    thread_.setObjectName("library");
    thread_.start();
    QMetaObject::invokeMethod(
        &worker_,
        [this] {
            open();
            pollForOthers();
        },
        Qt::QueuedConnection);
}

LibraryThread::~LibraryThread() {
    // Posted behind everything that was asked for: quit() alone would leave it undone.
    QMetaObject::invokeMethod(
        &worker_,
        [this] {
            qDeleteAll(worker_.children());
            library_.reset();
            thread_.quit();
        },
        Qt::QueuedConnection);
    thread_.wait();
}

void LibraryThread::open() {
    inMemory_ = false;
    try {
        if (!file_.empty()) makePrivateFolder(file_.parent_path());
        library_ = std::make_unique<StudyLibrary>(file_);
    } catch (const Error& error) {
        report(error.problem());
        QMetaObject::invokeMethod(this, &LibraryThread::memoryOnly, Qt::QueuedConnection);
        inMemory_ = true;
    }
    try {
        if (!library_) library_ = std::make_unique<StudyLibrary>(std::filesystem::path());
    } catch (const Error& error) {
        report(error.problem());
    }
}

void LibraryThread::pollForOthers() {
    auto* poll = new QTimer(&worker_);
    connect(poll, &QTimer::timeout, &worker_, [this] {
        work([this](StudyLibrary& library) {
            if (library.changedByOthers())
                QMetaObject::invokeMethod(this, &LibraryThread::changedByOthers, Qt::QueuedConnection);
        });
    });
    poll->start(1000);
}

void LibraryThread::post(std::function<void(StudyLibrary&)> task) {
    QMetaObject::invokeMethod(
        &worker_, [this, task = std::move(task)] { work(task); }, Qt::QueuedConnection);
}

void LibraryThread::tell(std::function<void(StudyLibrary&)> task) {
    post([this, task = std::move(task)](StudyLibrary& library) {
        task(library);
        QMetaObject::invokeMethod(this, &LibraryThread::saved, Qt::QueuedConnection);
    });
}

void LibraryThread::rebuild() {
    QMetaObject::invokeMethod(
        &worker_, [this] { rebuildNow(); }, Qt::QueuedConnection);
}

void LibraryThread::rebuildNow() {
    if (file_.empty()) return;
    if (!inMemory_) library_.reset();  // it is the damaged file: nobody may have it open
    try {
        const auto result = rebuildLibrary(file_, library_.get());
        open();
        QMetaObject::invokeMethod(
            this, [this, result] { Q_EMIT rebuilt(result); }, Qt::QueuedConnection);
    } catch (const Error& error) {
        report(error.problem());
        if (!library_) open();
    }
}

void LibraryThread::work(const std::function<void(StudyLibrary&)>& task) {
    if (!library_) return;  // told when it could not be opened
    try {
        task(*library_);
    } catch (const Error& error) {
        report(error.problem());
    } catch (const std::exception& error) {
        report(Problem{ProblemKind::Unexpected, {}, error.what()});
    }
}

void LibraryThread::report(const Problem& one) {
    // Queued: the library may fail before whoever made this object has connected itself.
    QMetaObject::invokeMethod(
        this, [this, one] { Q_EMIT problem(one); }, Qt::QueuedConnection);
}

void LibraryThread::answer(const QPointer<QObject>& context, std::function<void()> done) {
    // By way of this object, which outlives its thread: the context may be deleted while the answer is on its
    // way.
    QMetaObject::invokeMethod(
        this,
        [context, done = std::move(done)] {
            if (context) done();
        },
        Qt::QueuedConnection);
}

}  // namespace residua
