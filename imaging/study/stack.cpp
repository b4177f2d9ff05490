// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/stack.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "imaging/study/stack_split.h"

namespace residua {

namespace {

// Ours: gaps within a tenth of the median count as even; a gap is of whole slices within a fifth.
constexpr double kEven = 0.1;
constexpr double kWhole = 0.2;
constexpr double kMostlyEven = 0.8;

/// Whether slices of the modality have an order in space that a reader relies on.
bool isCrossSectional(std::string_view modality) {
    constexpr std::array<std::string_view, 3> modalities{"MR", "CT", "PT"};
    return std::ranges::find(modalities, modality) != modalities.end();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

/// Gaps between neighbours; those between doubled slices are 0.
std::vector<double> gapsOf(const Stack& stack) {
    std::vector<double> gaps;
    for (std::size_t i = 1; i < stack.slices.size(); ++i) {
        const double gap = stack.slices[i].location - stack.slices[i - 1].location;
        gaps.push_back(gap < kSamePosition ? 0 : gap);
    }
    return gaps;
}

void tellGaps(Stack& stack, const std::vector<double>& gaps, const Series& series) {
    const double usual = stack.spacingBetweenSlices;
    const auto even =
        std::ranges::count_if(gaps, [&](double gap) { return std::abs(gap - usual) <= kEven * usual; });
    const auto apart = std::ranges::count_if(gaps, [](double gap) { return gap > 0; });
    const bool isEven = static_cast<double>(even) >= kMostlyEven * static_cast<double>(apart);
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        const auto& before = stack.slices[i];
        const auto& after = stack.slices[i + 1];
        const auto& path = series.instances[after.instance].path;
        const double slices = gaps[i] / usual;
        if (gaps[i] == 0)
            stack.problems.push_back(
                {ProblemKind::SlicesDoubled, path, "two slices at " + shortNumber(after.location) + " mm"});
        else if (isEven && slices > 1.5 && std::abs(slices - std::round(slices)) < kWhole)
            stack.problems.push_back({ProblemKind::SlicesMissing, path,
                                      shortNumber(std::round(slices) - 1) + " missing between " +
                                          shortNumber(before.location) + " and " +
                                          shortNumber(after.location) + " mm"});
    }
}

void orderByPosition(Stack& stack, const StackPart& part, const Series& series) {
    const auto normal = *normalOf(part.members.front().facts);
    for (std::size_t i = 0; i < part.members.size(); ++i)
        stack.slices[i].location = locationOf(part.members[i].facts, normal);
    // Stable: slices at one position keep the order of their instance numbers.
    std::ranges::stable_sort(stack.slices, {}, &Slice::location);
    const auto gaps = gapsOf(stack);
    auto apart = gaps;
    std::erase(apart, 0.0);
    if (!apart.empty()) stack.spacingBetweenSlices = median(std::move(apart));
    // All at one position is a series over time, not a stack with doubled slices.
    if (stack.spacingBetweenSlices > 0) tellGaps(stack, gaps, series);
}

bool allHaveGeometry(const StackPart& part) {
    return std::ranges::all_of(part.members,
                               [](const auto& s) { return s.facts.position && s.facts.orientation; });
}

/// PS3.3 A.36 and others: enhanced images of sections, whose frames are told apart by functional groups only.
bool needsFrameGroups(const Instance& image) {
    constexpr std::array<std::string_view, 5> classes{
        "1.2.840.10008.5.1.4.1.1.2.1",    // CT
        "1.2.840.10008.5.1.4.1.1.2.2",    // legacy converted CT
        "1.2.840.10008.5.1.4.1.1.4.1",    // MR
        "1.2.840.10008.5.1.4.1.1.4.4",    // legacy converted MR
        "1.2.840.10008.5.1.4.1.1.128.1",  // legacy converted PET
    };
    return image.frames > 1 && image.frameGroups.empty() &&
           std::ranges::find(classes, image.sopClassUid) != classes.end();
}

void tellMissingGeometry(Stack& stack, const StackPart& part, const Series& series) {
    const auto& first = *part.members.front().image;
    const auto count = std::to_string(part.members.size());
    if (needsFrameGroups(first))
        stack.problems.push_back(
            {ProblemKind::FrameGroupsMissing, first.path, count + " frames in the order of the file"});
    else if (first.isUnreadMosaic)
        stack.problems.push_back({ProblemKind::GeometryMissing, first.path,
                                  "a mosaic whose slices cannot be counted is shown as one image"});
    else if (part.members.size() > 1 && part.sharesOrientation && isCrossSectional(series.modality) &&
             first.fileKind != FileKind::Picture)
        stack.problems.push_back(
            {ProblemKind::GeometryMissing, first.path, count + " slices in the order of their numbers"});
}

Stack makeStack(const StackPart& part, const Series& series) {
    Stack stack{.label = part.label(), .slices = {}, .problems = {}};
    for (const auto& member : part.members)
        stack.slices.push_back({.instance = member.instance, .frame = member.frame});
    stack.isLocalizer = part.isLocalizer;
    stack.hasGeometry = part.sharesOrientation && allHaveGeometry(part);
    if (stack.hasGeometry)
        orderByPosition(stack, part, series);
    else
        tellMissingGeometry(stack, part, series);
    return stack;
}

}  // namespace

std::vector<Stack> makeStacks(const Series& series) {
    std::vector<Stack> stacks;
    for (const auto& part : splitSeries(series)) stacks.push_back(makeStack(part, series));
    return stacks;
}

}  // namespace residua
