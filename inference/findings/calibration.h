// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace residua {

double sigmoid(double logit);

/// The temperature T in [0.05, 20] that minimises the negative log-likelihood of labels under sigmoid(logit /
/// T) (Guo 2017). T < 1 where label smoothing made the scores too modest. 1 if only one class is present.
double fitTemperature(const std::vector<double>& logits, const std::vector<int>& labels);

/// Temperature and what is added to every logit before it (Platt 1999): score = sigmoid((logit + offset) /
/// T).
struct Calibration {
    double temperature = 1;
    double offset = 0;
};
/// The pair that minimises the negative log-likelihood, T in [0.05, 20]: the mean score becomes the share of
/// positives, which undoes class weights, and T undoes label smoothing or overconfidence. {1, 0} if only one
/// class is present.
Calibration fitCalibration(const std::vector<double>& logits, const std::vector<int>& labels);

/// Expected calibration error with equal-width bins of the score (Naeini 2015; binary: |mean score - share of
/// positives|, weighted by bin size). Labels are 0 or 1. NaN without scores.
double expectedCalibrationError(const std::vector<double>& scores, const std::vector<int>& labels,
                                int bins = 15);

/// A threshold at which at least `sensitivity` of the positives score >= it and no more than needed: halfway
/// between the score of the last positive wanted and the next lower score of any image (0 if there is none),
/// so that a rounding in another precision does not change a side. 0.5 without positives.
double thresholdForSensitivity(const std::vector<double>& scores, const std::vector<int>& labels,
                               double sensitivity);

}  // namespace residua
