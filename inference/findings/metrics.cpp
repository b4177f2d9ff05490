// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "inference/findings/counter_random.h"

namespace residua {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double share(int part, int whole) {
    return whole == 0 ? kNan : static_cast<double>(part) / whole;
}

/// Indices by falling score.
std::vector<std::size_t> byFallingScore(const std::vector<double>& scores) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    return order;
}

/// Calls visit(positives, negatives) for each group of equal scores, highest first.
template <typename Visit>
void visitScoreGroups(const std::vector<double>& scores, const std::vector<int>& labels, const Visit& visit) {
    const auto order = byFallingScore(scores);
    for (std::size_t first = 0; first < order.size();) {
        double positives = 0;
        double negatives = 0;
        std::size_t i = first;
        for (; i < order.size() && scores[order[i]] == scores[order[first]]; ++i)
            (labels[order[i]] == 1 ? positives : negatives) += 1;
        visit(positives, negatives);
        first = i;
    }
}

/// The q-quantile of sorted values, interpolated linearly (numpy's default).
double quantile(const std::vector<double>& sorted, double q) {
    const double at = q * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

double areaUnderRoc(const std::vector<double>& scores, const std::vector<int>& labels) {
    double positivesAbove = 0;
    double negatives = 0;
    double pairs = 0;
    visitScoreGroups(scores, labels, [&](double groupPositives, double groupNegatives) {
        pairs += groupNegatives * (positivesAbove + 0.5 * groupPositives);
        positivesAbove += groupPositives;
        negatives += groupNegatives;
    });
    return positivesAbove == 0 || negatives == 0 ? kNan : pairs / (positivesAbove * negatives);
}

double averagePrecision(const std::vector<double>& scores, const std::vector<int>& labels) {
    double truePositives = 0;
    double flagged = 0;
    double sum = 0;
    visitScoreGroups(scores, labels, [&](double groupPositives, double groupNegatives) {
        truePositives += groupPositives;
        flagged += groupPositives + groupNegatives;
        sum += groupPositives * truePositives / flagged;
    });
    return truePositives == 0 ? kNan : sum / truePositives;
}

double brierScore(const std::vector<double>& scores, const std::vector<int>& labels) {
    if (scores.empty()) return kNan;
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) sum += (scores[i] - labels[i]) * (scores[i] - labels[i]);
    return sum / static_cast<double>(scores.size());
}

double Confusion::sensitivity() const {
    return share(truePositive, truePositive + falseNegative);
}
double Confusion::specificity() const {
    return share(trueNegative, trueNegative + falsePositive);
}
double Confusion::accuracy() const {
    return share(truePositive + trueNegative, truePositive + trueNegative + falsePositive + falseNegative);
}

Confusion confusionAt(const std::vector<double>& scores, const std::vector<int>& labels, double threshold) {
    Confusion confusion;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (scores[i] >= threshold)
            ++(labels[i] == 1 ? confusion.truePositive : confusion.falsePositive);
        else
            ++(labels[i] == 1 ? confusion.falseNegative : confusion.trueNegative);
    }
    return confusion;
}

Interval patientBootstrap(const std::vector<std::string>& patients, std::uint64_t seed, int rounds,
                          const std::function<double(const std::vector<std::size_t>&)>& statistic) {
    std::vector<std::size_t> everyImage(patients.size());
    std::iota(everyImage.begin(), everyImage.end(), std::size_t{0});
    Interval interval{statistic(everyImage), kNan, kNan};

    std::map<std::string, std::vector<std::size_t>>
        imagesOf;  // sorted: the draw does not depend on their order
    for (std::size_t i = 0; i < patients.size(); ++i) imagesOf[patients[i]].push_back(i);
    std::vector<const std::vector<std::size_t>*> groups;
    for (const auto& [patient, images] : imagesOf) groups.push_back(&images);

    std::vector<double> values;
    std::vector<std::size_t> drawn;
    for (int round = 0; round < rounds && !groups.empty(); ++round) {
        CounterRandom random(seed, static_cast<std::uint64_t>(round));
        drawn.clear();
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const auto& images = *groups[random.below(groups.size())];
            drawn.insert(drawn.end(), images.begin(), images.end());
        }
        const double value = statistic(drawn);
        if (!std::isnan(value)) values.push_back(value);  // a draw of one class has no AUC
    }
    if (values.empty()) return interval;
    std::sort(values.begin(), values.end());
    interval.low = quantile(values, 0.025);
    interval.high = quantile(values, 0.975);
    return interval;
}

}  // namespace residua
