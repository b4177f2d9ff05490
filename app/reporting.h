// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <filesystem>

#include "app/analysis.h"

namespace residua {

enum class ReportFormat { Pdf, Json };

/// Writes reports on a worker: PDF and JSON print the same stored Analysis.
class Reporting : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// @param analysis with the reader's verdicts and key images
    void write(Analysis analysis, const std::filesystem::path& target, ReportFormat format);
    bool busy() const { return running_ > 0; }

Q_SIGNALS:
    void started();
    void written(const std::string& studyUid, const QString& target);
    void problem(const residua::Problem& problem);
    void finished();

private:
    int running_ = 0;
};

}  // namespace residua
