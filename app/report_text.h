// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <string>

#include "app/analysis.h"

namespace residua {

/// One line or paragraph of foreign text: control characters become spaces.
QString printable(const std::string& text);

/// Three decimals, more where a rounded score would look equal to a threshold that it is not.
QString scoreText(double score, double threshold);

/// 20260301 → 2026-03-01 (PS3.5 6.2, DA); anything else as it is.
QString dateText(const std::string& date);

/// 2026-03-01T14:05:09+01:00 → 2026-03-01 14:05:09 +01:00
QString timeText(const std::string& iso);

/// 020Y → 20 years (PS3.5 6.2, AS); anything else as it is.
QString ageText(const std::string& age);

/// How a series' score came about, in the reader's language: the words of SeriesFinding::aggregation with the
/// numbers of the slices, counted from 1 in the stack.
QString aggregationText(const SeriesFinding& finding, const AnalysedSeries& series, const ModelCard& card);

/// What stands beside a series' verdict: slices that are missing or lie twice, images that were not scored
/// and why. A line each; empty where nothing is to be said.
QStringList verdictNotes(const AnalysedSeries& series);

/// The finding's name on the card; its code where the card has none.
QString findingName(const ModelCard& card, const std::string& code);

/// Why an image is outside the scope, not checked or to be read with care: the fixed sentences in the
/// reader's language, those that name tags and values as they are.
QString scopeText(const std::string& reason);

/// A dash for what a file does not say.
QString orDash(const QString& text);

}  // namespace residua
