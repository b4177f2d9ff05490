// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <string>

#include "inference/findings/aggregation.h"

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

/// How a series' score came about, in the reader's language: the words of SeriesFinding::aggregation.
QString aggregationText(const SeriesFinding& finding);

/// Why an image is outside the scope, not checked or to be read with care: the fixed sentences in the
/// reader's language, those that name tags and values as they are.
QString scopeText(const std::string& reason);

/// A dash for what a file does not say.
QString orDash(const QString& text);

}  // namespace residua
