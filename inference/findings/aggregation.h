// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "inference/findings/model_card.h"

namespace residua {

/// The slices whose mean counts under Aggregation::Neighbours.
inline constexpr std::size_t kNeighbours = 3;

/// One finding on one slice; a score that is NaN = not scored.
struct SliceScore {
    double score = 0;
    double logit = 0;
};

/// A finding over the slices of a stack or the stacks of a series.
struct SeriesFinding {
    std::string finding;
    double score = 0;  ///< of the deciding slice, or sigmoid(mean logit of the deciding slices / temperature)
    double logit = 0;  ///< the mean over the deciding slices
    bool flagged = false;
    std::size_t slice = 0;    ///< index of the highest of the deciding slices in the input
    std::size_t first = 0;    ///< of the deciding slices
    std::size_t count = 0;    ///< how many slices decided: 1, or up to kNeighbours in a row
    std::size_t scored = 0;   ///< how many slices had a score
    std::size_t stack = 0;    ///< of a series: index of the deciding stack
    std::size_t stacks = 1;   ///< of a series: how many stacks had a score
    std::string kindOf;       ///< the finding whose deciding slices decided here too (FindingCard::kindOf)
    std::string aggregation;  ///< how it came about, for the reader: "highest of 24 images"
};

/// The slices of one stack. A kind (FindingCard::kindOf) takes the slices that decide its whole; other
/// findings the highest slice or run of neighbours, as the card says. A run is up to kNeighbours slices in a
/// row that all have a score: fewer only where no more lie in a row.
///
/// Measured with brain-tumour on runs of ten slices of its validation part: the highest slice flags a wrong
/// kind in 7 of 58 cases, neighbours in 2, kinds at the slices that decide 'tumour' in 1, no tumour missed
/// (resources/docs/scores.md).
///
/// @param scores [finding in the card's order][slice in the stack's order]
/// @return findings with at least one score, in the card's order
std::vector<SeriesFinding> aggregateStack(const std::vector<FindingCard>& cards,
                                          const std::vector<std::vector<SliceScore>>& scores,
                                          Aggregation rule);

/// The stacks of a series: each finding has its highest stack's score, a kind that of the stack which decides
/// its whole.
/// @param stacks what aggregateStack gave, with `slice` and `first` counted in the series
std::vector<SeriesFinding> aggregateSeries(const std::vector<FindingCard>& cards,
                                           const std::vector<std::vector<SeriesFinding>>& stacks);

/// One finding of a study, and the series that decides it.
struct StudyFinding {
    std::size_t series = 0;  ///< index in the input
    std::size_t scored = 0;  ///< how many series had a score
    SeriesFinding finding;   ///< as of that series
};

/// The series of a study, as the stacks of a series.
std::vector<StudyFinding> aggregateStudy(const std::vector<FindingCard>& cards,
                                         const std::vector<std::vector<SeriesFinding>>& series);

}  // namespace residua
