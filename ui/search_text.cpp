// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/search_text.h"

#include <algorithm>

namespace residua {

namespace {

/// Letters that Unicode does not take apart into a letter and a mark.
QString plainLetter(QChar c) {
    switch (c.unicode()) {
        case 0x00DF:
            return QStringLiteral("ss");
        case 0x00E6:
            return QStringLiteral("ae");
        case 0x0153:
            return QStringLiteral("oe");
        case 0x00F8:
            return QStringLiteral("o");
        case 0x0142:
            return QStringLiteral("l");
        case 0x0111:
        case 0x00F0:
            return QStringLiteral("d");
        case 0x00FE:
            return QStringLiteral("th");
        case 0x0131:
            return QStringLiteral("i");
        default:
            return c;
    }
}

bool isKatakana(QChar c) {
    return c.unicode() >= 0x30A1 && c.unicode() <= 0x30F6;
}

}  // namespace

QString searchable(const QString& text) {
    constexpr char16_t hiraganaBefore = 0x60;
    QString plain;
    plain.reserve(text.size());
    for (const QChar c : text.normalized(QString::NormalizationForm_KD).toCaseFolded()) {
        if (c.category() == QChar::Mark_NonSpacing) continue;
        if (c == QLatin1Char('^') || c == QLatin1Char('=') || c == QLatin1Char(',') || c.isSpace())
            plain += QLatin1Char(' ');
        else if (isKatakana(c))
            plain += QChar(static_cast<char16_t>(c.unicode() - hiraganaBefore));
        else
            plain += plainLetter(c);
    }
    return plain;
}

QStringList searchWords(const QString& typed) {
    return searchable(typed).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

bool holdsAll(const QString& text, const QStringList& words) {
    return std::ranges::all_of(words, [&text](const QString& word) { return text.contains(word); });
}

}  // namespace residua
