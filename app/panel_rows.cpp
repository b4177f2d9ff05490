// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/panel_rows.h"

#include <QCoreApplication>
#include <algorithm>

#include "app/report_text.h"

namespace residua {

namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

int sliceOf(const StackRef& stack, const ImageResult& image) {
    for (std::size_t i = 0; i < stack.count(); ++i)
        if (stack.frame(i) == image.frame && stack.instance(i).sopInstanceUid == image.sopInstanceUid)
            return static_cast<int>(i);
    return -1;
}

void addScore(FindingRow& row, const ModelCard& model, const AnalysedSeries& series,
              const SeriesFinding& finding, const StackRef& stack) {
    row.state = finding.flagged ? FindingState::Flagged : FindingState::NotFlagged;
    row.score = finding.score;
    row.logit = finding.logit;
    row.aggregation = aggregationText(finding, series, model);
    const auto& image = series.images.at(finding.slice);
    if (stack.count() > 1) row.slice = sliceOf(stack, image);  // a single image is in view already
    row.caution = scopeText(image.scope.caution);
}

FindingRow rowOf(const FindingCard& card, const ModelCard& model, const AnalysedSeries* series,
                 const StackRef& stack) {
    FindingRow row;
    row.code = text(card.code);
    row.name = text(card.name);
    row.description = text(card.description);
    row.threshold = card.threshold;
    row.thresholdSource = text(card.thresholdSource);
    row.calibrated = card.calibrated;
    if (!series) return row;
    const auto found =
        std::find_if(series->findings.begin(), series->findings.end(),
                     [&](const SeriesFinding& finding) { return finding.finding == card.code; });
    if (found != series->findings.end()) {
        addScore(row, model, *series, *found, stack);
    } else if (!series->notScored.empty()) {
        row.state = FindingState::NotScored;
        row.notScored = scopeText(series->notScored);
    }
    return row;
}

}  // namespace

const AnalysedSeries* seriesOf(const Analysis* analysis, const std::string& seriesUid) {
    if (!analysis) return nullptr;
    const auto found =
        std::find_if(analysis->series.begin(), analysis->series.end(),
                     [&](const AnalysedSeries& series) { return series.seriesUid == seriesUid; });
    return found == analysis->series.end() ? nullptr : &*found;
}

QList<FindingRow> findingRows(const ModelCard& card, const Analysis* analysis, const StackRef& stack,
                              const std::vector<Verdict>& verdicts) {
    QList<FindingRow> rows;
    const auto* series = seriesOf(analysis, stack.seriesOf().uid);
    for (const auto& finding : card.findings) {
        if (!finding.modality.empty() && finding.modality != stack.seriesOf().modality) continue;
        auto row = rowOf(finding, card, series, stack);
        const auto verdict = std::find_if(verdicts.begin(), verdicts.end(),
                                          [&](const Verdict& v) { return v.finding == finding.code; });
        if (verdict != verdicts.end()) {
            row.verdict = markOf(verdict->answer);
            row.note = text(verdict->note);
        }
        rows.append(row);
    }
    return rows;
}

QStringList seriesNotes(const AnalysedSeries* series) {
    if (!series) return {};
    QStringList notes = verdictNotes(*series);
    const auto unchecked = std::ranges::find_if(series->images, [](const ImageResult& image) {
        return image.scored() && image.scope.state == ScopeState::NotChecked;
    });
    if (unchecked != series->images.end())
        notes << QCoreApplication::translate("Report", "Scope not checked: %1")
                     .arg(scopeText(unchecked->scope.reason));
    return notes;
}

QStringList flaggedNames(const Analysis& analysis, const AnalysedSeries& series) {
    QStringList names;
    for (const auto& finding : series.findings)
        if (finding.flagged) names << findingName(analysis.model, finding.finding);
    return names;
}

QStringList flaggedNames(const Analysis& analysis) {
    QStringList names;
    for (const auto& over : analysis.findings)
        if (over.finding.flagged) names << findingName(analysis.model, over.finding.finding);
    return names;
}

ModelDetails modelDetails(const ModelCard& card, const Analysis* analysis) {
    ModelDetails details;
    details.title = text(card.title.empty() ? card.name : card.title);
    details.version = text(card.version);
    details.hash = text(card.weightsSha256);
    details.intendedUse = text(card.intendedUse);
    for (const auto& limit : card.limits) details.limits << text(limit);
    if (!analysis) return details;
    details.device = text(analysis->device);
    details.precision = text(analysis->precision);
    details.time = text(analysis->created);
    for (const auto& series : analysis->series)
        for (const auto& image : series.images)
            if (details.note.isEmpty()) details.note = text(image.prediction.note);
    return details;
}

VerdictMark markOf(Answer answer) {
    switch (answer) {
        case Answer::Agree:
            return VerdictMark::Agree;
        case Answer::Disagree:
            return VerdictMark::Disagree;
        case Answer::Unsure:
            return VerdictMark::Unsure;
        case Answer::None:
            break;
    }
    return VerdictMark::None;
}

Answer answerOf(VerdictMark mark) {
    switch (mark) {
        case VerdictMark::Agree:
            return Answer::Agree;
        case VerdictMark::Disagree:
            return Answer::Disagree;
        case VerdictMark::Unsure:
            return Answer::Unsure;
        case VerdictMark::None:
            break;
    }
    return Answer::None;
}

}  // namespace residua
