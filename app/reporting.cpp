// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reporting.h"

#include "app/report.h"
#include "app/study_analysis.h"
#include "app/task.h"
#include "imaging/atomic_file.h"

namespace residua {

Reporting::Reporting(std::shared_ptr<const ArchiveKeyring> keys, QObject* parent)
    : QObject(parent), keys_(std::move(keys)) {
    pool_.setMaxThreadCount(1);
}

void Reporting::write(Analysis analysis, const std::filesystem::path& target, ReportFormat format) {
    ++running_;
    if (stop_.stop_requested()) stop_ = {};
    Q_EMIT progress(0, 0);
    const auto uid = analysis.studyUid;
    const Progress report = [this](std::size_t done,
                                   std::size_t total) {  // this object outlives its pool's work
        QMetaObject::invokeMethod(
            this, [=, this] { Q_EMIT progress(static_cast<int>(done), static_cast<int>(total)); },
            Qt::QueuedConnection);
    };
    runTask(
        this,
        [analysis = std::move(analysis), target, format, report, stop = stop_.get_token(),
         passwords = keys_->all()]() mutable {
            keepShownMaps(analysis);
            if (format == ReportFormat::Pdf) {
                auto options = defaultReportOptions();
                options.passwords = passwords;
                writeReport(analysis, target, options, stop, report);
            } else {
                const auto text = toJson(analysis);
                if (stop.stop_requested()) throw Error(ProblemKind::Cancelled, target, {});
                writeFileAtomically(target, text);
            }
            return target;
        },
        [this, uid](const Outcome<std::filesystem::path>& outcome) {
            --running_;
            if (outcome.value)
                Q_EMIT written(uid, QString::fromStdString(outcome.value->string()));
            else if (outcome.problem.kind == ProblemKind::Cancelled)
                Q_EMIT stopped();
            else
                Q_EMIT problem(outcome.problem);
            Q_EMIT finished();
        },
        &pool_);
}

}  // namespace residua
