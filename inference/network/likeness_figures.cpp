// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/likeness_figures.h"

#include <limits>
#include <utility>

#include "inference/findings/metrics.h"
#include "inference/findings/scope.h"
#include "inference/network/input_change.h"

namespace residua {

LikenessFigures likenessFigures(const std::string& set, const GateCard& gate,
                                const std::vector<Likeness>& judged, const std::vector<Likeness>& inScope) {
    LikenessFigures figures{set, judged.size(), 0, 0, 0, std::numeric_limits<double>::quiet_NaN()};
    std::vector<double> distances;
    std::vector<int> labels;
    for (const auto& likeness : judged) {
        const auto scope = checkLikeness(gate, likeness, {});
        figures.warned += scope.caution.empty() ? 0 : 1;
        figures.refused += scope.state == ScopeState::Outside ? 1 : 0;
        figures.byDistance += likeness.unlikeness > 1 ? 1 : 0;
        distances.push_back(likeness.unlikeness);
        labels.push_back(1);
    }
    const auto count = static_cast<double>(judged.size());
    for (double* share : {&figures.warned, &figures.refused, &figures.byDistance}) *share /= count;
    if (inScope.empty()) return figures;
    for (const auto& likeness : inScope) {
        distances.push_back(likeness.unlikeness);
        labels.push_back(0);
    }
    figures.auc = areaUnderRoc(distances, labels);
    return figures;
}

std::map<std::string, Likeness> likenessOfChanges(Predictor& predictor, const NetworkInput& input,
                                                  std::uint64_t number, std::stop_token stop) {
    std::map<std::string, Likeness> result;
    if (!predictor.card().gate) return result;
    std::vector<NetworkInput> inputs;
    for (const auto change : kInputChanges)
        inputs.push_back(changedInput(input, predictor.card().input, change, number));
    const auto predictions = predictor.predict(inputs, std::move(stop));
    for (std::size_t i = 0; i < kInputChanges.size(); ++i)
        result[std::string(kInputChanges.at(i))] = predictions[i].likeness.value();
    return result;
}

}  // namespace residua
