// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/finding_figures.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "inference/findings/calibration.h"

namespace residua {

using nlohmann::ordered_json;

FindingFigures figuresOf(const std::string& finding, const ScoredTruth& truth, double threshold,
                         std::uint64_t seed, int bootstrapRounds) {
    FindingFigures figures;
    figures.finding = finding;
    figures.threshold = threshold;
    figures.images = truth.scores.size();
    figures.patients = std::set<std::string>(truth.patients.begin(), truth.patients.end()).size();
    figures.positives = static_cast<std::size_t>(std::count(truth.labels.begin(), truth.labels.end(), 1));
    figures.ece = expectedCalibrationError(truth.scores, truth.labels);
    figures.brier = brierScore(truth.scores, truth.labels);
    figures.confusion = confusionAt(truth.scores, truth.labels, threshold);

    const auto interval =
        [&](double (*statistic)(const std::vector<double>&, const std::vector<int>&, double)) {
            std::vector<double> scores;
            std::vector<int> labels;
            return patientBootstrap(truth.patients, seed, bootstrapRounds,
                                    [&](const std::vector<std::size_t>& drawn) {
                                        scores.clear();
                                        labels.clear();
                                        for (const auto i : drawn) {
                                            scores.push_back(truth.scores[i]);
                                            labels.push_back(truth.labels[i]);
                                        }
                                        return statistic(scores, labels, threshold);
                                    });
        };
    figures.auc = interval([](const auto& s, const auto& l, double) { return areaUnderRoc(s, l); });
    figures.averagePrecision =
        interval([](const auto& s, const auto& l, double) { return averagePrecision(s, l); });
    figures.sensitivity =
        interval([](const auto& s, const auto& l, double t) { return confusionAt(s, l, t).sensitivity(); });
    figures.specificity =
        interval([](const auto& s, const auto& l, double t) { return confusionAt(s, l, t).specificity(); });
    figures.accuracy =
        interval([](const auto& s, const auto& l, double t) { return confusionAt(s, l, t).accuracy(); });
    return figures;
}

ordered_json numberJson(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

ordered_json intervalJson(const Interval& interval) {
    return {{"value", numberJson(interval.value)},
            {"low", numberJson(interval.low)},
            {"high", numberJson(interval.high)}};
}

ordered_json figuresJson(const FindingFigures& figures) {
    return {{"finding", figures.finding},
            {"images", figures.images},
            {"patients", figures.patients},
            {"positives", figures.positives},
            {"auc", intervalJson(figures.auc)},
            {"average_precision", intervalJson(figures.averagePrecision)},
            {"threshold", figures.threshold},
            {"sensitivity", intervalJson(figures.sensitivity)},
            {"specificity", intervalJson(figures.specificity)},
            {"accuracy", intervalJson(figures.accuracy)},
            {"ece", numberJson(figures.ece)},
            {"brier", numberJson(figures.brier)},
            {"confusion",
             {{"true_positive", figures.confusion.truePositive},
              {"false_positive", figures.confusion.falsePositive},
              {"true_negative", figures.confusion.trueNegative},
              {"false_negative", figures.confusion.falseNegative}}}};
}

}  // namespace residua
