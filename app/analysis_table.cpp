// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/analysis_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <string_view>

namespace residua {

namespace {

/// Shortest decimals that read back as the same number, whatever the locale.
std::string numberText(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end.ptr};
}

std::string quoted(std::string_view field) {
    if (field.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(field);
    std::string text = "\"";
    for (const char c : field) {
        if (c == '"') text += '"';
        text += c;
    }
    return text + '"';
}

void addRow(std::string& table, std::initializer_list<std::string_view> fields) {
    bool first = true;
    for (const auto field : fields) {
        if (!first) table += ',';
        table += quoted(field);
        first = false;
    }
    table += "\r\n";
}

/// What is known of the scope of a scored image, and a caution where there is one.
std::string scopeText(const ScopeCheck& scope) {
    const std::string text =
        scope.state == ScopeState::NotChecked ? "scope not checked: " + scope.reason : std::string("inside");
    return scope.caution.empty() ? text : text + "; " + scope.caution;
}

std::string whyNotScored(const ImageResult& image) {
    if (!image.problem) return "not scored: " + image.scope.reason;
    const auto& detail = image.problem->detail;
    return "not scored: " + std::string(kindName(image.problem->kind)) +
           (detail.empty() ? "" : ": " + detail);
}

void addImage(std::string& table, const Analysis& analysis, const AnalysedSeries& series,
              const ImageResult& image) {
    const auto row = [&](std::string_view finding, std::string_view score, std::string_view threshold,
                         std::string_view calibrated, std::string_view state, std::string_view scope) {
        const auto& likeness = image.prediction.likeness;
        addRow(table, {analysis.studyUid, series.seriesUid, image.sopInstanceUid, image.path.native(),
                       std::to_string(image.frame), series.modality, analysis.model.name, image.modelSha256,
                       finding, score, threshold, calibrated, state, scope,
                       likeness ? numberText(likeness->unlikeness) : std::string()});
    };
    if (!image.scored()) return row("", "", "", "", whyNotScored(image), image.scope.reason);
    for (const auto& score : image.prediction.findings) {
        const auto card = std::ranges::find(analysis.model.findings, score.finding, &FindingCard::code);
        if (card == analysis.model.findings.end()) continue;
        row(score.finding, numberText(score.score), numberText(card->threshold),
            card->calibrated ? "yes" : "no", stateText(score.score >= card->threshold),
            scopeText(image.scope));
    }
}

}  // namespace

const char* stateText(bool flagged) {
    return flagged ? "flagged" : "not flagged";
}

const char* analysisTableHeader() {
    return "study_uid,series_uid,sop_instance_uid,path,frame,modality,model,model_sha256,finding,score,"
           "threshold,"
           "calibrated,state,scope,unlikeness\r\n";
}

std::string analysisTableRows(const Analysis& analysis) {
    std::string table;
    for (const auto& series : analysis.series)
        for (const auto& image : series.images) addImage(table, analysis, series, image);
    return table;
}

}  // namespace residua
