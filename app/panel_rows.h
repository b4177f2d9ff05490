// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

#include "app/analysis.h"
#include "app/study_collection.h"
#include "ui/finding_rows.h"

namespace residua {

/// One line for each finding that is looked for in the series' modality.
/// @param analysis none before the first result
QList<FindingRow> findingRows(const ModelCard& card, const Analysis* analysis, const StackRef& stack,
                              const std::vector<Verdict>& verdicts);

/// The series' part of an analysis; none if nothing of it was predicted.
const AnalysedSeries* seriesOf(const Analysis* analysis, const std::string& seriesUid);

/// What stands above a series' findings: verdictNotes, and that tags for the scope are missing.
QStringList seriesNotes(const AnalysedSeries* series);

/// Names of the flagged findings of a series, of a study.
QStringList flaggedNames(const Analysis& analysis, const AnalysedSeries& series);
QStringList flaggedNames(const Analysis& analysis);

ModelDetails modelDetails(const ModelCard& card, const Analysis* analysis);

VerdictMark markOf(Answer answer);
Answer answerOf(VerdictMark mark);

}  // namespace residua
