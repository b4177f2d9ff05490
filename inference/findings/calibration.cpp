// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/calibration.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace residua {

double sigmoid(double logit) {
    // The exponent is never positive, so nothing overflows.
    if (logit >= 0) return 1 / (1 + std::exp(-logit));
    const double e = std::exp(logit);
    return e / (1 + e);
}

double fitTemperature(const std::vector<double>& logits, const std::vector<int>& labels) {
    const auto positives = std::count(labels.begin(), labels.end(), 1);
    if (positives == 0 || positives == static_cast<std::ptrdiff_t>(labels.size())) return 1;
    // The negative log-likelihood is convex in the inverse temperature b; its slope is sum((sigmoid(b z) - y)
    // z).
    const auto slope = [&](double b) {
        double sum = 0;
        for (std::size_t i = 0; i < logits.size(); ++i)
            sum += (sigmoid(b * logits[i]) - labels[i]) * logits[i];
        return sum;
    };
    double low = 0.05;
    double high = 20;
    for (int i = 0; i < 100; ++i) {
        const double middle = 0.5 * (low + high);
        (slope(middle) > 0 ? high : low) = middle;
    }
    return 2 / (low + high);
}

Calibration fitCalibration(const std::vector<double>& logits, const std::vector<int>& labels) {
    const auto positives = std::count(labels.begin(), labels.end(), 1);
    if (positives == 0 || positives == static_cast<std::ptrdiff_t>(labels.size())) return {};
    Calibration fit;
    std::vector<double> shifted(logits.size());
    // Coordinate descent on a convex function (of 1 / T and offset / T): the offset for a T, then T for the
    // offset.
    for (int round = 0; round < 200; ++round) {
        const auto excess = [&](double offset) {
            double sum = -static_cast<double>(positives);
            for (const double logit : logits) sum += sigmoid((logit + offset) / fit.temperature);
            return sum;
        };
        double low = -100;
        double high = 100;
        for (int i = 0; i < 60; ++i) {
            const double middle = 0.5 * (low + high);
            (excess(middle) > 0 ? high : low) = middle;
        }
        fit.offset = 0.5 * (low + high);
        for (std::size_t i = 0; i < logits.size(); ++i) shifted[i] = logits[i] + fit.offset;
        const double before = std::exchange(fit.temperature, fitTemperature(shifted, labels));
        if (std::abs(before - fit.temperature) < 1e-9 * before) break;
    }
    return fit;
}

double expectedCalibrationError(const std::vector<double>& scores, const std::vector<int>& labels, int bins) {
    if (scores.empty()) return std::nan("");
    std::vector<double> scoreSum(static_cast<std::size_t>(bins));
    std::vector<double> labelSum(static_cast<std::size_t>(bins));
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const int bin = std::clamp(static_cast<int>(scores[i] * bins), 0, bins - 1);
        scoreSum[static_cast<std::size_t>(bin)] += scores[i];
        labelSum[static_cast<std::size_t>(bin)] += labels[i];
    }
    double error = 0;  // |mean score - share of positives| × bin's size = |sum of scores - sum of labels|
    for (std::size_t bin = 0; bin < scoreSum.size(); ++bin) error += std::abs(scoreSum[bin] - labelSum[bin]);
    return error / static_cast<double>(scores.size());
}

double thresholdForSensitivity(const std::vector<double>& scores, const std::vector<int>& labels,
                               double sensitivity) {
    std::vector<double> positives;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (labels[i] == 1) positives.push_back(scores[i]);
    if (positives.empty()) return 0.5;
    std::sort(positives.begin(), positives.end(), std::greater<>());
    // 1e-9: 0.95 × 20 must be 19, whatever the last bit of the product.
    const double wanted = std::ceil(sensitivity * static_cast<double>(positives.size()) - 1e-9);
    const auto count = std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(wanted), 1,
                                                  static_cast<std::ptrdiff_t>(positives.size()));
    const double last = positives[static_cast<std::size_t>(count - 1)];
    double below = 0;
    for (const double score : scores)
        if (score < last) below = std::max(below, score);
    return 0.5 * (below + last);
}

}  // namespace residua
