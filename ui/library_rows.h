// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/study_rows.h"

namespace residua {

/// Whether a study's files are where they were.
enum class StudyPlace { Unknown, There, PartlyMissing, Missing };

/// A study that the library knows, as it is shown.
struct LibraryRow {
    QString uid;
    QString patient;
    QString patientId;
    QString day;   ///< YYYYMMDD, to be sorted by
    QString date;  ///< as to be shown
    QString description;
    QString modalities;  ///< e.g. "MR, SR"
    int images = 0;      ///< 0 = not known
    StudyState state = StudyState::New;
    StudyPlace place = StudyPlace::Unknown;
    QString missing;   ///< the folders that are not there, a line each
    QString flagged;   ///< names of findings, "none", or empty where it is not known
    QString answer;    ///< the last one, e.g. "agreed: Pneumonia"
    QString haystack;  ///< all that a search looks through, as searchable()
};

}  // namespace residua
