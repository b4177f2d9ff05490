// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/gate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "imaging/error.h"

namespace residua {

namespace {

void require(bool holds, ProblemKind kind, const std::filesystem::path& path, const std::string& detail) {
    if (!holds) throw Error(kind, path, detail);
}

}  // namespace

std::vector<double> whitened(const Gate& gate, std::span<const float> features) {
    std::vector<double> result(gate.channels);
    for (std::size_t i = 0; i < gate.channels; ++i) {
        const float* row = gate.whitening.data() + i * gate.channels;
        double sum = 0;
        for (std::size_t j = 0; j <= i; ++j) sum += static_cast<double>(row[j]) * features[j];
        result[i] = sum;
    }
    return result;
}

double distanceTo(const Gate& gate, std::span<const double> features) {
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < gate.classes; ++k) {
        const float* centre = gate.centres.data() + k * gate.channels;
        double sum = 0;
        for (std::size_t i = 0; i < gate.channels; ++i)
            sum += (features[i] - centre[i]) * (features[i] - centre[i]);
        nearest = std::min(nearest, sum);
    }
    return std::sqrt(nearest);
}

std::vector<double> orientationShares(const Gate& gate, std::span<const double> features) {
    std::vector<double> shares;
    for (std::size_t o = 0; o < gate.turnBiases.size(); ++o) {
        const float* row = gate.turnWeights.data() + o * gate.channels;
        double sum = gate.turnBiases[o];
        for (std::size_t i = 0; i < gate.channels; ++i) sum += row[i] * features[i];
        shares.push_back(sum);
    }
    if (shares.empty()) return shares;
    const double highest = *std::ranges::max_element(shares);
    double total = 0;
    for (double& share : shares) total += share = std::exp(share - highest);
    for (double& share : shares) share /= total;
    return shares;
}

Likeness likenessOf(const Gate& gate, const GateCard& card, std::span<const float> features) {
    const auto white = whitened(gate, features);
    Likeness result;
    result.unlikeness = distanceTo(gate, white) / card.refuseDistance;
    const auto shares = orientationShares(gate, white);
    if (shares.empty()) return result;
    const auto most = std::ranges::max_element(shares);
    const auto told = static_cast<std::size_t>(most - shares.begin());
    if (told > 0) result.orientation = card.orientations.at(told - 1).orientation;
    result.orientationShare = *most;
    return result;
}

void checkGate(const Gate& gate, const GateCard& card, const std::filesystem::path& path) {
    using enum ProblemKind;
    const auto c = gate.channels;
    require(c > 0 && gate.whitening.size() == c * c, WeightsShapeMismatch, path,
            "'gate.whitening' has not the channels of the features");
    require(gate.classes > 0 && gate.centres.size() == gate.classes * c, WeightsShapeMismatch, path,
            "'gate.centres' has not the channels of the features");
    const auto told = card.orientations.empty() ? 0 : card.orientations.size() + 1;
    require(gate.turnWeights.size() == told * c && gate.turnBiases.size() == told, WeightsShapeMismatch, path,
            "'gate.turn' has not a row for 'as trained' and each of the card's orientations");
    const auto finite = [&](const std::vector<float>& values, const std::string& name) {
        require(std::ranges::all_of(values, [](float v) { return std::isfinite(v); }), WeightsNotFinite, path,
                "'" + name + "' holds NaN or infinity");
    };
    finite(gate.whitening, "gate.whitening");
    finite(gate.centres, "gate.centres");
    finite(gate.turnWeights, "gate.turn.weight");
    finite(gate.turnBiases, "gate.turn.bias");
    for (std::size_t i = 0; i < c; ++i) {
        const float* row = gate.whitening.data() + i * c;
        const bool triangle = row[i] > 0 && std::all_of(row + i + 1, row + c, [](float v) { return v == 0; });
        require(triangle, WeightsFormatInvalid, path,
                "'gate.whitening' is no lower triangle with a positive diagonal: no precision comes of it");
    }
}

}  // namespace residua
