// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "inference/findings/metrics.h"

namespace residua {

/// Scores of one finding with what is true: one entry an image.
struct ScoredTruth {
    std::vector<double> scores;  ///< 0 to 1
    std::vector<int> labels;     ///< 0 or 1
    std::vector<std::string> patients;
};

/// What is said about a finding on one set of images. Intervals are 95 %, by patient; NaN (null in JSON)
/// where the images do not allow a figure.
struct FindingFigures {
    std::string finding;
    std::size_t images = 0, patients = 0, positives = 0;
    double threshold = 0.5;
    Interval auc, averagePrecision, sensitivity, specificity, accuracy;  ///< the last three at the threshold
    double ece = 0;                                                      ///< 15 bins of equal width
    double brier = 0;
    Confusion confusion;
};

FindingFigures figuresOf(const std::string& finding, const ScoredTruth& truth, double threshold,
                         std::uint64_t seed, int bootstrapRounds);
nlohmann::ordered_json figuresJson(const FindingFigures& figures);

/// {"value", "low", "high"}; NaN becomes null.
nlohmann::ordered_json intervalJson(const Interval& interval);
/// A number, or null for NaN.
nlohmann::ordered_json numberJson(double value);

}  // namespace residua
