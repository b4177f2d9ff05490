// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/analysis.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/image_result_json.h"
#include "app/json_field.h"

namespace residua {

using nlohmann::json;

namespace {

constexpr const char* kSchema = "residua.analysis/1";
constexpr std::array<const char*, 4> kAnswers{"none", "agree", "disagree", "unsure"};  // in Answer's order

json seriesFindingToJson(const SeriesFinding& finding) {
    return {{"code", finding.finding},    {"score", finding.score},    {"logit", finding.logit},
            {"flagged", finding.flagged}, {"slice", finding.slice},    {"first", finding.first},
            {"count", finding.count},     {"scored", finding.scored},  {"stack", finding.stack},
            {"stacks", finding.stacks},   {"kind_of", finding.kindOf}, {"aggregation", finding.aggregation}};
}

SeriesFinding seriesFindingFromJson(const json& source) {
    return {jsonField<std::string>(source, "code"),    jsonField<double>(source, "score"),
            jsonField<double>(source, "logit"),        jsonField<bool>(source, "flagged"),
            jsonField<std::size_t>(source, "slice"),   jsonField<std::size_t>(source, "first"),
            jsonField<std::size_t>(source, "count"),   jsonField<std::size_t>(source, "scored"),
            jsonField<std::size_t>(source, "stack"),   jsonField<std::size_t>(source, "stacks"),
            jsonField<std::string>(source, "kind_of"), jsonField<std::string>(source, "aggregation")};
}

template <class Value, class Convert>
json listToJson(const std::vector<Value>& values, Convert convert) {
    json list = json::array();
    for (const auto& value : values) list.push_back(convert(value));
    return list;
}

json stackToJson(const AnalysedStack& stack) {
    return {{"label", stack.label},
            {"first", stack.first},
            {"count", stack.count},
            {"findings", listToJson(stack.findings, seriesFindingToJson)},
            {"not_scored", stack.notScored},
            {"why_not_scored", stack.whyNotScored},
            {"problems", listToJson(stack.problems, problemToJson)}};
}

[[noreturn]] void refuse(const char* field, const char* why) {
    throw Error(ProblemKind::UsageInvalid, {}, std::string("field ") + field + ' ' + why);
}

std::vector<SeriesFinding> findingsFromJson(const json& source, const AnalysedSeries& series) {
    std::vector<SeriesFinding> findings;
    for (const auto& finding : jsonArray(source, "findings")) {
        findings.push_back(seriesFindingFromJson(finding));
        const auto& read = findings.back();
        const auto images = series.images.size();
        if (read.slice >= images || read.first >= images || read.count > images - read.first)
            refuse("slice", "is beyond the series' images");
    }
    return findings;
}

AnalysedStack stackFromJson(const json& source, const AnalysedSeries& series) {
    AnalysedStack stack;
    stack.label = jsonField<std::string>(source, "label");
    stack.first = jsonField<std::size_t>(source, "first");
    stack.count = jsonField<std::size_t>(source, "count");
    if (stack.first > series.images.size() || stack.count > series.images.size() - stack.first)
        refuse("stacks", "are beyond the series' images");
    stack.findings = findingsFromJson(source, series);
    stack.notScored = jsonField<std::size_t>(source, "not_scored");
    stack.whyNotScored = jsonField<std::string>(source, "why_not_scored");
    for (const auto& problem : jsonArray(source, "problems"))
        stack.problems.push_back(problemFromJson(problem));
    return stack;
}

json seriesToJson(const AnalysedSeries& series) {
    return {{"series_uid", series.seriesUid},
            {"number", series.number},
            {"description", series.description},
            {"modality", series.modality},
            {"not_scored", series.notScored},
            {"findings", listToJson(series.findings, seriesFindingToJson)},
            {"stacks", listToJson(series.stacks, stackToJson)},
            {"images", listToJson(series.images, imageResultToJson)}};
}

AnalysedSeries seriesFromJson(const json& source) {
    AnalysedSeries series;
    series.seriesUid = jsonField<std::string>(source, "series_uid");
    series.number = jsonField<int>(source, "number");
    series.description = jsonField<std::string>(source, "description");
    series.modality = jsonField<std::string>(source, "modality");
    series.notScored = jsonField<std::string>(source, "not_scored");
    for (const auto& image : jsonArray(source, "images")) series.images.push_back(imageResultFromJson(image));
    for (const auto& stack : jsonArray(source, "stacks"))
        series.stacks.push_back(stackFromJson(stack, series));
    series.findings = findingsFromJson(source, series);
    for (const auto& finding : series.findings)
        if (finding.stack >= series.stacks.size()) refuse("stack", "is beyond the series' stacks");
    return series;
}

json studyFindingToJson(const StudyFinding& finding) {
    auto object = seriesFindingToJson(finding.finding);
    object["series"] = finding.series;
    object["scored_series"] = finding.scored;
    return object;
}

StudyFinding studyFindingFromJson(const json& source, const Analysis& analysis) {
    StudyFinding finding{jsonField<std::size_t>(source, "series"),
                         jsonField<std::size_t>(source, "scored_series"), seriesFindingFromJson(source)};
    if (finding.series >= analysis.series.size() ||
        finding.finding.slice >= analysis.series[finding.series].images.size())
        refuse("series", "is beyond the study's");
    return finding;
}

json verdictToJson(const Verdict& verdict) {
    return {{"finding", verdict.finding}, {"answer", kAnswers.at(static_cast<std::size_t>(verdict.answer))},
            {"note", verdict.note},       {"reader", verdict.reader},
            {"time", verdict.time},       {"model_sha256", verdict.modelSha256}};
}

Verdict verdictFromJson(const json& source) {
    Verdict verdict{
        jsonField<std::string>(source, "finding"), Answer::None,
        jsonField<std::string>(source, "note"),    jsonField<std::string>(source, "reader"),
        jsonField<std::string>(source, "time"),    jsonField<std::string>(source, "model_sha256")};
    const auto answer = jsonField<std::string>(source, "answer");
    for (std::size_t i = 0; i < kAnswers.size(); ++i) {
        if (answer != kAnswers.at(i)) continue;
        verdict.answer = static_cast<Answer>(i);
        return verdict;
    }
    throw Error(ProblemKind::UsageInvalid, {}, "field answer is unknown");
}

json keyImageToJson(const Analysis::KeyImage& image) {
    return {
        {"path", pathToJson(image.path)}, {"frame", image.frame}, {"sop_instance_uid", image.sopInstanceUid}};
}

Analysis::KeyImage keyImageFromJson(const json& source) {
    return {pathFromJson(jsonField<json>(source, "path")), jsonField<int>(source, "frame"),
            jsonField<std::string>(source, "sop_instance_uid")};
}

constexpr std::array<const char*, 5> kSpacings{"none", "patient", "detector", "magnification_corrected",
                                               "calibrated"};  // in SpacingKind's order

json lengthToJson(const Analysis::DrawnLength& drawn) {
    auto object = keyImageToJson(drawn.image);
    object["from"] = {drawn.from.x, drawn.from.y};
    object["to"] = {drawn.to.x, drawn.to.y};
    object["value"] = drawn.length.value;
    object["unit"] = lengthUnit(drawn.length.kind);
    object["spacing"] = kSpacings.at(static_cast<std::size_t>(drawn.length.kind));
    return object;
}

Point pointFromJson(const json& source, const char* name) {
    const auto numbers = jsonField<std::vector<double>>(source, name);
    if (numbers.size() != 2)
        throw Error(ProblemKind::UsageInvalid, {}, std::string("field ") + name + " is no point");
    return {numbers[0], numbers[1]};
}

Analysis::DrawnLength lengthFromJson(const json& source) {
    Analysis::DrawnLength drawn{keyImageFromJson(source),
                                pointFromJson(source, "from"),
                                pointFromJson(source, "to"),
                                {jsonField<double>(source, "value"), SpacingKind::None}};
    const auto spacing = jsonField<std::string>(source, "spacing");
    const auto* known = std::ranges::find(kSpacings, spacing);
    if (known == kSpacings.end()) throw Error(ProblemKind::UsageInvalid, {}, "field spacing is unknown");
    drawn.length.kind = static_cast<SpacingKind>(known - kSpacings.begin());
    return drawn;
}

/// The card as residua.model/1, without the long records of training and evaluation.
json modelToJson(ModelCard card) {
    card.trainingJson = card.evaluationJson = "{}";
    return json::parse(toJson(card));
}

void readHeader(const json& source, Analysis& analysis) {
    analysis.created = jsonField<std::string>(source, "created");
    analysis.programVersion = jsonField<std::string>(source, "program_version");
    analysis.device = jsonField<std::string>(source, "device");
    analysis.precision = jsonField<std::string>(source, "precision");
    const auto study = jsonField<json>(source, "study");
    analysis.studyUid = jsonField<std::string>(study, "study_uid");
    analysis.studyDate = jsonField<std::string>(study, "date");
    analysis.studyDescription = jsonField<std::string>(study, "description");
    analysis.accessionNumber = jsonField<std::string>(study, "accession_number");
    const auto patient = jsonField<json>(source, "patient");
    analysis.patientId = jsonField<std::string>(patient, "id");
    analysis.patientName = jsonField<std::string>(patient, "name");
    analysis.patientBirthDate = jsonField<std::string>(patient, "birth_date");
    analysis.patientSex = jsonField<std::string>(patient, "sex");
    analysis.patientAge = jsonField<std::string>(patient, "age");
}

Analysis analysisFromJson(const json& source, const std::filesystem::path& path) {
    if (jsonField<std::string>(source, "schema") != kSchema)
        throw Error(ProblemKind::UsageInvalid, {}, std::string("field schema is not ") + kSchema);
    Analysis analysis;
    readHeader(source, analysis);
    analysis.model = parseModelCard(jsonField<json>(source, "model").dump(), path);
    for (const auto& series : jsonArray(source, "series")) analysis.series.push_back(seriesFromJson(series));
    for (const auto& finding : jsonArray(source, "findings"))
        analysis.findings.push_back(studyFindingFromJson(finding, analysis));
    for (const auto& verdict : jsonArray(source, "verdicts"))
        analysis.verdicts.push_back(verdictFromJson(verdict));
    for (const auto& image : jsonArray(source, "key_images"))
        analysis.keyImages.push_back(keyImageFromJson(image));
    for (const auto& length : jsonArray(source, "lengths"))
        analysis.lengths.push_back(lengthFromJson(length));
    for (const auto& problem : jsonArray(source, "problems"))
        analysis.problems.push_back(problemFromJson(problem));
    return analysis;
}

/// Every finding's score on each image of a stack, NaN where it has none.
std::vector<std::vector<SliceScore>> scoresOf(const std::vector<FindingCard>& cards,
                                              const AnalysedSeries& series, const AnalysedStack& stack) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    std::vector<std::vector<SliceScore>> scores(cards.size(),
                                                std::vector<SliceScore>(stack.count, {none, none}));
    for (std::size_t i = 0; i < stack.count; ++i) {
        const auto& image = series.images[stack.first + i];
        if (!image.scored()) continue;
        for (const auto& score : image.prediction.findings) {
            const auto card = std::ranges::find(cards, score.finding, &FindingCard::code);
            if (card != cards.end())
                scores[static_cast<std::size_t>(card - cards.begin())][i] = {score.score, score.logit};
        }
    }
    return scores;
}

std::string whyNotScored(const ImageResult& image) {
    if (image.scope.state == ScopeState::Outside) return image.scope.reason;
    return image.problem ? std::string(kindName(image.problem->kind)) : std::string();
}

void fillFindings(AnalysedStack& stack, const AnalysedSeries& series, const ModelCard& card) {
    stack.findings =
        residua::aggregateStack(card.findings, scoresOf(card.findings, series, stack), card.aggregation);
    for (auto& finding : stack.findings) {
        finding.slice += stack.first;
        finding.first += stack.first;
    }
    stack.notScored = 0;
    stack.whyNotScored.clear();
    for (std::size_t i = stack.first; i < stack.first + stack.count; ++i) {
        if (series.images[i].scored()) continue;
        ++stack.notScored;
        if (stack.whyNotScored.empty()) stack.whyNotScored = whyNotScored(series.images[i]);
    }
}

/// The first reason there is: a series is outside the scope as a whole, or its images failed one by one.
std::string whyNotScored(const AnalysedSeries& series) {
    for (const auto& image : series.images)
        if (image.scope.state == ScopeState::Outside) return image.scope.reason;
    for (const auto& image : series.images)
        if (image.problem) return std::string(kindName(image.problem->kind));
    return series.images.empty() ? "no images" : "the network has no finding for this modality";
}

}  // namespace

std::string toJson(const Analysis& analysis) {
    const json object = {
        {"schema", kSchema},
        {"notice", "For research and teaching, not a medical device."},
        {"created", analysis.created},
        {"program_version", analysis.programVersion},
        {"study",
         {{"study_uid", analysis.studyUid},
          {"date", analysis.studyDate},
          {"description", analysis.studyDescription},
          {"accession_number", analysis.accessionNumber}}},
        {"patient",
         {{"id", analysis.patientId},
          {"name", analysis.patientName},
          {"birth_date", analysis.patientBirthDate},
          {"sex", analysis.patientSex},
          {"age", analysis.patientAge}}},
        {"model", modelToJson(analysis.model)},
        {"device", analysis.device},
        {"precision", analysis.precision},
        {"findings", listToJson(analysis.findings, studyFindingToJson)},
        {"series", listToJson(analysis.series, seriesToJson)},
        {"verdicts", listToJson(analysis.verdicts, verdictToJson)},
        {"key_images", listToJson(analysis.keyImages, keyImageToJson)},
        {"lengths", listToJson(analysis.lengths, lengthToJson)},
        {"problems", listToJson(analysis.problems, problemToJson)},
    };
    return object.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

Analysis parseAnalysis(std::string_view text, const std::filesystem::path& path) {
    try {
        return analysisFromJson(json::parse(text), path);
    } catch (const json::exception& error) {
        throw Error(ProblemKind::UsageInvalid, path, std::string("not JSON: ") + error.what());
    } catch (const Error& error) {
        throw Error(ProblemKind::UsageInvalid, path, error.problem().detail);
    }
}

void aggregate(Analysis& analysis) {
    std::vector<std::vector<SeriesFinding>> perSeries;
    for (auto& series : analysis.series) {
        if (series.stacks.empty()) series.stacks.push_back({{}, 0, series.images.size(), {}, 0, {}, {}});
        std::vector<std::vector<SeriesFinding>> perStack;
        for (auto& stack : series.stacks) {
            fillFindings(stack, series, analysis.model);
            perStack.push_back(stack.findings);
        }
        series.findings = aggregateSeries(analysis.model.findings, perStack);
        series.notScored = series.findings.empty() ? whyNotScored(series) : std::string();
        perSeries.push_back(series.findings);
    }
    analysis.findings = aggregateStudy(analysis.model.findings, perSeries);
}

}  // namespace residua
