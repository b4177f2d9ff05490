// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "imaging/error.h"

namespace residua {

/// A problem in the reader's language: what happened, where, and what to do.
struct ProblemText {
    QString what;    ///< one sentence
    QString where;   ///< the path, with the user's home as ~; empty where there is none
    QString remedy;  ///< one sentence
    QString detail;  ///< for the experienced: numbers, tags, offsets; untranslated, may be empty
};

ProblemText problemText(const Problem& problem);

/// The text with U+FFFD for line breaks, escapes and marks that turn the direction: a file's name may hold
/// them, to break a line, to command the terminal or to pass for another name.
QString printable(QString text);

/// All of it in one line, to be copied or printed: "what (where: detail). remedy"
QString problemLine(const Problem& problem);

}  // namespace residua
