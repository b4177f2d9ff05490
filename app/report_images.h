// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QString>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/analysis.h"
#include "imaging/containers/archive_path.h"
#include "imaging/progress.h"

namespace residua {

/// One key image of the report, rendered.
struct ReportImage {
    QString caption;      ///< series, place in it, file's frame
    QString findingName;  ///< whose heatmap it is; empty without one
    double score = 0;
    double logit = 0;
    QImage plain;  ///< null where `problem` tells why
    QImage heat;   ///< null where there is no class map
    std::optional<Problem> problem;
};

/// The reader's key images and those with lengths, then the deciding images of flagged findings; where there
/// are none of either, those of the highest scores. At most `most`.
/// @param longerSide pixels of each rendering's longer side; pixels are made square
/// @param progress called before each image; what it throws ends the work
std::vector<ReportImage> reportImages(const Analysis& analysis, std::size_t most, int longerSide,
                                      const Progress& progress, const ArchivePasswords& passwords = {});

}  // namespace residua
