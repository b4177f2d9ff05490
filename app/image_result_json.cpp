// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/image_result_json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/json_field.h"

namespace residua {

using nlohmann::json;

namespace {

constexpr std::array<std::pair<ScopeState, const char*>, 3> kScopeNames{{
    {ScopeState::Inside, "inside"},
    {ScopeState::NotChecked, "not_checked"},
    {ScopeState::Outside, "outside"},
}};

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool isUtf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : lead >= 0xE0 && lead < 0xF0 ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            const unsigned low = k > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
            const unsigned high = k > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            if (next < low || next > high) return false;
        }
        i += length;
    }
    return true;
}

std::string hexOf(std::string_view bytes) {
    std::string hex;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += "0123456789abcdef"[byte >> 4U];
        hex += "0123456789abcdef"[byte & 15U];
    }
    return hex;
}

std::string bytesOf(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        unsigned value = 0;
        const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
        if (error != std::errc() || end != hex.data() + i + 2)
            throw Error(ProblemKind::UsageInvalid, {}, "field bytes is not hexadecimal");
        bytes += static_cast<char>(value);
    }
    return bytes;
}

/// The float as a double with its shortest decimals: 0.1F is written 0.1, not 0.10000000149011612.
double shortest(float value) {
    std::array<char, 32> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
    double result = value;
    std::from_chars(text.data(), written.ptr, result);
    return result;
}

json mapToJson(const ClassMap& map) {
    json values = json::array();
    for (const float value : map.values) values.push_back(shortest(value));
    const Affine& to = map.toImage;
    json result = {{"width", map.width},
                   {"height", map.height},
                   {"to_image", {to.a, to.b, to.c, to.d, to.e, to.f}},
                   {"values", std::move(values)}};
    if (!map.strongest.empty()) result["strongest"] = map.strongest;
    return result;
}

ClassMap mapFromJson(const json& source) {
    ClassMap map;
    map.width = jsonField<int>(source, "width");
    map.height = jsonField<int>(source, "height");
    map.values = jsonField<std::vector<float>>(source, "values");
    const auto to = jsonField<std::array<double, 6>>(source, "to_image");
    map.toImage = {to[0], to[1], to[2], to[3], to[4], to[5]};
    const bool fits =
        map.width > 0 && map.height > 0 &&
        map.values.size() == static_cast<std::size_t>(map.width) * static_cast<std::size_t>(map.height);
    if (!fits) throw Error(ProblemKind::UsageInvalid, {}, "field map: values do not fit width and height");
    if (source.contains("strongest")) map.strongest = jsonField<std::vector<int>>(source, "strongest");
    const auto cells = static_cast<int>(map.values.size());
    if (std::ranges::any_of(map.strongest, [&](int cell) { return cell < 0 || cell >= cells; }))
        throw Error(ProblemKind::UsageInvalid, {}, "field map: strongest names a cell that is not there");
    return map;
}

json findingToJson(const FindingScore& score) {
    json result = {
        {"code", score.finding}, {"score", score.score}, {"logit", score.logit}, {"bias", score.bias}};
    if (!score.map.values.empty()) result["map"] = mapToJson(score.map);
    return result;
}

FindingScore findingFromJson(const json& source) {
    FindingScore score;
    score.finding = jsonField<std::string>(source, "code");
    score.score = jsonField<double>(source, "score");
    score.logit = jsonField<double>(source, "logit");
    score.bias = jsonField<double>(source, "bias");
    if (source.contains("map")) score.map = mapFromJson(source.at("map"));
    return score;
}

json scopeToJson(const ScopeCheck& scope) {
    json object = {{"state", kScopeNames.at(static_cast<std::size_t>(scope.state)).second},
                   {"reason", scope.reason}};
    if (!scope.caution.empty()) object["caution"] = scope.caution;
    return object;
}

json likenessToJson(const Likeness& likeness) {
    return {{"unlikeness", likeness.unlikeness},
            {"orientation", orientationName(likeness.orientation)},
            {"orientation_share", likeness.orientationShare}};
}

Likeness likenessFromJson(const json& source) {
    const auto orientation = orientationFromName(jsonField<std::string>(source, "orientation"));
    if (!orientation) throw Error(ProblemKind::UsageInvalid, {}, "field likeness.orientation is unknown");
    return {jsonField<double>(source, "unlikeness"), *orientation,
            jsonField<double>(source, "orientation_share")};
}

ScopeState scopeState(const std::string& name) {
    for (const auto& [state, known] : kScopeNames)
        if (name == known) return state;
    throw Error(ProblemKind::UsageInvalid, {}, "field scope.state is unknown");
}

}  // namespace

json pathToJson(const std::filesystem::path& path) {
    if (isUtf8(path.native())) return path.native();
    return {{"bytes", hexOf(path.native())}};
}

std::filesystem::path pathFromJson(const json& source) {
    if (source.is_string()) return source.get<std::string>();
    return bytesOf(jsonField<std::string>(source, "bytes"));
}

json problemToJson(const Problem& problem) {
    return {{"kind", kindName(problem.kind)}, {"path", pathToJson(problem.path)}, {"detail", problem.detail}};
}

Problem problemFromJson(const json& source) {
    const auto kind = kindFromName(jsonField<std::string>(source, "kind"));
    // A kind of a newer program is still a problem.
    return {kind.value_or(ProblemKind::Unexpected), pathFromJson(jsonField<json>(source, "path")),
            jsonTextOr(source, "detail")};
}

json imageResultToJson(const ImageResult& result) {
    json findings = json::array();
    for (const auto& score : result.prediction.findings) findings.push_back(findingToJson(score));
    json object = {
        {"path", pathToJson(result.path)},
        {"frame", result.frame},
        {"study_uid", result.studyUid},
        {"series_uid", result.seriesUid},
        {"sop_instance_uid", result.sopInstanceUid},
        {"model_sha256", result.modelSha256},
        {"scope", scopeToJson(result.scope)},
        {"findings", std::move(findings)},
        {"device", result.prediction.device},
        {"precision", result.prediction.precision},
        {"note", result.prediction.note},
    };
    if (result.prediction.likeness) object["likeness"] = likenessToJson(*result.prediction.likeness);
    if (result.problem) object["problem"] = problemToJson(*result.problem);
    return object;
}

ImageResult imageResultFromJson(const json& source) {
    ImageResult result;
    result.path = pathFromJson(jsonField<json>(source, "path"));
    result.frame = jsonField<int>(source, "frame");
    result.studyUid = jsonField<std::string>(source, "study_uid");
    result.seriesUid = jsonField<std::string>(source, "series_uid");
    result.sopInstanceUid = jsonField<std::string>(source, "sop_instance_uid");
    result.modelSha256 = jsonField<std::string>(source, "model_sha256");
    const auto scope = jsonField<json>(source, "scope");
    result.scope = {scopeState(jsonField<std::string>(scope, "state")),
                    jsonField<std::string>(scope, "reason"), jsonTextOr(scope, "caution")};
    for (const auto& finding : jsonArray(source, "findings"))
        result.prediction.findings.push_back(findingFromJson(finding));
    result.prediction.device = jsonField<std::string>(source, "device");
    result.prediction.precision = jsonField<std::string>(source, "precision");
    result.prediction.note = jsonTextOr(source, "note");
    if (source.contains("likeness")) result.prediction.likeness = likenessFromJson(source.at("likeness"));
    if (source.contains("problem")) result.problem = problemFromJson(source.at("problem"));
    return result;
}

std::string jsonLine(const json& object) {
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace residua
