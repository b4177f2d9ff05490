// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace residua {

// Labels are 0 or 1, one a score; a figure that the labels do not allow is NaN.

/// Area under the ROC curve, ties counted half (Mann-Whitney). NaN with one class only.
double areaUnderRoc(const std::vector<double>& scores, const std::vector<int>& labels);
/// Average precision (area under the precision-recall curve, step-wise).
double averagePrecision(const std::vector<double>& scores, const std::vector<int>& labels);
double brierScore(const std::vector<double>& scores, const std::vector<int>& labels);

struct Confusion {
    int truePositive = 0, falsePositive = 0, trueNegative = 0, falseNegative = 0;
    double sensitivity() const;  ///< NaN without positives
    double specificity() const;
    double accuracy() const;
};
Confusion confusionAt(const std::vector<double>& scores, const std::vector<int>& labels, double threshold);

/// A figure with its 95 % interval.
struct Interval {
    double value = 0, low = 0, high = 0;
};

/// 95 % percentile bootstrap of `statistic`, drawing patients with replacement (images of a patient stay
/// together). The statistic gets the drawn indices into the images; draws for which it is NaN are left out.
/// Deterministic for a seed, whatever the order of the patients. low and high are NaN where no draw gave a
/// number.
Interval patientBootstrap(const std::vector<std::string>& patients, std::uint64_t seed, int rounds,
                          const std::function<double(const std::vector<std::size_t>&)>& statistic);

}  // namespace residua
