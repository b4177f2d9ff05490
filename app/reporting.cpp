// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reporting.h"

#include "app/report.h"
#include "app/study_analysis.h"
#include "app/task.h"
#include "imaging/atomic_file.h"

namespace residua {

void Reporting::write(Analysis analysis, const std::filesystem::path& target, ReportFormat format) {
    ++running_;
    Q_EMIT started();
    keepShownMaps(analysis);
    const auto uid = analysis.studyUid;
    runTask(
        this,
        [analysis = std::move(analysis), target, format] {
            if (format == ReportFormat::Pdf)
                writeReport(analysis, target, defaultReportOptions());
            else
                writeFileAtomically(target, toJson(analysis));
            return target;
        },
        [this, uid](const Outcome<std::filesystem::path>& outcome) {
            --running_;
            if (outcome.value)
                Q_EMIT written(uid, QString::fromStdString(outcome.value->string()));
            else
                Q_EMIT problem(outcome.problem);
            Q_EMIT finished();
        });
}

}  // namespace residua
