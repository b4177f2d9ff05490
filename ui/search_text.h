// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace residua {

/// A text as it is searched: without accents, capitals and the marks of DICOM names (^ =), full and half
/// width alike, katakana as hiragana. "Müller^Änne" → "muller anne".
QString searchable(const QString& text);

/// What is asked for, a word each, as searchable(): all of them are to be found.
QStringList searchWords(const QString& typed);

/// @param text as searchable()
bool holdsAll(const QString& text, const QStringList& words);

}  // namespace residua
