// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace residua {

/// A finding's score over the slices of a series or the series of a study.
struct SeriesFinding {
    std::string finding;
    double score = 0;
    bool flagged = false;
    std::size_t slice = 0;    ///< index of the deciding score in the input
    std::size_t scored = 0;   ///< how many slices had a score
    std::string aggregation;  ///< how it came about, for the reader: "highest of 24 slices"
};

/// The one aggregation of window, command line and report: the highest slice's score.
/// @param scores one per slice, in slice order, NaN where a slice was not scored; at least one must be a
/// number
SeriesFinding aggregateHighest(const std::string& finding, const std::vector<double>& scores,
                               double threshold);

}  // namespace residua
