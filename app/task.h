// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QThreadPool>
#include <QtConcurrent>
#include <exception>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include "imaging/error.h"

namespace residua {

/// What a task came to: its value, or the problem that it threw. No exception leaves a thread.
template <class Value>
struct Outcome {
    std::optional<Value> value;
    Problem problem;
};

template <class Task>
auto outcomeOf(Task& task) {
    using Value = std::invoke_result_t<Task&>;
    Outcome<Value> outcome;
    try {
        outcome.value.emplace(task());
    } catch (const Error& error) {
        outcome.problem = error.problem();
    } catch (const std::bad_alloc&) {
        outcome.problem.kind = ProblemKind::OutOfMemory;
    } catch (const std::exception& error) {
        outcome.problem.detail = error.what();
    }
    return outcome;
}

/// Runs `task` on a worker and then `done(Outcome)` on the context's thread, unless the context is gone by
/// then.
/// @param task no argument, returns a value; it must not touch widgets
template <class Task, class Done>
void runTask(QObject* context, Task task, Done done, QThreadPool* pool = QThreadPool::globalInstance()) {
    using Value = std::invoke_result_t<Task&>;
    auto* watcher = new QFutureWatcher<Outcome<Value>>(context);  // owned by the context
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, done]() mutable {
        done(watcher->future().takeResult());
        watcher->deleteLater();
    });
    watcher->setFuture(QtConcurrent::run(pool, [task]() mutable { return outcomeOf(task); }));
}

}  // namespace residua
