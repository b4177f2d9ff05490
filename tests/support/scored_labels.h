// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "inference/findings/calibration.h"

namespace residua::test {

/// 40 logits with labels for which scikit-learn and scipy gave the figures that the tests compare with.
struct ScoredLabels {
    std::vector<double> logits;
    std::vector<int> labels;

    std::vector<double> scores() const {
        std::vector<double> all;
        for (const double z : logits) all.push_back(sigmoid(z));
        return all;
    }
};

inline ScoredLabels scoredLabels() {
    ScoredLabels data;
    for (int i = 0; i < 40; ++i) {
        data.logits.push_back(((i * 37) % 41 - 20) / 5.0);
        data.labels.push_back((i * 53) % 47 + data.logits.back() * 4 > 20 ? 1 : 0);
    }
    return data;
}

}  // namespace residua::test
