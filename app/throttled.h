// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QObject>
#include <QPointer>
#include <atomic>
#include <memory>

#include "imaging/progress.h"

namespace residua {

/// Reports from a worker to the object's thread, at most 20 times a second.
/// @param report takes done and total as int
template <class Report>
Progress throttled(QObject* context, Report report) {
    auto last = std::make_shared<std::atomic<qint64>>(0);
    return [guard = QPointer<QObject>(context), report, last](std::size_t done, std::size_t total) {
        const auto now = QDateTime::currentMSecsSinceEpoch();
        auto before = last->load();
        if (now - before < 50 || !last->compare_exchange_strong(before, now)) return;
        if (guard)
            QMetaObject::invokeMethod(
                guard, [report, done, total] { report(static_cast<int>(done), static_cast<int>(total)); },
                Qt::QueuedConnection);
    };
}

}  // namespace residua
