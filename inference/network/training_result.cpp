// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/training_result.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "inference/findings/calibration.h"
#include "inference/findings/finding_figures.h"
#include "inference/network/evaluation.h"
#include "inference/network/finding_loss.h"
#include "inference/network/trainer.h"
#include "inference/network/training_start.h"

namespace residua {

using nlohmann::ordered_json;

namespace {

constexpr int kIntervalSeed = 20240501;  // fixed: the figures are the same each time they are computed

std::vector<std::size_t> imagesOf(const TrainingCache& cache, Split split) {
    std::vector<std::size_t> images;
    for (std::size_t i = 0; i < cache.size(); ++i)
        if (cache.sample(i).image.split == split) images.push_back(i);
    return images;
}

ScoredTruth truthOf(const FindingCases& cases, const TrainingCache& cache) {
    ScoredTruth truth{cases.logits, cases.labels, {}};
    for (const auto image : cases.images) truth.patients.push_back(cache.sample(image).image.patientId);
    return truth;
}

/// The images whose target for a finding is known, with a value each.
ScoredTruth truthOf(const TrainingCache& cache, const std::vector<std::size_t>& images, std::size_t finding,
                    const std::vector<double>& values) {
    ScoredTruth truth;
    for (std::size_t i = 0; i < images.size(); ++i) {
        const auto& sample = cache.sample(images[i]);
        if (std::isnan(sample.targets[finding])) continue;
        truth.scores.push_back(values[i]);
        truth.labels.push_back(sample.targets[finding] > 0.5F ? 1 : 0);
        truth.patients.push_back(sample.image.patientId);
    }
    return truth;
}

std::string percent(double share) {
    const auto tenths = static_cast<long>(std::lround(share * 1000));
    return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " %";
}

/// Fits one finding to its validation cases; the head's bias takes the offset, and the logits with it.
void calibrate(ResNet& network, std::size_t finding, FindingCard& card, FindingCases& cases) {
    const auto fit = fitCalibration(cases.logits, cases.labels);
    at::NoGradGuard frozen;
    const auto bias = network.headBias()[static_cast<std::int64_t>(finding)].detach();
    const double before = bias.item<double>();
    bias.add_(fit.offset);
    roundToHalf(network);
    const double moved = bias.item<double>() - before;  // what fp16 left of the offset
    for (double& logit : cases.logits) logit += moved;
    card.temperature = fit.temperature;
    card.calibrated = true;
}

ordered_json splitJson(const TrainingCache& cache) {
    ordered_json json;
    std::map<std::string, std::set<Split>> splitsOf;
    for (const auto split : {Split::Train, Split::Validation, Split::Test}) {
        std::set<std::string> patients;
        std::map<std::string, int> labels;
        for (const auto image : imagesOf(cache, split)) {
            const auto& sample = cache.sample(image).image;
            patients.insert(sample.patientId);
            splitsOf[sample.patientId].insert(split);
            for (const auto& part : labelParts(sample.label)) ++labels[part];
        }
        json[std::string(splitName(split))] = {
            {"images", imagesOf(cache, split).size()}, {"patients", patients.size()}, {"labels", labels}};
    }
    std::size_t shared = 0;
    for (const auto& [patient, splits] : splitsOf) shared += splits.size() > 1 ? 1 : 0;
    json["patients_in_more_than_one_part"] = shared;
    return json;
}

ordered_json historyJson(const TrainingProgress& progress) {
    ordered_json history = ordered_json::array();
    for (const auto& report : progress.history)
        history.push_back({{"epoch", report.epoch},
                           {"training_loss", report.trainingLoss},
                           {"validation_loss", report.validationLoss},
                           {"validation_auc", report.validationAuc},
                           {"seconds", report.seconds}});
    return history;
}

ordered_json trainingFacts(const TrainingRecipe& recipe, const TrainingCache& cache,
                           const TrainingProgress& progress) {
    ordered_json recipeFacts = ordered_json::parse(toJson(recipe));
    recipeFacts["start_weights"] =
        recipe.startWeights.filename().string();  // no folder names of this machine
    const auto data = recipeFacts["data"];
    for (const auto* said : {"data", "title", "version", "description", "license", "scope", "limits", "name",
                             "architecture", "input", "findings"})
        recipeFacts.erase(said);  // the card says it elsewhere
    return {{"data", data},
            {"split", splitJson(cache)},
            {"recipe", recipeFacts},
            {"epochs_trained", progress.epoch},
            {"best_epoch", progress.bestEpoch},
            {"divergences", progress.divergences},
            {"seconds", progress.seconds},
            {"device", progress.device},
            {"precision", progress.precision},
            {"threads", progress.threads},
            {"history", historyJson(progress)}};
}

ordered_json baselineJson(const TrainingCache& cache, std::size_t finding, const std::vector<double>& scores,
                          const std::vector<std::size_t>& images, int rounds) {
    const auto figures = figuresOf("", truthOf(cache, images, finding, scores), 0.5, kIntervalSeed, rounds);
    return {{"auc", intervalJson(figures.auc)}, {"accuracy", intervalJson(figures.accuracy)}};
}

}  // namespace

void roundToHalf(ResNet& network) {
    at::NoGradGuard frozen;
    for (const auto& [name, tensor] : network.state())
        tensor.detach().copy_(tensor.to(at::kHalf).to(at::kFloat));
}

ModelCard describeResult(ResNet& network, const TrainingRecipe& recipe, const TrainingCache& cache,
                         const TrainingProgress& progress, const ComputePlace& place, std::stop_token stop) {
    ModelCard card;
    card.name = recipe.name;
    card.title = recipe.title.empty() ? recipe.name : recipe.title;
    card.version = recipe.version;
    card.description = recipe.description;
    card.architecture = recipe.architecture;
    card.input = recipe.input;
    card.findings = recipe.findings;
    card.aggregation = recipe.aggregation;
    card.scope = recipe.scope;
    card.limits = recipe.limits;
    card.license = recipe.license;
    card.trainingJson = trainingFacts(recipe, cache, progress).dump();

    ComputePlace exact = place;
    exact.bf16 = false;  // fp32 is the reference
    const auto validation = imagesOf(cache, Split::Validation);
    auto cases = casesOf(network, recipe, cache, validation, exact, stop);
    ordered_json findings = ordered_json::array();
    for (std::size_t f = 0; f < card.findings.size(); ++f) {
        auto& finding = card.findings[f];
        calibrate(network, f, finding, cases[f]);
        auto truth = truthOf(cases[f], cache);
        for (double& score : truth.scores) score = sigmoid(score / finding.temperature);
        finding.threshold = thresholdForSensitivity(truth.scores, truth.labels, recipe.sensitivity);
        finding.thresholdSource = percent(recipe.sensitivity) + " sensitivity on validation";
        auto figures = figuresJson(
            figuresOf(finding.code, truth, finding.threshold, kIntervalSeed, recipe.bootstrapRounds));
        if (elsewhereCounts(recipe)) figures["negatives_from_elsewhere"] = cases[f].elsewhere;
        const auto baselines = noNetworkBaselines(cache, f, Split::Validation);
        figures["baselines"] = {{"nearest_neighbour_16x16", baselineJson(cache, f, baselines.nearestNeighbour,
                                                                         validation, recipe.bootstrapRounds)},
                                {"border_pixels_only", baselineJson(cache, f, baselines.borderOnly,
                                                                    validation, recipe.bootstrapRounds)}};
        findings.push_back(std::move(figures));
    }
    card.evaluationJson = ordered_json{{"validation", {{"findings", findings}}}}.dump();
    return card;
}

}  // namespace residua
