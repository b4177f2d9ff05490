// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/evaluation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "inference/network/augmentation.h"
#include "inference/network/robustness.h"

namespace residua {

using nlohmann::ordered_json;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Index of a finding's score in a prediction, which may hold fewer findings than the card.
std::optional<std::size_t> scoreIndex(const Prediction& prediction, const std::string& finding) {
    for (std::size_t i = 0; i < prediction.findings.size(); ++i)
        if (prediction.findings[i].finding == finding && !std::isnan(prediction.findings[i].score)) return i;
    return std::nullopt;
}

/// The images that count for a finding, and where its score lies in each one's prediction.
struct Counted {
    std::vector<std::size_t> images;
    std::vector<std::size_t> at;
};

Counted countedFor(const std::vector<EvaluatedImage>& images, std::size_t finding, const std::string& code) {
    Counted counted;
    for (std::size_t i = 0; i < images.size(); ++i) {
        const auto index = scoreIndex(images[i].prediction, code);
        if (!index || std::isnan(images[i].targets.at(finding))) continue;
        counted.images.push_back(i);
        counted.at.push_back(*index);
    }
    return counted;
}

template <typename ScoreOf>
ScoredTruth truthOf(const std::vector<EvaluatedImage>& images, const Counted& counted, std::size_t finding,
                    const ScoreOf& scoreOf) {
    ScoredTruth truth;
    for (std::size_t k = 0; k < counted.images.size(); ++k) {
        const auto& image = images[counted.images[k]];
        truth.scores.push_back(scoreOf(counted.images[k], counted.at[k]));
        truth.labels.push_back(image.targets[finding] > 0.5F ? 1 : 0);
        truth.patients.push_back(image.image.patientId);
    }
    return truth;
}

HeatFigures heatOf(const std::vector<EvaluatedImage>& images, const Counted& counted, std::size_t finding,
                   double threshold) {
    HeatFigures figures;
    double inside = 0;
    double outer = 0;
    for (std::size_t k = 0; k < counted.images.size(); ++k) {
        const auto& image = images[counted.images[k]];
        if (counted.at[k] >= image.heat.size()) continue;
        const auto& facts = image.heat[counted.at[k]];
        if (facts.pointingDistance && image.targets[finding] > 0.5F) {
            ++figures.pointed;
            figures.pointedInside += *facts.pointingDistance <= 0 ? 1 : 0;
            figures.pointedNear += *facts.pointingDistance <= kPointingTolerance ? 1 : 0;
        }
        if (image.prediction.findings[counted.at[k]].score < threshold || std::isnan(facts.insideBody))
            continue;
        ++figures.images;
        inside += facts.insideBody;
        outer += facts.outerShare;
    }
    const auto count = static_cast<double>(figures.images);
    figures.insideBody = figures.images > 0 ? inside / count : kNan;
    figures.outerShare = figures.images > 0 ? outer / count : kNan;
    return figures;
}

/// Below 1 %, to 3 %, and more of the image.
constexpr std::array<double, 4> kSizes{0, 0.01, 0.03, 1.01};

SizeFigures sizeFigures(const std::vector<EvaluatedImage>& images, const Counted& counted,
                        std::size_t finding, double from, double below) {
    SizeFigures figures{from, std::min(below, 1.0)};
    std::vector<double> scores;
    std::vector<int> labels;
    double overlap = 0;
    for (std::size_t k = 0; k < counted.images.size(); ++k) {
        const auto& image = images[counted.images[k]];
        const bool positive = image.targets[finding] > 0.5F;
        if (positive) {
            if (counted.at[k] >= image.heat.size()) continue;
            const auto& facts = image.heat[counted.at[k]];
            if (!facts.truthShare || *facts.truthShare < from || *facts.truthShare >= below) continue;
            ++figures.images;
            figures.pointedInside += facts.pointingDistance.value_or(kNan) <= 0 ? 1 : 0;
            figures.pointedNear += facts.pointingDistance.value_or(kNan) <= kPointingTolerance ? 1 : 0;
            overlap += facts.overlap.value_or(kNan);
        }
        scores.push_back(image.prediction.findings[counted.at[k]].score);
        labels.push_back(positive ? 1 : 0);
    }
    figures.overlap = figures.images > 0 ? overlap / static_cast<double>(figures.images) : kNan;
    figures.auc = areaUnderRoc(scores, labels);
    return figures;
}

std::vector<SizeFigures> sizesOf(const std::vector<EvaluatedImage>& images, const Counted& counted,
                                 std::size_t finding) {
    std::vector<SizeFigures> sizes;
    std::size_t known = 0;
    for (std::size_t i = 0; i + 1 < kSizes.size(); ++i) {
        sizes.push_back(sizeFigures(images, counted, finding, kSizes.at(i), kSizes.at(i + 1)));
        known += sizes.back().images;
    }
    return known > 0 ? sizes : std::vector<SizeFigures>();
}

std::vector<VariantFigure> robustnessOf(const std::vector<EvaluatedImage>& images, const Counted& counted,
                                        std::size_t finding, double unchanged) {
    std::vector<VariantFigure> figures;
    for (const auto& variant : robustnessVariants()) {
        Counted measured;
        for (std::size_t k = 0; k < counted.images.size(); ++k) {
            if (!images[counted.images[k]].variantScores.contains(variant)) continue;
            measured.images.push_back(counted.images[k]);
            measured.at.push_back(counted.at[k]);
        }
        if (measured.images.empty()) continue;
        const auto truth = truthOf(images, measured, finding, [&](std::size_t image, std::size_t at) {
            return images[image].variantScores.at(variant).at(at);
        });
        const double auc = areaUnderRoc(truth.scores, truth.labels);
        figures.push_back({variant, auc, auc - unchanged});
    }
    return figures;
}

ordered_json heatJson(const HeatFigures& heat) {
    const auto share = [&](std::size_t count) {
        return numberJson(heat.pointed > 0 ? static_cast<double>(count) / static_cast<double>(heat.pointed)
                                           : kNan);
    };
    return {{"images", heat.images},
            {"inside_body", numberJson(heat.insideBody)},
            {"outer_5_percent", numberJson(heat.outerShare)},
            {"pointing_game",
             {{"images", heat.pointed},
              {"inside", heat.pointedInside},
              {"share", share(heat.pointedInside)},
              {"within_15_pixels", share(heat.pointedNear)}}}};
}

ordered_json sizesJson(const std::vector<SizeFigures>& sizes) {
    ordered_json json = ordered_json::array();
    for (const auto& size : sizes) {
        const auto share = [&](std::size_t count) {
            return numberJson(size.images > 0 ? static_cast<double>(count) / static_cast<double>(size.images)
                                              : kNan);
        };
        json.push_back({{"from", size.from},
                        {"below", size.below},
                        {"images", size.images},
                        {"auc", numberJson(size.auc)},
                        {"pointing_game", share(size.pointedInside)},
                        {"pointing_game_within_15_pixels", share(size.pointedNear)},
                        {"overlap", numberJson(size.overlap)}});
    }
    return json;
}

ordered_json unlikeJson(const std::vector<LikenessFigures>& unlike) {
    ordered_json json = ordered_json::array();
    for (const auto& figures : unlike)
        json.push_back({{"set", figures.set},
                        {"images", figures.images},
                        {"warned", numberJson(figures.warned)},
                        {"refused", numberJson(figures.refused)},
                        {"refused_by_distance", numberJson(figures.byDistance)},
                        {"auc", numberJson(figures.auc)}});
    return json;
}

ordered_json findingJson(const FindingEvaluation& finding) {
    auto json = figuresJson(finding.figures);
    ordered_json baselines = ordered_json::object();
    const auto add = [&](const char* name, const std::optional<FindingFigures>& figures) {
        if (figures)
            baselines[name] = {{"auc", intervalJson(figures->auc)},
                               {"accuracy", intervalJson(figures->accuracy)}};
    };
    add("nearest_neighbour_16x16", finding.nearestNeighbour);
    add("border_pixels_only", finding.borderOnly);
    json["baselines"] = baselines;
    json["heat"] = heatJson(finding.heat);
    if (!finding.sizes.empty()) json["by_size"] = sizesJson(finding.sizes);
    ordered_json robustness = ordered_json::array();
    for (const auto& figure : finding.robustness)
        robustness.push_back({{"variant", figure.variant},
                              {"auc", numberJson(figure.auc)},
                              {"auc_change", numberJson(figure.change)}});
    json["robustness"] = robustness;
    return json;
}

}  // namespace

EvaluatedImage evaluateImage(Predictor& predictor, EvaluationInput input, Robustness robustness,
                             std::stop_token stop) {
    const auto& card = predictor.card();
    const auto names = robustness == Robustness::Measure ? robustnessVariants() : std::vector<std::string>();
    std::vector<NetworkInput> inputs{input.input};
    for (const auto& name : names) inputs.push_back(robustnessVariant(input.input, card.input, name));
    auto predictions = predictor.predict(inputs, std::move(stop));

    EvaluatedImage result;
    result.image = std::move(input.image);
    result.targets = std::move(input.targets);
    result.imageWidth = input.imageWidth;
    result.imageHeight = input.imageHeight;
    for (std::size_t v = 0; v < names.size(); ++v)
        for (const auto& finding : predictions[v + 1].findings)
            result.variantScores[names[v]].push_back(finding.score);
    result.prediction = std::move(predictions.front());
    const auto body = bodyOf(greyOf(input.input, card.input));
    for (auto& finding : result.prediction.findings) {
        auto facts = heatFacts(finding.map, input.input, body, card.architecture.outputStride);
        facts.pointingDistance =
            pointingDistance(finding.map, finding.finding, result.image, result.imageWidth,
                             result.imageHeight, card.architecture.outputStride);
        if (const auto truth = drawnTruth(finding.finding, result.image)) {
            facts.truthShare = shareInside(*truth);
            if (!finding.map.strongest.empty())
                facts.overlap = overlapOf(finding.map, finding.bias, *truth, input.input, result.imageWidth,
                                          result.imageHeight, card.architecture.outputStride);
        }
        result.heat.push_back(facts);
        finding.map = {};  // measured: thousands of them need not stay in memory
    }
    return result;
}

std::vector<Likeness> likenessesOf(const std::vector<EvaluatedImage>& images) {
    std::vector<Likeness> result;
    for (const auto& image : images)
        if (image.prediction.likeness) result.push_back(*image.prediction.likeness);
    return result;
}

EvaluationReport evaluate(const std::vector<EvaluatedImage>& images, const ModelCard& card,
                          const EvaluationOptions& options, const std::vector<BaselineScores>& baselines) {
    EvaluationReport report;
    report.model = card.name;
    report.version = card.version;
    report.weightsSha256 = card.weightsSha256;
    report.data = options.data;
    report.patientsKnown = options.patientsKnown;
    report.images = images.size();
    if (!images.empty()) {
        report.device = images.front().prediction.device;
        report.precision = images.front().prediction.precision;
    }
    const auto likenesses = likenessesOf(images);
    if (card.gate && !likenesses.empty())
        report.unlike.push_back(likenessFigures("as they are", *card.gate, likenesses, {}));
    for (std::size_t f = 0; f < card.findings.size(); ++f) {
        const auto& finding = card.findings[f];
        const auto counted = countedFor(images, f, finding.code);
        const auto figures = [&](const ScoredTruth& truth, double threshold) {
            return figuresOf(finding.code, truth, threshold, options.seed, options.bootstrapRounds);
        };
        FindingEvaluation result;
        result.figures = figures(truthOf(images, counted, f,
                                         [&](std::size_t image, std::size_t at) {
                                             return images[image].prediction.findings[at].score;
                                         }),
                                 finding.threshold);
        result.heat = heatOf(images, counted, f, finding.threshold);
        result.sizes = sizesOf(images, counted, f);
        result.robustness = robustnessOf(images, counted, f, result.figures.auc.value);
        if (f < baselines.size()) {
            const auto from = [&](const std::vector<double>& scores) {
                return figures(truthOf(images, counted, f,
                                       [&](std::size_t image, std::size_t) { return scores.at(image); }),
                               0.5);
            };
            result.nearestNeighbour = from(baselines[f].nearestNeighbour);
            result.borderOnly = from(baselines[f].borderOnly);
        }
        report.findings.push_back(std::move(result));
    }
    return report;
}

EvaluationReport evaluateCache(Predictor& predictor, const TrainingCache& cache, Split split,
                               Robustness robustness, const EvaluationOptions& options, std::stop_token stop,
                               const Progress& progress) {
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < cache.size(); ++i)
        if (cache.sample(i).image.split == split) chosen.push_back(i);
    std::vector<EvaluatedImage> images;
    for (const auto i : chosen) {
        if (stop.stop_requested()) throw Error(ProblemKind::Cancelled, {});
        const auto& sample = cache.sample(i);
        EvaluationInput input{sample.image, sample.targets,
                              networkInputOf(cache.pixels(i), sample, predictor.card().input),
                              sample.imageWidth, sample.imageHeight};
        images.push_back(evaluateImage(predictor, std::move(input), robustness, stop));
        if (progress) progress(images.size(), chosen.size());
    }
    std::vector<BaselineScores> baselines;
    for (std::size_t f = 0; f < predictor.card().findings.size(); ++f)
        baselines.push_back(noNetworkBaselines(cache, f, split));
    return evaluate(images, predictor.card(), options, baselines);
}

std::string toJson(const EvaluationReport& report) {
    ordered_json findings = ordered_json::array();
    for (const auto& finding : report.findings) findings.push_back(findingJson(finding));
    ordered_json root = {{"schema", "residua.evaluation/1"},
                         {"model", report.model},
                         {"version", report.version},
                         {"weights_sha256", report.weightsSha256},
                         {"device", report.device},
                         {"precision", report.precision},
                         {"data", report.data},
                         {"images", report.images},
                         {"intervals_by", report.patientsKnown ? "patient" : "image"},
                         {"findings", findings}};
    if (!report.unlike.empty()) root["unlike"] = unlikeJson(report.unlike);
    root["intended_use"] = "For research and teaching, not a medical device.";
    return root.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace residua
