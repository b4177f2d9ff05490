// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/aggregation.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace residua {

namespace {

/// Slices in a row.
struct Run {
    std::size_t first = 0;
    std::size_t count = 0;
};

double meanLogit(const std::vector<SliceScore>& slices, Run run) {
    double sum = 0;
    for (std::size_t i = run.first; i < run.first + run.count; ++i) sum += slices[i].logit;
    return sum / static_cast<double>(run.count);
}

/// The length of the runs to compare: kNeighbours, or less where no so many scored slices lie in a row.
std::size_t runLength(const std::vector<SliceScore>& slices) {
    std::size_t longest = 0, length = 0;
    for (const auto& slice : slices) {
        length = std::isnan(slice.score) ? 0 : length + 1;
        longest = std::max(longest, length);
    }
    return std::min(longest, kNeighbours);
}

std::optional<Run> decidingRun(const std::vector<SliceScore>& slices, Aggregation rule) {
    const std::size_t length = rule == Aggregation::Neighbours ? runLength(slices) : 1;
    std::optional<Run> best;
    double highest = 0;
    std::size_t scoredInARow = 0;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        scoredInARow = std::isnan(slices[i].score) ? 0 : scoredInARow + 1;
        if (length == 0 || scoredInARow < length) continue;
        const Run run{i + 1 - length, length};
        const double value = length == 1 ? slices[i].score : meanLogit(slices, run);
        if (best && value <= highest) continue;
        best = run;
        highest = value;
    }
    return best;
}

std::string howItCameAbout(const SeriesFinding& finding) {
    if (!finding.kindOf.empty())
        return finding.count == 1 ? "the image that decides '" + finding.kindOf + "'"
                                  : "mean of the " + std::to_string(finding.count) + " images that decide '" +
                                        finding.kindOf + "'";
    if (finding.scored == 1) return "the one image scored";
    const auto scored = std::to_string(finding.scored) + " images";
    return finding.count == 1
               ? "highest of " + scored
               : "highest mean of " + std::to_string(finding.count) + " neighbours among " + scored;
}

std::size_t scoredOf(const std::vector<SliceScore>& slices) {
    return static_cast<std::size_t>(
        std::ranges::count_if(slices, [](const SliceScore& slice) { return !std::isnan(slice.score); }));
}

SeriesFinding findingAt(const FindingCard& card, const std::vector<SliceScore>& slices, Run run) {
    SeriesFinding result;
    result.finding = card.code;
    result.first = result.slice = run.first;
    result.count = run.count;
    result.scored = scoredOf(slices);
    for (std::size_t i = run.first; i < run.first + run.count; ++i)
        if (slices[i].score > slices[result.slice].score) result.slice = i;
    result.logit = meanLogit(slices, run);
    result.score =
        run.count == 1 ? slices[run.first].score : 1 / (1 + std::exp(-result.logit / card.temperature));
    result.flagged = result.score >= card.threshold;
    return result;
}

bool allScored(const std::vector<SliceScore>& slices, Run run) {
    for (std::size_t i = run.first; i < run.first + run.count; ++i)
        if (std::isnan(slices[i].score)) return false;
    return true;
}

/// Wholes before their kinds, so that these find what decides them.
std::vector<std::size_t> wholesFirst(const std::vector<FindingCard>& cards) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < cards.size(); ++i)
        if (cards[i].kindOf.empty()) order.push_back(i);
    for (std::size_t i = 0; i < cards.size(); ++i)
        if (!cards[i].kindOf.empty()) order.push_back(i);
    return order;
}

const SeriesFinding* find(const std::vector<SeriesFinding>& findings, const std::string& code) {
    const auto found = std::ranges::find(findings, code, &SeriesFinding::finding);
    return found == findings.end() ? nullptr : &*found;
}

std::vector<SeriesFinding> inTheCardsOrder(const std::vector<FindingCard>& cards,
                                           const std::vector<SeriesFinding>& findings) {
    std::vector<SeriesFinding> ordered;
    for (const auto& card : cards)
        if (const auto* finding = find(findings, card.code)) ordered.push_back(*finding);
    return ordered;
}

/// Which of the parts decides a finding: the one that decides its whole, otherwise the highest.
std::optional<std::size_t> decidingPart(const FindingCard& card,
                                        const std::vector<std::vector<SeriesFinding>>& parts,
                                        std::optional<std::size_t> partOfWhole) {
    if (partOfWhole && find(parts[*partOfWhole], card.code)) return partOfWhole;
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto* finding = find(parts[i], card.code);
        if (finding && (!best || finding->score > find(parts[*best], card.code)->score)) best = i;
    }
    return best;
}

/// For each finding the deciding part and how many parts have it; in the card's order.
std::vector<StudyFinding> overParts(const std::vector<FindingCard>& cards,
                                    const std::vector<std::vector<SeriesFinding>>& parts) {
    std::vector<std::optional<std::size_t>> deciding(cards.size());
    for (const auto i : wholesFirst(cards)) {
        const auto whole = std::ranges::find(cards, cards[i].kindOf, &FindingCard::code);
        deciding[i] = decidingPart(
            cards[i], parts,
            whole == cards.end() ? std::nullopt : deciding[static_cast<std::size_t>(whole - cards.begin())]);
    }
    std::vector<StudyFinding> findings;
    for (std::size_t i = 0; i < cards.size(); ++i) {
        if (!deciding[i]) continue;
        StudyFinding finding{*deciding[i], 0, *find(parts[*deciding[i]], cards[i].code)};
        for (const auto& part : parts)
            if (find(part, cards[i].code)) ++finding.scored;
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

std::vector<SeriesFinding> aggregateStack(const std::vector<FindingCard>& cards,
                                          const std::vector<std::vector<SliceScore>>& scores,
                                          Aggregation rule) {
    std::vector<SeriesFinding> findings;
    for (const auto i : wholesFirst(cards)) {
        const auto& slices = scores.at(i);
        const auto* whole = cards[i].kindOf.empty() ? nullptr : find(findings, cards[i].kindOf);
        std::optional<Run> run = whole ? Run{whole->first, whole->count} : Run{};
        const bool follows = whole && allScored(slices, *run);
        if (!follows) run = decidingRun(slices, rule);
        if (!run) continue;
        auto finding = findingAt(cards[i], slices, *run);
        if (follows) finding.kindOf = cards[i].kindOf;
        finding.aggregation = howItCameAbout(finding);
        findings.push_back(std::move(finding));
    }
    return inTheCardsOrder(cards, findings);
}

std::vector<SeriesFinding> aggregateSeries(const std::vector<FindingCard>& cards,
                                           const std::vector<std::vector<SeriesFinding>>& stacks) {
    std::vector<SeriesFinding> findings;
    for (auto& over : overParts(cards, stacks)) {
        auto finding = std::move(over.finding);
        finding.stack = over.series;
        finding.stacks = over.scored;
        if (over.scored > 1 && finding.kindOf.empty())
            finding.aggregation += ", highest of " + std::to_string(over.scored) + " stacks";
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<StudyFinding> aggregateStudy(const std::vector<FindingCard>& cards,
                                         const std::vector<std::vector<SeriesFinding>>& series) {
    return overParts(cards, series);
}

}  // namespace residua
