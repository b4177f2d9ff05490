// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/gate_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <string>

#include "imaging/error.h"
#include "inference/findings/counter_random.h"

namespace residua {

namespace {

constexpr std::size_t kSmallestClass = 16;
constexpr std::size_t kSteps = 600;
constexpr std::size_t kBatch = 256;
constexpr double kRate = 0.02;
constexpr double kDecay = 1e-2;  // of weights that act on features of about unit size

void throwIfStopped(const std::stop_token& stop) {
    if (stop.stop_requested()) throw Error(ProblemKind::Cancelled, {});
}

std::vector<double> classMeans(const FeatureTable& features, const std::vector<std::size_t>& classes,
                               std::size_t count) {
    const auto c = features.channels;
    std::vector<double> means(count * c);
    std::vector<double> images(count);
    for (std::size_t i = 0; i < features.size(); ++i) {
        const auto row = features.row(i);
        for (std::size_t j = 0; j < c; ++j) means[classes[i] * c + j] += row[j];
        ++images[classes[i]];
    }
    for (std::size_t k = 0; k < count; ++k)
        for (std::size_t j = 0; j < c; ++j) means[k * c + j] /= std::max(1.0, images[k]);
    return means;
}

/// The lower half of the covariance within the classes, [C, C].
std::vector<double> withinCovariance(const FeatureTable& features, const std::vector<std::size_t>& classes,
                                     const std::vector<double>& means, const std::stop_token& stop) {
    const auto c = features.channels;
    std::vector<double> covariance(c * c);
    std::vector<double> centred(c);
    for (std::size_t i = 0; i < features.size(); ++i) {
        if (i % 64 == 0) throwIfStopped(stop);
        const auto row = features.row(i);
        for (std::size_t j = 0; j < c; ++j) centred[j] = row[j] - means[classes[i] * c + j];
        for (std::size_t j = 0; j < c; ++j) {
            double* target = covariance.data() + j * c;
            for (std::size_t l = 0; l <= j; ++l) target[l] += centred[j] * centred[l];
        }
    }
    for (double& value : covariance) value /= static_cast<double>(features.size());
    return covariance;
}

/// Chen 2010, eq. 23, as scikit-learn computes it. @param covariance lower half, shrunk in place
double shrinkByOas(std::vector<double>& covariance, std::size_t c, std::size_t images) {
    double trace = 0;
    double squares = 0;
    for (std::size_t j = 0; j < c; ++j) {
        trace += covariance[j * c + j];
        for (std::size_t l = 0; l <= j; ++l)
            squares += (l < j ? 2 : 1) * covariance[j * c + l] * covariance[j * c + l];
    }
    const double p = static_cast<double>(c);
    const double mean = trace / p;
    const double alpha = squares / (p * p);
    const double below = (static_cast<double>(images) + 1) * (alpha - mean * mean / p);
    const double shrinkage = below <= 0 ? 1 : std::min(1.0, (alpha + mean * mean) / below);
    for (double& value : covariance) value *= 1 - shrinkage;
    for (std::size_t j = 0; j < c; ++j) covariance[j * c + j] += shrinkage * mean;
    return shrinkage;
}

/// L of LLᵀ in place of the lower half. @return whether the matrix was positive definite
bool factorise(std::vector<double>& matrix, std::size_t c) {
    for (std::size_t j = 0; j < c; ++j) {
        double* row = matrix.data() + j * c;
        for (std::size_t l = 0; l <= j; ++l) {
            const double* other = matrix.data() + l * c;
            const double left = row[l] - std::inner_product(row, row + l, other, 0.0);
            if (l < j) {
                row[l] = left / other[l];
            } else {
                if (!(left > 0)) return false;
                row[l] = std::sqrt(left);
            }
        }
    }
    return true;
}

/// L⁻¹ of a lower triangle, [C, C] with zeros above the diagonal.
std::vector<double> inverted(const std::vector<double>& lower, std::size_t c) {
    std::vector<double> inverse(c * c);
    for (std::size_t j = 0; j < c; ++j) {
        double* row = inverse.data() + j * c;
        for (std::size_t m = 0; m < j; ++m)
            for (std::size_t l = 0; l <= m; ++l) row[l] -= lower[j * c + m] * inverse[m * c + l];
        for (std::size_t l = 0; l < j; ++l) row[l] /= lower[j * c + j];
        row[j] = 1 / lower[j * c + j];
    }
    return inverse;
}

/// Inputs of the softmax regression: whitened features about their mean, in units of their spread.
struct TurnInputs {
    std::size_t channels = 0;
    std::vector<double> values, mean;
    std::vector<std::size_t> labels;
    double spread = 1;
};

TurnInputs turnInputs(const Gate& gate, const std::vector<FeatureTable>& orientations,
                      const std::stop_token& stop) {
    TurnInputs inputs{gate.channels, {}, std::vector<double>(gate.channels), {}, 1};
    for (std::size_t o = 0; o < orientations.size(); ++o)
        for (std::size_t i = 0; i < orientations[o].size(); ++i) {
            if (i % 64 == 0) throwIfStopped(stop);
            const auto white = whitened(gate, orientations[o].row(i));
            inputs.values.insert(inputs.values.end(), white.begin(), white.end());
            inputs.labels.push_back(o);
        }
    const auto c = gate.channels;
    const auto count = static_cast<double>(inputs.labels.size());
    for (std::size_t i = 0; i < inputs.values.size(); ++i) inputs.mean[i % c] += inputs.values[i] / count;
    double squares = 0;
    for (std::size_t i = 0; i < inputs.values.size(); ++i) {
        inputs.values[i] -= inputs.mean[i % c];
        squares += inputs.values[i] * inputs.values[i];
    }
    inputs.spread = std::max(1e-12, std::sqrt(squares / static_cast<double>(inputs.values.size())));
    for (double& value : inputs.values) value /= inputs.spread;
    return inputs;
}

/// Kingma 2015, with a rate that falls as a cosine to nothing.
class Adam {
public:
    explicit Adam(std::size_t count) : first_(count), second_(count) {}

    void step(std::vector<double>& parameters, const std::vector<double>& gradient, double rate) {
        constexpr double kFirst = 0.9, kSecond = 0.999, kEpsilon = 1e-8;
        ++steps_;
        const double t = static_cast<double>(steps_);
        const double scale = rate * std::sqrt(1 - std::pow(kSecond, t)) / (1 - std::pow(kFirst, t));
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            first_[i] = kFirst * first_[i] + (1 - kFirst) * gradient[i];
            second_[i] = kSecond * second_[i] + (1 - kSecond) * gradient[i] * gradient[i];
            parameters[i] -= scale * first_[i] / (std::sqrt(second_[i]) + kEpsilon);
        }
    }

private:
    std::vector<double> first_, second_;
    std::size_t steps_ = 0;
};

/// Adds one image's gradient of the cross-entropy. @param parameters [O, C + 1], the bias last
void addGradient(const std::vector<double>& parameters, std::size_t orientations, const double* input,
                 std::size_t c, std::size_t label, std::vector<double>& gradient) {
    std::vector<double> shares(orientations);
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t o = 0; o < orientations; ++o) {
        const double* row = parameters.data() + o * (c + 1);
        shares[o] = std::inner_product(input, input + c, row, row[c]);
        highest = std::max(highest, shares[o]);
    }
    double total = 0;
    for (double& share : shares) total += share = std::exp(share - highest);
    for (std::size_t o = 0; o < orientations; ++o) {
        const double error = shares[o] / total - (o == label ? 1 : 0);
        double* row = gradient.data() + o * (c + 1);
        for (std::size_t j = 0; j < c; ++j) row[j] += error * input[j];
        row[c] += error;
    }
}

}  // namespace

std::vector<std::size_t> labelClasses(const std::vector<std::vector<float>>& targets) {
    std::map<std::string, std::size_t> images;
    std::vector<std::string> patterns;
    for (const auto& target : targets) {
        std::string pattern;
        for (const float value : target) pattern += std::isnan(value) ? '?' : value > 0.5F ? '1' : '0';
        ++images[pattern];
        patterns.push_back(std::move(pattern));
    }
    std::map<std::string, std::size_t> classes;
    std::size_t rare = 0;
    std::size_t largest = 0;
    std::size_t most = 0;
    for (const auto& [pattern, count] : images) {
        if (count < kSmallestClass) {
            rare += count;
            continue;
        }
        if (count > most) most = count, largest = classes.size();
        classes.emplace(pattern, classes.size());
    }
    const auto common = rare >= kSmallestClass ? classes.size() : largest;
    std::vector<std::size_t> result;
    for (const auto& pattern : patterns) {
        const auto found = classes.find(pattern);
        result.push_back(found == classes.end() ? common : found->second);
    }
    return result;
}

ClassFit fitClasses(const FeatureTable& features, const std::vector<std::size_t>& classes,
                    const std::stop_token& stop) {
    ClassFit fit;
    const auto c = features.channels;
    fit.gate.channels = c;
    fit.gate.classes = classes.empty() ? 0 : *std::ranges::max_element(classes) + 1;
    const auto means = classMeans(features, classes, fit.gate.classes);
    auto covariance = withinCovariance(features, classes, means, stop);
    fit.shrinkage = shrinkByOas(covariance, c, features.size());
    throwIfStopped(stop);
    if (!factorise(covariance, c))
        throw Error(ProblemKind::LabelTooFew, {}, "the training images all look the same to the network");
    const auto whitening = inverted(covariance, c);
    fit.gate.whitening.assign(whitening.begin(), whitening.end());
    for (std::size_t k = 0; k < fit.gate.classes; ++k) {
        const std::vector<float> mean(means.begin() + static_cast<std::ptrdiff_t>(k * c),
                                      means.begin() + static_cast<std::ptrdiff_t>((k + 1) * c));
        for (const double value : whitened(fit.gate, mean))
            fit.gate.centres.push_back(static_cast<float>(value));
    }
    return fit;
}

void fitOrientations(Gate& gate, const std::vector<FeatureTable>& orientations, std::uint64_t seed,
                     const std::stop_token& stop) {
    const auto inputs = turnInputs(gate, orientations, stop);
    const auto c = gate.channels;
    const auto count = orientations.size();
    std::vector<double> parameters(count * (c + 1));
    Adam adam(parameters.size());
    CounterRandom random(seed, 0x7074);
    for (std::size_t step = 0; step < kSteps; ++step) {
        throwIfStopped(stop);
        std::vector<double> gradient(parameters.size());
        for (std::size_t i = 0; i < kBatch; ++i) {
            const auto image = random.below(inputs.labels.size());
            addGradient(parameters, count, inputs.values.data() + image * c, c, inputs.labels[image],
                        gradient);
        }
        for (std::size_t i = 0; i < gradient.size(); ++i)
            gradient[i] = gradient[i] / kBatch + (i % (c + 1) == c ? 0 : kDecay * parameters[i]);
        const double done = static_cast<double>(step) / kSteps;
        adam.step(parameters, gradient, kRate * 0.5 * (1 + std::cos(std::numbers::pi * done)));
    }
    gate.turnWeights.clear();
    gate.turnBiases.clear();
    for (std::size_t o = 0; o < count; ++o) {
        const double* row = parameters.data() + o * (c + 1);
        double bias = row[c];
        for (std::size_t j = 0; j < c; ++j) {
            gate.turnWeights.push_back(static_cast<float>(row[j] / inputs.spread));
            bias -= row[j] * inputs.mean[j] / inputs.spread;
        }
        gate.turnBiases.push_back(static_cast<float>(bias));
    }
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    std::ranges::sort(values);
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

}  // namespace residua
