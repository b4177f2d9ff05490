// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/stored_result.h"

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

namespace residua {

namespace {

using json = nlohmann::json;
static_assert(std::endian::native == std::endian::little, "map values are stored in the machine's own order");

constexpr int version = 1;

json packMap(const ClassMap& map) {
    std::vector<std::uint8_t> bytes(map.values.size() * sizeof(float));
    if (!bytes.empty()) std::memcpy(bytes.data(), map.values.data(), bytes.size());
    const auto& m = map.toImage;
    return {{"w", map.width},
            {"h", map.height},
            {"to", {m.a, m.b, m.c, m.d, m.e, m.f}},
            {"values", json::binary(bytes)}};
}

ClassMap unpackMap(const json& packed) {
    ClassMap map;
    map.width = packed.at("w").get<int>();
    map.height = packed.at("h").get<int>();
    const auto m = packed.at("to").get<std::vector<double>>();
    const auto& bytes = packed.at("values").get_binary();
    const bool fits = map.width >= 0 && map.height >= 0 && map.width <= 4096 && map.height <= 4096 &&
                      m.size() == 6 &&
                      bytes.size() == static_cast<std::size_t>(map.width) * map.height * sizeof(float);
    if (!fits)
        throw Error(ProblemKind::LibraryUnusable, {}, "a stored class map has another size than it says");
    map.toImage = {m[0], m[1], m[2], m[3], m[4], m[5]};
    map.values.resize(bytes.size() / sizeof(float));
    if (!bytes.empty()) std::memcpy(map.values.data(), bytes.data(), bytes.size());
    return map;
}

json packFinding(const FindingScore& f) {
    return {{"finding", f.finding},
            {"logit", f.logit},
            {"bias", f.bias},
            {"score", f.score},
            {"map", packMap(f.map)}};
}

FindingScore unpackFinding(const json& packed) {
    FindingScore finding;
    finding.finding = packed.at("finding").get<std::string>();
    finding.logit = packed.at("logit").get<double>();
    finding.bias = packed.at("bias").get<double>();
    finding.score = packed.at("score").get<double>();
    finding.map = unpackMap(packed.at("map"));
    return finding;
}

std::optional<Problem> unpackProblem(const json& packed) {
    if (packed.is_null()) return std::nullopt;
    const auto kind = kindFromName(packed.at("kind").get<std::string>());
    return Problem{kind.value_or(ProblemKind::Unexpected), packed.at("path").get<std::string>(),
                   packed.at("detail").get<std::string>()};
}

ImageResult fromPacked(const json& packed) {
    if (packed.at("v") != version) throw Error(ProblemKind::LibraryNewer, {}, "a result of another version");
    ImageResult result;
    result.path = packed.at("path").get<std::string>();
    result.frame = packed.at("frame").get<int>();
    result.studyUid = packed.at("study").get<std::string>();
    result.seriesUid = packed.at("series").get<std::string>();
    result.sopInstanceUid = packed.at("sop").get<std::string>();
    result.modelSha256 = packed.at("model").get<std::string>();
    result.scope.state = static_cast<ScopeState>(packed.at("scope").get<int>());
    result.scope.reason = packed.at("reason").get<std::string>();
    result.problem = unpackProblem(packed.at("problem"));
    for (const auto& finding : packed.at("findings"))
        result.prediction.findings.push_back(unpackFinding(finding));
    result.prediction.device = packed.at("device").get<std::string>();
    result.prediction.precision = packed.at("precision").get<std::string>();
    result.prediction.note = packed.at("note").get<std::string>();
    return result;
}

}  // namespace

QByteArray packResult(const ImageResult& r) {
    json packed = {{"v", version},
                   {"path", r.path.string()},
                   {"frame", r.frame},
                   {"study", r.studyUid},
                   {"series", r.seriesUid},
                   {"sop", r.sopInstanceUid},
                   {"model", r.modelSha256},
                   {"scope", static_cast<int>(r.scope.state)},
                   {"reason", r.scope.reason},
                   {"problem", nullptr},
                   {"findings", json::array()},
                   {"device", r.prediction.device},
                   {"precision", r.prediction.precision},
                   {"note", r.prediction.note}};
    if (r.problem)
        packed["problem"] = {{"kind", std::string(kindName(r.problem->kind))},
                             {"path", r.problem->path.string()},
                             {"detail", r.problem->detail}};
    for (const auto& finding : r.prediction.findings) packed["findings"].push_back(packFinding(finding));
    const auto bytes = json::to_cbor(packed);
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
}

ImageResult unpackResult(const QByteArray& bytes) {
    try {
        return fromPacked(json::from_cbor(bytes.begin(), bytes.end()));
    } catch (const json::exception& error) {
        throw Error(ProblemKind::LibraryUnusable, {}, error.what());
    }
}

}  // namespace residua
