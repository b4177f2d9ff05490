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

#include "imaging/study/dicom_header.h"

namespace residua {

namespace {

using Members = std::vector<std::size_t>;
using Parts = std::vector<StackPart>;
/// Groups of a part's members, each with what sets it apart.
using Groups = std::vector<std::pair<std::string, Members>>;
using Grouping = std::function<Groups(const Members&, const Series&)>;

// Ours: within a degree, slices count as parallel.
const double kParallel = std::cos(1.0 * 3.14159265358979323846 / 180);

double dot(const double* a, const double* b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

bool sameOrientation(const Instance& a, const Instance& b) {
    if (!a.orientation || !b.orientation) return a.orientation.has_value() == b.orientation.has_value();
    return dot(a.orientation->data(), b.orientation->data()) > kParallel &&
           dot(a.orientation->data() + 3, b.orientation->data() + 3) > kParallel;
}

/// The plane of the body that the slices are nearest to.
std::string planeName(const Instance& instance) {
    const auto normal = normalOf(instance);
    if (!normal) return "no orientation";
    const double x = std::abs((*normal)[0]), y = std::abs((*normal)[1]), z = std::abs((*normal)[2]);
    if (z >= x && z >= y) return "axial";
    return x >= y ? "sagittal" : "coronal";
}

Groups byOrientation(const Members& members, const Series& series) {
    Groups groups;
    for (const auto member : members) {
        const auto& instance = series.instances[member];
        const auto fits = std::ranges::find_if(groups, [&](const auto& group) {
            return sameOrientation(series.instances[group.second.front()], instance);
        });
        if (fits != groups.end())
            fits->second.push_back(member);
        else
            groups.push_back({planeName(instance), {member}});
    }
    std::map<std::string, int> used;
    for (auto& [name, unused] : groups)
        if (const int count = ++used[name]; count > 1) name += " " + std::to_string(count);
    return groups;
}

/// Groups by the key of each instance, in ascending order of the keys.
template <typename Key, typename KeyOf, typename Name>
Groups byKey(const Members& members, const Series& series, KeyOf keyOf, Name name) {
    std::map<Key, Members> groups;
    for (const auto member : members) groups[keyOf(series.instances[member])].push_back(member);
    Groups named;
    for (auto& [key, group] : groups) named.push_back({name(key), std::move(group)});
    return named;
}

Groups bySize(const Members& members, const Series& series) {
    using Size = std::pair<int, int>;
    return byKey<Size>(
        members, series, [](const Instance& i) { return Size(i.columns, i.rows); },
        [](const Size& size) { return std::to_string(size.first) + " × " + std::to_string(size.second); });
}

Groups byEcho(const Members& members, const Series& series) {
    // Scanners write one echo's time with some jitter: a hundredth of a millisecond is none.
    return byKey<double>(
        members, series, [](const Instance& i) { return std::round(i.echoTime.value_or(-1) * 100) / 100; },
        [](double te) { return te < 0 ? std::string("no TE") : "TE " + shortNumber(te) + " ms"; });
}

Groups byDiffusion(const Members& members, const Series& series) {
    return byKey<double>(
        members, series, [](const Instance& i) { return std::round(i.bValue.value_or(-1)); },
        [](double b) { return b < 0 ? std::string("no b-value") : "b " + shortNumber(b); });
}

/// Kinds of image that scanners mix in one series, from value 3 of ImageType on (PS3.3 C.8.3.1.1.1 and
/// C.8.13.1.3.1).
std::string kindOfImage(const Instance& instance) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kinds{{
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
    }};
    std::string_view rest = instance.imageType;
    for (int value = 1; !rest.empty(); ++value) {
        const auto end = std::min(rest.find('\\'), rest.size());
        const auto* kind = std::ranges::find(kinds, rest.substr(0, end),
                                             &std::pair<std::string_view, std::string_view>::first);
        if (value >= 3 && kind != kinds.end()) return std::string(kind->second);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

Groups byKindOfImage(const Members& members, const Series& series) {
    return byKey<std::string>(members, series, kindOfImage, [](const std::string& kind) {
        return kind.empty() ? std::string("other") : kind;
    });
}

/// How often each position occurs among the members; empty where one has no position.
std::vector<std::size_t> occurrences(const Members& members, const Series& series) {
    std::vector<double> locations;
    const auto normal = normalOf(series.instances[members.front()]);
    for (const auto member : members) {
        if (!normal || !series.instances[member].position) return {};
        locations.push_back(locationOf(series.instances[member], *normal));
    }
    std::ranges::sort(locations);
    std::vector<std::size_t> counts;
    for (std::size_t i = 0; i < locations.size(); ++i) {
        if (i == 0 || locations[i] - locations[i - 1] >= kSamePosition) counts.push_back(0);
        ++counts.back();
    }
    return counts;
}

bool repeatsPositions(const Members& members, const Series& series) {
    auto counts = occurrences(members, series);
    // One position alone, over time, is scrolled through as one stack.
    if (counts.size() < 2) return false;
    // Most positions, not a few: those are doubled slices.
    const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
    std::ranges::nth_element(counts, middle);
    return *middle > 1;
}

bool isAnyRepeated(const Groups& groups, const Series& series) {
    return std::ranges::any_of(groups,
                               [&](const auto& group) { return repeatsPositions(group.second, series); });
}

/// The n-th slice at each position, in the order of the instance numbers, is of time point n.
Groups byOccurrence(const Members& members, const Series& series) {
    const auto normal = *normalOf(series.instances[members.front()]);
    std::map<long, std::size_t> seen;
    Groups groups;
    for (const auto member : members) {
        const auto cell = std::lround(locationOf(series.instances[member], normal) / kSamePosition);
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
Groups byTime(const Members& members, const Series& series) {
    if (!repeatsPositions(members, series)) return {{{}, members}};
    const auto number = [n = 0](const auto&) mutable { return "time point " + std::to_string(++n); };
    const std::array candidates{
        byKey<double>(
            members, series, [](const Instance& i) { return i.temporalPosition.value_or(-1); }, number),
        byKey<int>(
            members, series, [](const Instance& i) { return i.acquisitionNumber.value_or(-1); }, number),
        byKey<std::string>(
            members, series, [](const Instance& i) { return i.acquisitionTime; }, number)};
    // A key that is different for every slice (a trigger time) tells slices apart, not time points.
    const auto positions = occurrences(members, series).size();
    for (const auto& groups : candidates)
        if (groups.size() > 1 && groups.size() * positions <= 2 * members.size() &&
            !isAnyRepeated(groups, series))
            return groups;
    return byOccurrence(members, series);
}

Parts splitBy(const Grouping& grouping, const Parts& parts, const Series& series) {
    Parts result;
    for (const auto& part : parts) {
        auto groups = grouping(part.members, series);
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

Members usable(const Series& series, bool multiFrame) {
    Members members;
    for (std::size_t i = 0; i < series.instances.size(); ++i)
        if (series.instances[i].hasPixels && (series.instances[i].frames > 1) == multiFrame)
            members.push_back(i);
    std::ranges::sort(members, {}, [&](std::size_t i) {
        const auto& instance = series.instances[i];
        return std::tie(instance.instanceNumber, instance.path.native());
    });
    return members;
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

std::optional<std::array<double, 3>> normalOf(const Instance& instance) {
    if (!instance.orientation) return std::nullopt;
    const auto& o = *instance.orientation;
    return std::array{o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
}

double locationOf(const Instance& instance, const std::array<double, 3>& normal) {
    return dot(instance.position->data(), normal.data());
}

std::vector<StackPart> splitSeries(const Series& series) {
    Parts parts;
    const auto single = usable(series, false);
    const bool isLoose = !single.empty() && (isProjection(series.modality) ||
                                             series.instances[single.front()].fileKind == FileKind::Picture);
    if (!single.empty()) parts.push_back({single, {}, true});
    if (!single.empty() && !isLoose) {
        if (areViewsAllAround(byOrientation(single, series), single.size()))
            parts.front().sharesOrientation = false;
        else
            for (const auto& grouping : {byOrientation, bySize, byEcho, byDiffusion, byKindOfImage, byTime})
                parts = splitBy(grouping, parts, series);
    }
    const auto multi = usable(series, true);
    for (const auto member : multi) {
        StackPart part{{member}, {}, false};
        if (parts.size() + multi.size() > 1)
            part.labels.push_back("image " + std::to_string(series.instances[member].instanceNumber));
        parts.push_back(std::move(part));
    }
    return parts;
}

}  // namespace residua
