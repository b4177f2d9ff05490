// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPageSize>
#include <filesystem>
#include <stop_token>
#include <string>

#include "app/analysis.h"
#include "imaging/atomic_file.h"
#include "imaging/containers/archive_path.h"
#include "imaging/progress.h"

namespace residua {

struct ReportOptions {
    QPageSize::PageSizeId page = QPageSize::A4;
    ArchivePasswords passwords = {};  ///< of ZIP archives that hold images
};

/// A4, or Letter where the locale's measurement system is the US one.
ReportOptions defaultReportOptions();

/// Writes the PDF: patient and study, images reviewed, findings with score, threshold, calibration, state,
/// verdict and note, key images with and without heatmap (the deciding slices where the reader chose none),
/// model, limits. The images are read from the analysis' paths; one that cannot be read is told in its place.
/// Needs a QGuiApplication. Throws Error DiskFull, WriteFailed, ReportFailed or, when stopped, Cancelled;
/// nothing half-written stays.
void writeReport(const Analysis& analysis, const std::filesystem::path& target,
                 const ReportOptions& options = {}, const std::stop_token& stop = {},
                 const Progress& progress = {}, const WriteCall& write = {});

}  // namespace residua
