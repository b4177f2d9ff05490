// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report_text.h"

#include <QCoreApplication>
#include <algorithm>
#include <iterator>

#include "app/problem_text.h"

namespace residua {

QString printable(const std::string& text) {
    QString result = QString::fromStdString(text);
    for (auto& c : result)
        if (c.category() == QChar::Other_Control) c = ' ';
    return result.simplified();
}

QString scoreText(double score, double threshold) {
    for (int decimals = 3; decimals < 8; ++decimals) {
        const QString text = QString::number(score, 'f', decimals);
        if (score == threshold || text != QString::number(threshold, 'f', decimals)) return text;
    }
    return QString::number(score, 'g', 17);
}

QString dateText(const std::string& date) {
    const QString text = printable(date);
    if (text.size() != 8 || !std::ranges::all_of(text, [](QChar c) { return c.isDigit(); })) return text;
    return text.left(4) + '-' + text.mid(4, 2) + '-' + text.mid(6);
}

QString timeText(const std::string& iso) {
    QString text = printable(iso);
    if (text.size() > 10 && text[10] == 'T') text[10] = ' ';
    if (text.size() > 19) text.insert(19, ' ');
    return text;
}

QString ageText(const std::string& age) {
    const QString text = printable(age);
    bool isNumber = false;
    const int count = text.left(3).toInt(&isNumber);
    if (text.size() != 4 || !isNumber) return text;
    const auto said = [count](const char* one, const char* many) {
        return QCoreApplication::translate("Report", count == 1 ? one : many).arg(count);
    };
    switch (text[3].toLatin1()) {
        case 'Y':
            return said(QT_TRANSLATE_NOOP("Report", "%1 year"), QT_TRANSLATE_NOOP("Report", "%1 years"));
        case 'M':
            return said(QT_TRANSLATE_NOOP("Report", "%1 month"), QT_TRANSLATE_NOOP("Report", "%1 months"));
        case 'W':
            return said(QT_TRANSLATE_NOOP("Report", "%1 week"), QT_TRANSLATE_NOOP("Report", "%1 weeks"));
        case 'D':
            return said(QT_TRANSLATE_NOOP("Report", "%1 day"), QT_TRANSLATE_NOOP("Report", "%1 days"));
        default:
            return text;
    }
}

QString findingName(const ModelCard& card, const std::string& code) {
    const auto found = std::ranges::find(card.findings, code, &FindingCard::code);
    return printable(found == card.findings.end() ? code : found->name);
}

QString aggregationText(const SeriesFinding& finding, const AnalysedSeries& series, const ModelCard& card) {
    const auto said = [](const char* text) { return QCoreApplication::translate("Report", text); };
    const auto first = finding.first - series.stackOf(finding).first + 1;
    const auto last = first + finding.count - 1;
    if (!finding.kindOf.empty()) {
        const auto whole = findingName(card, finding.kindOf);
        return finding.count == 1 ? said(QT_TRANSLATE_NOOP("Report", "the image that decides %1")).arg(whole)
                                  : said(QT_TRANSLATE_NOOP("Report", "mean of slices %1–%2, which decide %3"))
                                        .arg(first)
                                        .arg(last)
                                        .arg(whole);
    }
    QString text = finding.scored == 1 ? said(QT_TRANSLATE_NOOP("Report", "the one image scored"))
                   : finding.count == 1
                       ? said(QT_TRANSLATE_NOOP("Report", "highest of %1 images")).arg(finding.scored)
                       : said(QT_TRANSLATE_NOOP("Report",
                                                "mean of slices %1–%2, the "
                                                "highest of %3"))
                             .arg(first)
                             .arg(last)
                             .arg(finding.scored);
    if (finding.stacks > 1)
        text += said(QT_TRANSLATE_NOOP("Report", ", the highest of %1 stacks")).arg(finding.stacks);
    return text;
}

QStringList verdictNotes(const AnalysedSeries& series) {
    QStringList notes;
    for (const auto& stack : series.stacks) {
        const QString label = printable(stack.label);
        const auto add = [&](const QString& note) {
            notes << (label.isEmpty() || series.stacks.size() == 1 ? note
                                                                   : label + QStringLiteral(": ") + note);
        };
        for (const auto& problem : stack.problems) {
            const auto words = problemText(problem);
            add(words.detail.isEmpty() ? words.what : words.what + QStringLiteral(" (") + words.detail + ')');
        }
        if (stack.notScored > 0 && series.notScored.empty())
            add(QCoreApplication::translate("Report", "%1 of %2 images not scored: %3")
                    .arg(stack.notScored)
                    .arg(stack.count)
                    .arg(scopeText(stack.whyNotScored)));
    }
    return notes;
}

QString scopeText(const std::string& reason) {
    // The sentences of findings/scope.cpp and prediction_job.cpp, which files hold in English.
    static constexpr const char* kSentences[] = {
        QT_TRANSLATE_NOOP("Scope", "unlike the training images: read with care"),
        QT_TRANSLATE_NOOP("Scope", "unlike the images the network was trained on"),
        QT_TRANSLATE_NOOP("Scope", "looks mirrored"),
        QT_TRANSLATE_NOOP("Scope", "looks upside down"),
        QT_TRANSLATE_NOOP("Scope", "looks rotated to the left"),
        QT_TRANSLATE_NOOP("Scope", "looks rotated to the right"),
        QT_TRANSLATE_NOOP("Scope", "all its pixels have the same value"),
        QT_TRANSLATE_NOOP("Scope", "a picture without DICOM tags"),
    };
    const auto* sentence = std::ranges::find(kSentences, reason);
    if (sentence == std::end(kSentences)) return printable(reason);
    return QCoreApplication::translate("Scope", *sentence);
}

QString orDash(const QString& text) {
    return text.isEmpty() ? QStringLiteral("–") : text;
}

}  // namespace residua
