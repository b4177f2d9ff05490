// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/aggregation.h"

#include <cmath>

namespace residua {

SeriesFinding aggregateHighest(const std::string& finding, const std::vector<double>& scores,
                               double threshold) {
    SeriesFinding result;
    result.finding = finding;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (std::isnan(scores[i])) continue;
        if (result.scored == 0 || scores[i] > result.score) {
            result.score = scores[i];
            result.slice = i;
        }
        ++result.scored;
    }
    result.flagged = result.scored > 0 && result.score >= threshold;
    result.aggregation = result.scored == 1 ? "the one image scored"
                                            : "highest of " + std::to_string(result.scored) + " images";
    return result;
}

}  // namespace residua
