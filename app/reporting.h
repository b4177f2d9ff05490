// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <filesystem>
#include <memory>
#include <stop_token>

#include "app/analysis.h"
#include "app/archive_keyring.h"

namespace residua {

enum class ReportFormat { Pdf, Json };

/// Writes reports on a worker, one after the other: PDF and JSON print the same stored Analysis. A report
/// under way is finished when this object goes, as the reader asked for it.
class Reporting : public QObject {
    Q_OBJECT

public:
    /// @param keys to archives that hold images
    explicit Reporting(std::shared_ptr<const ArchiveKeyring> keys = std::make_shared<const ArchiveKeyring>(),
                       QObject* parent = nullptr);

    /// @param analysis with the reader's verdicts and key images
    void write(Analysis analysis, const std::filesystem::path& target, ReportFormat format);
    bool busy() const { return running_ > 0; }
    /// Ends what is under way; nothing half-written stays.
    void stop() { stop_.request_stop(); }

Q_SIGNALS:
    void progress(int done, int total);
    void written(const std::string& studyUid, const QString& target);
    void stopped();
    void problem(const residua::Problem& problem);
    void finished();

private:
    std::shared_ptr<const ArchiveKeyring> keys_;
    int running_ = 0;
    std::stop_source stop_;
    QThreadPool pool_;  ///< last: waits for its work
};

}  // namespace residua
