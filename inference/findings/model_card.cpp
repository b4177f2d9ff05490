// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/model_card.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "inference/findings/card_json.h"

namespace residua {

using nlohmann::ordered_json;

namespace {

constexpr std::string_view kSchema = "residua.model/1";
constexpr double kHuge = 1e6;  // bounds numbers that have no natural limit, so that nothing overflows later

const std::vector<std::string> kWindows{"image", "percentiles"};
const std::vector<std::string> kCrops{"none", "foreground"};
const std::vector<std::string> kFits{"pad", "stretch", "crop"};
const std::vector<std::string> kPoolings{"mean", "strongest"};
const std::vector<std::string> kAggregations{"highest", "neighbours"};
const std::vector<std::string> kEitherOrNot{"", "YES", "NO"};
const std::vector<std::string> kOrientations{"as_trained", "mirrored", "upside_down", "rotated_left",
                                             "rotated_right"};

template <class Choice>
std::string nameOf(const std::vector<std::string>& names, Choice choice) {
    return names.at(static_cast<std::size_t>(choice));
}

/// Letters, digits, '-', '_' and '.', not first a '.': safe as a folder's name, a column's and a key.
bool isIdentifier(const std::string& text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
    };
    return !text.empty() && text.size() <= 64 && text[0] != '.' && std::ranges::all_of(text, allowed);
}

std::string readIdentifier(const JsonFields& fields, const std::string& key) {
    std::string text = fields.text(key);
    if (!isIdentifier(text)) fields.refuse(key, "1 to 64 letters, digits, '-', '_' or '.' are needed");
    return text;
}

std::vector<float> readChannels(const JsonFields& fields, const std::string& key, double low, int channels) {
    const auto numbers = fields.numbers(key, low, kHuge);
    if (numbers.size() != static_cast<std::size_t>(channels))
        fields.refuse(key, "one number a channel is needed");
    return {numbers.begin(), numbers.end()};
}

std::vector<FindingCard> readFindings(const JsonFields& root) {
    std::vector<FindingCard> findings;
    std::set<std::string> codes;
    for (const auto& fields : root.objects("findings")) {
        findings.push_back(readFinding(fields));
        if (!codes.insert(findings.back().code).second)
            fields.refuse("code", "another finding has it already");
    }
    checkKinds(findings, root);
    if (findings.empty()) root.refuse("findings", "at least one is needed");
    return findings;
}

std::string readHash(const JsonFields& root) {
    const std::string hash = root.text("weights_sha256");
    if (hash.size() != 64 || hash.find_first_not_of("0123456789abcdef") != std::string::npos)
        root.refuse("weights_sha256", "64 lower-case hex digits are needed");
    return hash;
}

std::string readFacts(const JsonFields& root, const std::string& key) {
    if (!root.has(key)) return "{}";
    if (!root.at(key).is_object()) root.refuse(key, "an object is needed");
    return root.at(key).dump();
}

ordered_json optionalNumber(const std::optional<double>& number) {
    return number ? ordered_json(*number) : ordered_json(nullptr);
}

/// Through text, so that 0.485 stored as float is written as 0.485 and not as 0.48500001430511475.
ordered_json shortest(const std::vector<float>& values) {
    ordered_json result = ordered_json::array();
    for (const float value : values) {
        std::array<char, 32> text{};
        const char* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
        double number = 0;
        std::from_chars(text.data(), end, number);
        result.push_back(number);
    }
    return result;
}

}  // namespace

ordered_json architectureJson(const Architecture& architecture) {
    return {{"name", architecture.name},
            {"width", architecture.width},
            {"input_channels", architecture.inputChannels},
            {"output_stride", architecture.outputStride},
            {"pooling", nameOf(kPoolings, architecture.pooling)}};
}

Architecture readArchitecture(const JsonFields& fields) {
    Architecture result;
    result.name = readIdentifier(fields, "name");
    result.width = fields.integer("width", 8, 256, result.width);
    result.inputChannels = fields.integer("input_channels", 1, 3, result.inputChannels);
    result.outputStride = fields.integer("output_stride", 16, 32, result.outputStride);
    result.pooling =
        static_cast<Pooling>(fields.choice("pooling", kPoolings, static_cast<std::size_t>(result.pooling)));
    return result;
}

ordered_json inputJson(const PreprocessSpec& input) {
    return {{"window", nameOf(kWindows, input.window)},
            {"low_percentile", input.lowPercentile},
            {"high_percentile", input.highPercentile},
            {"crop", nameOf(kCrops, input.crop)},
            {"fit", nameOf(kFits, input.fit)},
            {"width", input.width},
            {"height", input.height},
            {"channels", input.channels},
            {"mean", shortest(input.mean)},
            {"std", shortest(input.std)}};
}

PreprocessSpec readInput(const JsonFields& fields) {
    PreprocessSpec result;
    using Spec = PreprocessSpec;
    const auto index = [](auto choice) { return static_cast<std::size_t>(choice); };
    result.window = static_cast<Spec::WindowChoice>(fields.choice("window", kWindows, index(result.window)));
    result.crop = static_cast<Spec::Crop>(fields.choice("crop", kCrops, index(result.crop)));
    result.fit = static_cast<Spec::Fit>(fields.choice("fit", kFits, index(result.fit)));
    result.lowPercentile = fields.number("low_percentile", 0, 100, result.lowPercentile);
    result.highPercentile = fields.number("high_percentile", 0, 100, result.highPercentile);
    if (result.lowPercentile >= result.highPercentile)
        fields.refuse("high_percentile", "more than low_percentile is needed");
    result.width = fields.integer("width", 32, 4096);
    result.height = fields.integer("height", 32, 4096);
    result.channels = fields.integer("channels", 1, 3, 1);
    if (result.channels == 2) fields.refuse("channels", "1 or 3 is needed");
    result.mean = readChannels(fields, "mean", -kHuge, result.channels);
    result.std = readChannels(fields, "std", 1e-6, result.channels);
    return result;
}

ordered_json findingJson(const FindingCard& finding) {
    return {{"code", finding.code},
            {"name", finding.name},
            {"description", finding.description},
            {"threshold", finding.threshold},
            {"threshold_source", finding.thresholdSource},
            {"temperature", finding.temperature},
            {"calibrated", finding.calibrated},
            {"modality", finding.modality},
            {"kind_of", finding.kindOf}};
}

FindingCard readFinding(const JsonFields& fields) {
    FindingCard result;
    result.code = readIdentifier(fields, "code");
    result.name = fields.text("name");
    if (result.name.empty()) fields.refuse("name", "a name to show is needed");
    result.description = fields.text("description", "");
    result.threshold = fields.number("threshold", 0, 1);
    result.thresholdSource = fields.text("threshold_source", "");
    // Nothing fitted lies outside: a temperature near 0 makes every score 0 or 1.
    result.temperature = fields.number("temperature", 1e-3, 1e3);
    result.calibrated = fields.flag("calibrated", false);
    result.modality = fields.text("modality", "");
    result.kindOf = fields.text("kind_of", "");
    return result;
}

void checkKinds(const std::vector<FindingCard>& findings, const JsonFields& holder) {
    for (const auto& finding : findings) {
        if (finding.kindOf.empty()) continue;
        const auto whole = std::ranges::find(findings, finding.kindOf, &FindingCard::code);
        if (whole == findings.end() || !whole->kindOf.empty())
            holder.refuse("findings", "kind_of of '" + finding.code +
                                          "': the code of a finding that is no kind itself is needed");
    }
}

std::string aggregationName(Aggregation aggregation) {
    return nameOf(kAggregations, aggregation);
}

Aggregation readAggregation(const JsonFields& fields) {
    return static_cast<Aggregation>(fields.choice("aggregation", kAggregations, 0));
}

ordered_json scopeJson(const ModelScope& scope) {
    return {{"modalities", scope.modalities},
            {"body_parts", scope.bodyParts},
            {"views", scope.views},
            {"photometrics", scope.photometrics},
            {"planes", scope.planes},
            {"sequences", scope.sequences},
            {"contrast", scope.contrast},
            {"minimum_age", optionalNumber(scope.minimumAge)},
            {"maximum_age", optionalNumber(scope.maximumAge)},
            {"quality_control_image", scope.qualityControlImage}};
}

ModelScope readScope(const JsonFields& fields) {
    constexpr double kOldest = 200;
    ModelScope result;
    result.modalities = fields.texts("modalities");
    result.bodyParts = fields.texts("body_parts");
    result.views = fields.texts("views");
    result.photometrics = fields.texts("photometrics");
    result.planes = fields.texts("planes");
    result.sequences = fields.texts("sequences");
    result.contrast = kEitherOrNot[fields.choice("contrast", kEitherOrNot, 0)];
    if (fields.has("minimum_age")) result.minimumAge = fields.number("minimum_age", 0, kOldest);
    if (fields.has("maximum_age")) result.maximumAge = fields.number("maximum_age", 0, kOldest);
    if (result.minimumAge && result.maximumAge && *result.minimumAge > *result.maximumAge)
        fields.refuse("maximum_age", "at least minimum_age is needed");
    result.qualityControlImage = kEitherOrNot[fields.choice("quality_control_image", kEitherOrNot, 0)];
    return result;
}

std::string orientationName(Orientation orientation) {
    return nameOf(kOrientations, orientation);
}

std::optional<Orientation> orientationFromName(std::string_view name) {
    const auto found = std::ranges::find(kOrientations, name);
    if (found == kOrientations.end()) return std::nullopt;
    return static_cast<Orientation>(found - kOrientations.begin());
}

ordered_json gateJson(const GateCard& gate) {
    ordered_json orientations = ordered_json::array();
    for (const auto& told : gate.orientations)
        orientations.push_back({{"name", orientationName(told.orientation)}, {"distance", told.distance}});
    return {{"warn_distance", gate.warnDistance},
            {"refuse_distance", gate.refuseDistance},
            {"orientations", orientations},
            {"orientation_threshold", gate.orientationThreshold}};
}

GateCard readGate(const JsonFields& fields) {
    GateCard result;
    result.refuseDistance = fields.number("refuse_distance", 1e-6, kHuge);
    result.warnDistance = fields.number("warn_distance", 0, kHuge);
    if (result.warnDistance > result.refuseDistance)
        fields.refuse("warn_distance", "at most refuse_distance is needed");
    for (const auto& told : fields.objects("orientations")) {
        const auto orientation = static_cast<Orientation>(told.choice("name", kOrientations));
        if (orientation == Orientation::AsTrained) told.refuse("name", "another than 'as_trained' is needed");
        if (std::ranges::find(result.orientations, orientation, &ToldOrientation::orientation) !=
            result.orientations.end())
            told.refuse("name", "another orientation has it already");
        result.orientations.push_back({orientation, told.number("distance", 0, kHuge)});
    }
    result.orientationThreshold = fields.number("orientation_threshold", 0, 1, result.orientationThreshold);
    return result;
}

ModelCard parseModelCard(std::string_view json, const std::filesystem::path& path) {
    const ordered_json parsed = parseJson(json, ProblemKind::BundleCardInvalid, path);
    const JsonFields root(parsed, "", ProblemKind::BundleCardInvalid, path);
    if (root.text("schema") != kSchema) root.refuse("schema", "'" + std::string(kSchema) + "' is needed");
    ModelCard card;
    card.name = readIdentifier(root, "name");
    card.title = root.text("title", card.name);
    card.version = root.text("version", "");
    card.description = root.text("description", "");
    card.architecture = readArchitecture(root.object("architecture"));
    card.input = readInput(root.object("input"));
    if (card.input.channels != card.architecture.inputChannels)
        root.refuse("input.channels", "the architecture's input_channels are needed");
    card.findings = readFindings(root);
    card.aggregation = readAggregation(root);
    if (root.has("scope")) card.scope = readScope(root.object("scope"));
    if (root.has("gate")) card.gate = readGate(root.object("gate"));
    card.intendedUse = root.text("intended_use", card.intendedUse);
    card.limits = root.texts("limits");
    card.license = root.text("license", "");
    card.weightsSha256 = readHash(root);
    card.trainingJson = readFacts(root, "training");
    card.evaluationJson = readFacts(root, "evaluation");
    return card;
}

std::string toJson(const ModelCard& card) {
    ordered_json findings = ordered_json::array();
    for (const auto& finding : card.findings) findings.push_back(findingJson(finding));
    const auto facts = [](const std::string& json) {
        return parseJson(json, ProblemKind::BundleCardInvalid, {});
    };
    ordered_json root = {{"schema", kSchema},
                         {"name", card.name},
                         {"title", card.title},
                         {"version", card.version},
                         {"description", card.description},
                         {"architecture", architectureJson(card.architecture)},
                         {"input", inputJson(card.input)},
                         {"findings", findings},
                         {"aggregation", aggregationName(card.aggregation)},
                         {"scope", scopeJson(card.scope)}};
    if (card.gate) root["gate"] = gateJson(*card.gate);
    root["intended_use"] = card.intendedUse;
    root["limits"] = card.limits;
    root["license"] = card.license;
    root["weights_sha256"] = card.weightsSha256;
    root["training"] = facts(card.trainingJson);
    root["evaluation"] = facts(card.evaluationJson);
    return root.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace residua
