// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/stack_split.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "imaging/geometry/vectors.h"
#include "imaging/study/dicom_header.h"
#include "imaging/study/mr_acquisition.h"

namespace residua {

namespace {

using Members = std::vector<SliceFacts>;
using Parts = std::vector<StackPart>;
/// Groups of a part's members, each with what sets it apart.
using Groups = std::vector<std::pair<std::string, Members>>;
using Grouping = std::function<Groups(const Members&)>;

// Ours: within a degree, slices count as parallel.
const double kParallel = std::cos(1.0 * 3.14159265358979323846 / 180);

bool sameOrientation(const Frame& a, const Frame& b) {
    if (!a.orientation || !b.orientation) return a.orientation.has_value() == b.orientation.has_value();
    return dot(rowDirection(*a.orientation), rowDirection(*b.orientation)) > kParallel &&
           dot(columnDirection(*a.orientation), columnDirection(*b.orientation)) > kParallel;
}

/// The plane of the body that the slices are nearest to.
std::string planeName(const Frame& facts) {
    const auto normal = normalOf(facts);
    if (!normal) return "no orientation";
    const double x = std::abs((*normal)[0]), y = std::abs((*normal)[1]), z = std::abs((*normal)[2]);
    if (z >= x && z >= y) return "axial";
    return x >= y ? "sagittal" : "coronal";
}

Groups byOrientation(const Members& members) {
    Groups groups;
    for (const auto& member : members) {
        const auto fits = std::ranges::find_if(groups, [&](const auto& group) {
            return sameOrientation(group.second.front().facts, member.facts);
        });
        if (fits != groups.end())
            fits->second.push_back(member);
        else
            groups.push_back({planeName(member.facts), {member}});
    }
    std::map<std::string, int> used;
    for (auto& [name, unused] : groups)
        if (const int count = ++used[name]; count > 1) name += " " + std::to_string(count);
    return groups;
}

/// Groups by the key of each member, in ascending order of the keys.
template <typename Key, typename KeyOf, typename Name>
Groups byKey(const Members& members, KeyOf keyOf, Name name) {
    std::map<Key, Members> groups;
    for (const auto& member : members) groups[keyOf(member)].push_back(member);
    Groups named;
    for (auto& [key, group] : groups) named.push_back({name(key), std::move(group)});
    return named;
}

Groups bySize(const Members& members) {
    using Size = std::pair<int, int>;
    return byKey<Size>(
        members, [](const SliceFacts& s) { return Size(s.image->columns, s.image->rows); },
        [](const Size& size) { return std::to_string(size.first) + " × " + std::to_string(size.second); });
}

Groups byEcho(const Members& members) {
    // Scanners write one echo's time with some jitter: a hundredth of a millisecond is none. Computed images
    // have no echo, or one of 0.
    return byKey<double>(
        members,
        [](const SliceFacts& s) {
            return std::round(std::max(0.0, s.facts.echoTime.value_or(0)) * 100) / 100;
        },
        [](double te) { return te == 0 ? std::string("no TE") : "TE " + shortNumber(te) + " ms"; });
}

Groups byDiffusion(const Members& members) {
    return byKey<double>(
        members, [](const SliceFacts& s) { return std::round(s.facts.bValue.value_or(-1)); },
        [](double b) { return b < 0 ? std::string("no b-value") : "b " + shortNumber(b); });
}

constexpr std::string_view kLocalizer = "localizer";

/// Kinds of image that scanners mix in one series, from value 3 of ImageType on (PS3.3 C.8.3.1.1.1 and
/// C.8.13.1.3.1).
std::string kindOfImage(std::string_view imageType) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kinds{{
        {"M", "magnitude"},
        {"MAGNITUDE", "magnitude"},
        {"M_FFE", "magnitude"},
        {"M_SE", "magnitude"},
        {"P", "phase"},
        {"PHASE", "phase"},
        {"PHASE MAP", "phase"},
        {"P_FFE", "phase"},
        {"R", "real"},
        {"REAL", "real"},
        {"R_FFE", "real"},
        {"I", "imaginary"},
        {"IMAGINARY", "imaginary"},
        {"I_FFE", "imaginary"},
        {"ADC", "ADC"},
        {"FA", "FA"},
        {"TRACEW", "trace"},
        {"WATER", "water"},
        {"FAT", "fat"},
        {"IN_PHASE", "in phase"},
        {"OUT_PHASE", "opposed phase"},
        {"MIP", "MIP"},
        {"FIELD_MAP", "field map"},
        {"LOCALIZER", kLocalizer},
    }};
    std::string_view rest = imageType;
    for (int value = 1; !rest.empty(); ++value) {
        const auto end = std::min(rest.find('\\'), rest.size());
        const auto* kind = std::ranges::find(kinds, rest.substr(0, end),
                                             &std::pair<std::string_view, std::string_view>::first);
        if (value >= 3 && kind != kinds.end()) return std::string(kind->second);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

Groups byKindOfImage(const Members& members) {
    return byKey<std::string>(
        members, [](const SliceFacts& s) { return kindOfImage(s.facts.type); },
        [](const std::string& kind) { return kind.empty() ? std::string("other") : kind; });
}

/// How often each position occurs among the members; empty where one has no position.
std::vector<std::size_t> occurrences(const Members& members) {
    std::vector<double> locations;
    const auto normal = normalOf(members.front().facts);
    for (const auto& member : members) {
        if (!normal || !member.facts.position) return {};
        locations.push_back(locationOf(member.facts, *normal));
    }
    std::ranges::sort(locations);
    std::vector<std::size_t> counts;
    for (std::size_t i = 0; i < locations.size(); ++i) {
        if (i == 0 || locations[i] - locations[i - 1] >= kSamePosition) counts.push_back(0);
        ++counts.back();
    }
    return counts;
}

bool repeatsPositions(const Members& members) {
    auto counts = occurrences(members);
    // One position alone, over time, is scrolled through as one stack.
    if (counts.size() < 2) return false;
    // Most positions, not a few: those are doubled slices.
    const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
    std::ranges::nth_element(counts, middle);
    return *middle > 1;
}

bool isAnyRepeated(const Groups& groups) {
    return std::ranges::any_of(groups, [](const auto& group) { return repeatsPositions(group.second); });
}

/// What a dimension of enhanced images tells apart (PS3.3 C.7.6.17): a word to number its values with.
std::string_view dimensionName(std::uint32_t pointer) {
    switch (pointer) {
        case 0x00189089:  // DiffusionGradientOrientation
            return "direction";
        case 0x00189087:  // DiffusionBValue
            return "b-value";
        case 0x00189082:  // EffectiveEchoTime
            return "echo";
        case 0x00200100:  // TemporalPositionIdentifier
        case 0x00209128:  // TemporalPositionIndex
        case 0x00209151:  // FrameReferenceDateTime
            return "time point";
        case 0x00209153:  // NominalCardiacTriggerDelayTime
            return "phase";
        case 0x0062000B:  // ReferencedSegmentNumber
            return "segment";
        default:
            return "part";
    }
}

/// Along the position the slices of one stack follow one another.
bool isAlongPosition(std::uint32_t pointer) {
    return pointer == 0x00209057 || pointer == 0x00200032 || pointer == 0x00209301 || pointer == 0x00201041;
}

/// Where most positions repeat: by the dimensions that the image itself names, one after the other.
Groups byDimension(const Members& members) {
    const auto& dimensions = members.front().image->dimensions;
    for (std::size_t i = 0; i < dimensions.size() && repeatsPositions(members); ++i) {
        if (isAlongPosition(dimensions[i])) continue;
        const auto value = [i](const SliceFacts& s) {
            return i < s.facts.indices.size() ? s.facts.indices[i] : 0;
        };
        int count = 0;
        auto groups = byKey<std::uint32_t>(members, value, [&](std::uint32_t) {
            return std::string(dimensionName(dimensions[i])) + " " + std::to_string(++count);
        });
        if (groups.size() > 1 && groups.size() * occurrences(members).size() <= 2 * members.size())
            return groups;
    }
    return {{{}, members}};
}

/// The n-th slice at each position, in the order of the instance numbers, is of time point n.
Groups byOccurrence(const Members& members) {
    const auto normal = *normalOf(members.front().facts);
    std::map<long, std::size_t> seen;
    Groups groups;
    for (const auto& member : members) {
        const auto cell = std::lround(locationOf(member.facts, normal) / kSamePosition);
        // A position may be rounded into either of two cells.
        const auto near =
            std::ranges::find_if(seen, [&](const auto& s) { return std::abs(s.first - cell) <= 1; });
        auto& count = near == seen.end() ? seen[cell] : near->second;
        if (count == groups.size()) groups.push_back({"time point " + std::to_string(count + 1), {}});
        groups[count++].second.push_back(member);
    }
    return groups;
}

/// Where most positions repeat, the series ran over time: by what tells the time points apart completely.
Groups byTime(const Members& members) {
    if (!repeatsPositions(members)) return {{{}, members}};
    const auto number = [n = 0](const auto&) mutable { return "time point " + std::to_string(++n); };
    const std::array candidates{
        byKey<double>(
            members, [](const SliceFacts& s) { return s.facts.temporalPosition.value_or(-1); }, number),
        byKey<int>(
            members, [](const SliceFacts& s) { return s.image->acquisitionNumber.value_or(-1); }, number),
        byKey<std::string>(
            members, [](const SliceFacts& s) { return s.image->acquisitionTime; }, number)};
    // A key that is different for every slice (a trigger time) tells slices apart, not time points.
    const auto positions = occurrences(members).size();
    for (const auto& groups : candidates)
        if (groups.size() > 1 && groups.size() * positions <= 2 * members.size() && !isAnyRepeated(groups))
            return groups;
    return byOccurrence(members);
}

Parts splitBy(const Grouping& grouping, const Parts& parts) {
    Parts result;
    for (const auto& part : parts) {
        auto groups = grouping(part.members);
        for (auto& [name, members] : groups) {
            StackPart next{std::move(members), part.labels, part.sharesOrientation};
            if (groups.size() > 1) next.labels.push_back(name);
            result.push_back(std::move(next));
        }
    }
    return result;
}

/// Views all around, each at an angle of its own, are one part in the order of their numbers.
bool areViewsAllAround(const Groups& orientations, std::size_t count) {
    return orientations.size() > 3 && 2 * orientations.size() > count;
}

/// Indices of the images that have one frame, or several, in the order of their numbers.
std::vector<std::size_t> usable(const Series& series, bool multiFrame) {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < series.instances.size(); ++i)
        if (series.instances[i].hasPixels && (series.instances[i].frames > 1) == multiFrame)
            indices.push_back(i);
    std::ranges::sort(indices, {}, [&](std::size_t i) {
        const auto& instance = series.instances[i];
        return std::tie(instance.instanceNumber, instance.path.native());
    });
    return indices;
}

void appendFrames(Members& members, const Series& series, std::size_t index) {
    const auto& image = series.instances[index];
    for (int frame = 0; frame < image.frames; ++frame)
        members.push_back({index, frame, &image, frameOf(image, frame)});
}

/// One part becomes several by all that tells slices of one kind from others.
Parts splitFully(StackPart part) {
    if (areViewsAllAround(byOrientation(part.members), part.members.size())) {
        part.sharesOrientation = false;
        return {std::move(part)};
    }
    Parts parts{std::move(part)};
    for (const auto& grouping :
         {byOrientation, bySize, byKindOfImage, byEcho, byDiffusion, byDimension, byTime})
        parts = splitBy(grouping, parts);
    return parts;
}

/// Ours: an MR series of at most 5 slices in each of several planes is there to plan others on.
bool isFewInSeveralPlanes(const Parts& parts, const Series& series) {
    constexpr std::size_t kFew = 5;
    std::set<std::string> planes;
    for (const auto& part : parts) {
        if (part.members.size() > kFew || !part.members.front().facts.orientation) return false;
        planes.insert(planeName(part.members.front().facts));
    }
    return series.modality == "MR" && planes.size() > 1;
}

/// Scouts are told by their name, also where a series holds nothing else.
void nameLocalizers(Parts& parts, const Series& series) {
    const bool areAll = isFewInSeveralPlanes(parts, series);
    for (auto& part : parts) {
        const auto& first = part.members.front();
        part.isLocalizer = areAll || kindOfImage(first.facts.type) == kLocalizer ||
                           mrAcquisition(series, *first.image).sequence == "LOCALIZER";
        if (part.isLocalizer && std::ranges::find(part.labels, kLocalizer) == part.labels.end())
            part.labels.emplace_back(kLocalizer);
    }
}

}  // namespace

std::string StackPart::label() const {
    std::string text;
    for (const auto& label : labels) text += (text.empty() ? "" : ", ") + label;
    return text;
}

std::string shortNumber(double value) {
    std::array<char, 64> text{};
    const double rounded = std::round(value * 100) / 100 + 0.0;  // + 0.0: no "-0"
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), rounded);
    return error == std::errc() ? std::string(text.data(), end) : std::string("?");
}

std::optional<std::array<double, 3>> normalOf(const Frame& facts) {
    return facts.orientation ? std::optional(planeNormal(*facts.orientation)) : std::nullopt;
}

double locationOf(const Frame& facts, const std::array<double, 3>& normal) {
    return dot(*facts.position, normal);
}

std::vector<StackPart> splitSeries(const Series& series) {
    Parts parts;
    StackPart singles;
    for (const auto index : usable(series, false)) appendFrames(singles.members, series, index);
    if (!singles.members.empty()) {
        const bool isLoose =
            isProjection(series.modality) || singles.members.front().image->fileKind == FileKind::Picture;
        if (isLoose)
            parts.push_back(std::move(singles));
        else
            parts = splitFully(std::move(singles));
    }
    const auto multi = usable(series, true);
    const bool isOneOfMany = parts.size() + multi.size() > 1;
    for (const auto index : multi) {
        const auto& image = series.instances[index];
        StackPart part;
        appendFrames(part.members, series, index);
        if (isOneOfMany) part.labels.push_back("image " + std::to_string(image.instanceNumber));
        part.sharesOrientation = !image.frameGroups.empty() && !isProjection(series.modality);
        auto split = part.sharesOrientation ? splitFully(std::move(part)) : Parts{std::move(part)};
        std::ranges::move(split, std::back_inserter(parts));
    }
    nameLocalizers(parts, series);
    return parts;
}

}  // namespace residua
