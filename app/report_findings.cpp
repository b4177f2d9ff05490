// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report_findings.h"

#include <QCoreApplication>
#include <algorithm>

#include "app/report_text.h"

namespace residua {

namespace {

using namespace report_style;

class FindingsTable {
    Q_DECLARE_TR_FUNCTIONS(Report)

public:
    FindingsTable(ReportPage& page, const Analysis& analysis) : page_(page), analysis_(analysis) {}

    void draw() {
        page_.heading(tr("Findings"));
        const Columns at;
        const std::pair<QString, double> heads[] = {
            {tr("Finding"), at.finding},     {tr("Series"), at.series}, {tr("Score"), at.score},
            {tr("Threshold"), at.threshold}, {tr("State"), at.state},   {tr("Verdict"), at.verdict}};
        double height = 0;
        for (const auto& [text, x] : heads) height = page_.draw(text, kLabel, x, 36);
        page_.skip(height + 1);
        page_.rule(kRule);
        page_.skip(1.6);
        for (const auto& series : analysis_.series) {
            for (const auto& finding : series.findings) findingRow(series, finding);
            if (series.findings.empty()) notScoredRow(series);
            for (const auto& note : verdictNotes(series)) cautionLine(note);
        }
        notes();
    }

private:
    struct Columns {
        double finding = 0, series = 35, score = 71, threshold = 100, state = 131, verdict = 156;
    };

    QString seriesName(const AnalysedSeries& series) const {
        QString name = series.number > 0 ? QString::number(series.number) : QString();
        for (const auto& part : {printable(series.modality), printable(series.description)})
            if (!part.isEmpty()) name += (name.isEmpty() ? "" : " · ") + part;
        return orDash(name);
    }

    void findingRow(const AnalysedSeries& series, const SeriesFinding& finding) {
        const auto card = std::ranges::find(analysis_.model.findings, finding.finding, &FindingCard::code);
        if (card == analysis_.model.findings.end()) return;
        const Columns at;
        const QString name = printable(card->name), seriesText = seriesName(series);
        QString place = aggregationText(finding, series, analysis_.model);
        if (finding.count == 1 && finding.scored > 1)
            place += ", " + tr("image %1").arg(finding.slice - series.stackOf(finding).first + 1);
        const QString caution = scopeText(series.images.at(finding.slice).scope.caution);
        const double seriesHeight = page_.measure(seriesText, kText, 34);
        const double height =
            std::max({9.0, seriesHeight + page_.measure(place, kLabel, 34), page_.measure(name, kStrong, 33),
                      4.2 + page_.measure(printable(card->thresholdSource), kLabel, 29),
                      page_.measure(verdictText(finding.finding), kText, page_.width() - at.verdict)});
        page_.reserve(height + (caution.isEmpty() ? 3 : 9));
        page_.draw(name, kStrong, at.finding, 33);
        page_.draw(seriesText, kText, at.series, 34);
        page_.draw(place, kLabel, at.series, 34, seriesHeight);
        scoreCell(finding, *card);
        page_.draw(scoreText(card->threshold, finding.score), kText, at.threshold, 29);
        page_.draw(printable(card->thresholdSource), kLabel, at.threshold, 29, 4.2);
        stateCell(finding.flagged ? tr("flagged") : tr("not flagged"), finding.flagged);
        page_.draw(verdictText(finding.finding), kText, at.verdict, page_.width() - at.verdict);
        page_.skip(height + 1.4);
        if (!caution.isEmpty()) cautionLine(caution);
        page_.rule(kRule, 0.1);
        page_.skip(1.6);
    }

    /// The number, a bar from 0 to 1 with the threshold's tick, and what the number may be read as.
    void scoreCell(const SeriesFinding& finding, const FindingCard& card) {
        constexpr double barWidth = 25, barHeight = 1.1, barTop = 4.6;
        const Columns at;
        const QColor colour = finding.flagged ? kFlagged : kMuted;
        page_.draw(scoreText(finding.score, card.threshold), {kBody, QFont::DemiBold, colour}, at.score,
                   barWidth);
        page_.fill({at.score, barTop, barWidth, barHeight}, kRule);
        page_.fill({at.score, barTop, barWidth * std::clamp(finding.score, 0.0, 1.0), barHeight}, colour);
        page_.fill(
            {at.score + barWidth * std::clamp(card.threshold, 0.0, 1.0), barTop - 0.6, 0.3, barHeight + 1.2},
            kInk);
        page_.draw(card.calibrated ? tr("calibrated") : tr("not calibrated"), kLabel, at.score, barWidth,
                   6.3);
    }

    void stateCell(const QString& text, bool flagged) {
        const Columns at;
        page_.mark(flagged ? ReportPage::Mark::Triangle : ReportPage::Mark::Ring, at.state, 0.9,
                   flagged ? kFlagged : kMuted);
        page_.draw(text, flagged ? TextStyle{kBody, QFont::DemiBold, kFlagged} : kText, at.state + 3.4, 21);
    }

    /// Below the row, beside the score that it is about.
    void cautionLine(const QString& caution) {
        const Columns at;
        page_.skip(page_.draw(caution, kStrong, at.score, page_.width() - at.score) + 1.4);
    }

    void notScoredRow(const AnalysedSeries& series) {
        const Columns at;
        const QString why = tr("not scored: %1").arg(scopeText(series.notScored));
        const double width = page_.width() - at.score;
        const double height =
            std::max(page_.measure(why, kText, width), page_.measure(seriesName(series), kText, 34));
        page_.reserve(height + 3);
        page_.draw("–", kText, at.finding, 33);
        page_.draw(seriesName(series), kText, at.series, 34);
        page_.draw(why, kText, at.score, width);
        page_.skip(height + 1.4);
        page_.rule(kRule, 0.1);
        page_.skip(1.6);
    }

    QString verdictText(const std::string& finding) const {
        const auto verdict = std::ranges::find(analysis_.verdicts, finding, &Verdict::finding);
        if (verdict == analysis_.verdicts.end()) return tr("none");
        switch (verdict->answer) {
            case Answer::Agree:
                return tr("agree");
            case Answer::Disagree:
                return tr("disagree");
            case Answer::Unsure:
                return tr("unsure");
            case Answer::None:
                break;
        }
        return tr("none");
    }

    /// Who gave each verdict, when, and the note, at full width: a note may be long.
    void notes() {
        for (const auto& verdict : analysis_.verdicts) {
            if (verdict.answer == Answer::None && verdict.note.empty()) continue;
            page_.skip(1.4);
            page_.reserve(12);  // the name never ends a page
            page_.paragraph(
                tr("%1: %2").arg(findingName(analysis_.model, verdict.finding), verdictText(verdict.finding)),
                kStrong);
            page_.paragraph(orDash(printable(verdict.reader)) + ", " + timeText(verdict.time), kLabel);
            if (!verdict.note.empty()) page_.paragraph(tr("Note: %1").arg(printable(verdict.note)), kText);
        }
    }

    ReportPage& page_;
    const Analysis& analysis_;
};

}  // namespace

void drawFindings(ReportPage& page, const Analysis& analysis) {
    FindingsTable(page, analysis).draw();
}

}  // namespace residua
