// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/training_recipe.h"

#include <nlohmann/json.hpp>

#include "inference/findings/card_json.h"

namespace residua {

using nlohmann::ordered_json;

namespace {

constexpr std::string_view kSchema = "residua.recipe/1";
const std::vector<std::string> kPrecisions{"auto", "fp32", "bf16"};
const std::vector<std::string> kDevices{"auto", "cpu", "cuda"};

ordered_json augmentationJson(const Augmentation& a) {
    return {{"mirror", a.mirror},
            {"turn", a.turn},
            {"rotation", a.rotation},
            {"scale", a.scale},
            {"aspect", a.aspect},
            {"shift", a.shift},
            {"gamma", a.gamma},
            {"brightness", a.brightness},
            {"contrast", a.contrast},
            {"noise", a.noise},
            {"blur", a.blur},
            {"resolution", a.resolution},
            {"border_erase", a.borderErase},
            {"border_share", a.borderShare},
            {"border_only", a.borderOnly},
            {"invert", a.invert}};
}

Augmentation readAugmentation(const JsonFields& fields) {
    Augmentation a;
    a.mirror = fields.number("mirror", 0, 1, a.mirror);
    a.turn = fields.number("turn", 0, 1, a.turn);
    a.rotation = fields.number("rotation", 0, 180, a.rotation);
    a.scale = fields.number("scale", 0, 4, a.scale);
    a.aspect = fields.number("aspect", 0, 4, a.aspect);
    a.shift = fields.number("shift", 0, 1, a.shift);
    a.gamma = fields.number("gamma", 0, 3, a.gamma);
    a.brightness = fields.number("brightness", 0, 1, a.brightness);
    a.contrast = fields.number("contrast", 0, 1, a.contrast);
    a.noise = fields.number("noise", 0, 1, a.noise);
    a.blur = fields.number("blur", 0, 20, a.blur);
    a.resolution = fields.number("resolution", 0.05, 1, a.resolution);
    a.borderErase = fields.number("border_erase", 0, 1, a.borderErase);
    a.borderShare = fields.number("border_share", 0, 0.5, a.borderShare);
    a.borderOnly = fields.number("border_only", 0, 1, a.borderOnly);
    a.invert = fields.number("invert", 0, 1, a.invert);
    return a;
}

/// A word mistyped must not silently leave a default in force.
void refuseUnknown(const ordered_json& given, const ordered_json& known, const JsonFields& fields) {
    for (const auto& [key, value] : given.items())
        if (!known.contains(key)) fields.refuse(key, "no such field");
}

/// Findings as the card has them; threshold and temperature, which training fits, may be left out.
std::vector<FindingCard> readFindings(ordered_json list) {
    for (auto& finding : list) {
        if (!finding.is_object()) continue;  // refused below, by name
        if (!finding.contains("threshold")) finding["threshold"] = FindingCard().threshold;
        if (!finding.contains("temperature")) finding["temperature"] = FindingCard().temperature;
    }
    const ordered_json holder = {{"findings", std::move(list)}};
    const JsonFields fields(holder, "", ProblemKind::UsageInvalid);
    std::vector<FindingCard> findings;
    for (const auto& entry : fields.objects("findings")) {
        findings.push_back(readFinding(entry));
        for (std::size_t i = 0; i + 1 < findings.size(); ++i)
            if (findings[i].code == findings.back().code)
                entry.refuse("code", "another finding has it already");
    }
    checkKinds(findings, fields);
    return findings;
}

void readHowItLearns(const JsonFields& fields, TrainingRecipe& r) {
    r.startWeights = fields.text("start_weights", "");
    r.epochs = fields.integer("epochs", 1, 10000, r.epochs);
    r.batch = fields.integer("batch", 1, 4096, r.batch);
    r.learningRate = fields.number("learning_rate", 1e-12, 1e30, r.learningRate);
    r.stageFactor = fields.number("stage_factor", 0, 1, r.stageFactor);
    r.weightDecay = fields.number("weight_decay", 0, 10, r.weightDecay);
    r.warmupEpochs = fields.number("warmup_epochs", 0, 1000, r.warmupEpochs);
    r.labelSmoothing = fields.number("label_smoothing", 0, 0.9, r.labelSmoothing);
    r.edgePenalty = fields.number("edge_penalty", 0, 1000, r.edgePenalty);
    r.borderGap = fields.number("border_gap", 0, 1000, r.borderGap);
    r.placeWeight = fields.number("place_weight", 0, 1000, r.placeWeight);
    r.emaDecay = fields.number("ema_decay", 0, 0.999999, r.emaDecay);
    r.startAveraging = fields.number("start_averaging", 0, 1, r.startAveraging);
    r.classWeights = fields.flag("class_weights", r.classWeights);
    r.gate = fields.flag("gate", r.gate);
    r.gateChanges = fields.flag("gate_changes", r.gateChanges);
    r.patience = fields.integer("patience", 1, 10000, r.patience);
    r.sensitivity = fields.number("sensitivity", 0.01, 1, r.sensitivity);
    r.seed = static_cast<std::uint64_t>(fields.number("seed", 0, 0x1p53, static_cast<double>(r.seed)));
    r.threads = fields.integer("threads", 0, 1024, r.threads);
    r.precision = static_cast<Precision>(fields.choice("precision", kPrecisions, 0));
    r.device = static_cast<Device>(fields.choice("device", kDevices, 0));
    r.bootstrapRounds = fields.integer("bootstrap_rounds", 0, 100000, r.bootstrapRounds);
}

ordered_json recipeJson(const TrainingRecipe& r) {
    ordered_json findings = ordered_json::array();
    for (const auto& finding : r.findings) findings.push_back(findingJson(finding));
    return {{"schema", kSchema},
            {"name", r.name},
            {"title", r.title},
            {"version", r.version},
            {"description", r.description},
            {"license", r.license},
            {"scope", scopeJson(r.scope)},
            {"limits", r.limits},
            {"data", parseJson(r.dataJson, ProblemKind::UsageInvalid, {})},
            {"architecture", architectureJson(r.architecture)},
            {"input", inputJson(r.input)},
            {"findings", findings},
            {"aggregation", aggregationName(r.aggregation)},
            {"negative_label", r.negativeLabel},
            {"start_weights", r.startWeights.string()},
            {"epochs", r.epochs},
            {"batch", r.batch},
            {"learning_rate", r.learningRate},
            {"stage_factor", r.stageFactor},
            {"weight_decay", r.weightDecay},
            {"warmup_epochs", r.warmupEpochs},
            {"label_smoothing", r.labelSmoothing},
            {"edge_penalty", r.edgePenalty},
            {"border_gap", r.borderGap},
            {"place_weight", r.placeWeight},
            {"ema_decay", r.emaDecay},
            {"start_averaging", r.startAveraging},
            {"class_weights", r.classWeights},
            {"gate", r.gate},
            {"gate_changes", r.gateChanges},
            {"patience", r.patience},
            {"sensitivity", r.sensitivity},
            {"augmentation", augmentationJson(r.augmentation)},
            {"seed", r.seed},
            {"threads", r.threads},
            {"precision", kPrecisions.at(static_cast<std::size_t>(r.precision))},
            {"device", kDevices.at(static_cast<std::size_t>(r.device))},
            {"bootstrap_rounds", r.bootstrapRounds}};
}

}  // namespace

std::string toJson(const TrainingRecipe& recipe) {
    return recipeJson(recipe).dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

TrainingRecipe parseTrainingRecipe(std::string_view text) {
    const auto json = parseJson(text, ProblemKind::UsageInvalid, {});
    const JsonFields fields(json, "", ProblemKind::UsageInvalid);
    TrainingRecipe r;
    if (fields.text("schema", std::string(kSchema)) != kSchema)
        fields.refuse("schema", "'" + std::string(kSchema) + "' is needed");
    refuseUnknown(json, recipeJson(r), fields);
    r.name = fields.text("name", "");
    r.title = fields.text("title", "");
    r.version = fields.text("version", r.version);
    r.description = fields.text("description", "");
    r.license = fields.text("license", "");
    if (fields.has("scope")) r.scope = readScope(fields.object("scope"));
    r.limits = fields.texts("limits");
    if (fields.has("data")) r.dataJson = fields.at("data").dump();
    if (fields.has("architecture")) r.architecture = readArchitecture(fields.object("architecture"));
    if (fields.has("input")) r.input = readInput(fields.object("input"));
    if (fields.has("findings")) r.findings = readFindings(fields.at("findings"));
    r.aggregation = readAggregation(fields);
    r.negativeLabel = fields.text("negative_label", "");
    if (fields.has("augmentation")) {
        const auto augmentation = fields.object("augmentation");
        refuseUnknown(fields.at("augmentation"), augmentationJson({}), augmentation);
        r.augmentation = readAugmentation(augmentation);
    }
    readHowItLearns(fields, r);
    return r;
}

}  // namespace residua
