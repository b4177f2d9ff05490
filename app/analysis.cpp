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
    return {{"code", finding.finding}, {"score", finding.score},   {"flagged", finding.flagged},
            {"slice", finding.slice},  {"scored", finding.scored}, {"aggregation", finding.aggregation}};
}

SeriesFinding seriesFindingFromJson(const json& source) {
    return {jsonField<std::string>(source, "code"),   jsonField<double>(source, "score"),
            jsonField<bool>(source, "flagged"),       jsonField<std::size_t>(source, "slice"),
            jsonField<std::size_t>(source, "scored"), jsonField<std::string>(source, "aggregation")};
}

json seriesToJson(const AnalysedSeries& series) {
    json images = json::array(), findings = json::array();
    for (const auto& image : series.images) images.push_back(imageResultToJson(image));
    for (const auto& finding : series.findings) findings.push_back(seriesFindingToJson(finding));
    return {{"series_uid", series.seriesUid},    {"number", series.number},
            {"description", series.description}, {"modality", series.modality},
            {"not_scored", series.notScored},    {"findings", std::move(findings)},
            {"images", std::move(images)}};
}

AnalysedSeries seriesFromJson(const json& source) {
    AnalysedSeries series;
    series.seriesUid = jsonField<std::string>(source, "series_uid");
    series.number = jsonField<int>(source, "number");
    series.description = jsonField<std::string>(source, "description");
    series.modality = jsonField<std::string>(source, "modality");
    series.notScored = jsonField<std::string>(source, "not_scored");
    for (const auto& image : jsonArray(source, "images")) series.images.push_back(imageResultFromJson(image));
    for (const auto& finding : jsonArray(source, "findings")) {
        series.findings.push_back(seriesFindingFromJson(finding));
        if (series.findings.back().slice >= series.images.size())
            throw Error(ProblemKind::UsageInvalid, {}, "field slice is beyond the series' images");
    }
    return series;
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

template <class Value, class Convert>
json listToJson(const std::vector<Value>& values, Convert convert) {
    json list = json::array();
    for (const auto& value : values) list.push_back(convert(value));
    return list;
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

/// A finding's score on each image of a series, NaN where it has none.
std::vector<double> scoresOf(const AnalysedSeries& series, const std::string& finding) {
    std::vector<double> scores(series.images.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (!series.images[i].scored()) continue;
        for (const auto& score : series.images[i].prediction.findings)
            if (score.finding == finding) scores[i] = score.score;
    }
    return scores;
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
    for (auto& series : analysis.series) {
        series.findings.clear();
        for (const auto& finding : analysis.model.findings) {
            auto result = aggregateHighest(finding.code, scoresOf(series, finding.code), finding.threshold);
            if (result.scored > 0) series.findings.push_back(std::move(result));
        }
        series.notScored = series.findings.empty() ? whyNotScored(series) : std::string();
    }
}

}  // namespace residua
