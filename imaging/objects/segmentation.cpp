// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/objects/segmentation.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <span>
#include <utility>

#include "imaging/study/character_set.h"
#include "imaging/study/dicom_header.h"
#include "imaging/study/element_value.h"
#include "imaging/study/functional_groups.h"

namespace residua {

namespace {

constexpr std::string_view kLabelMap = "1.2.840.10008.5.1.4.1.1.66.7";

constexpr std::uint32_t kShared = 0x52009229, kPerFrame = 0x52009230, kSegments = 0x00620002,
                        kDerivation = 0x00089124, kSourceImages = 0x00082112, kReferencedSeries = 0x00081115,
                        kReferencedInstances = 0x0008114A, kReferencedUid = 0x00081155, kItem = 0xFFFEE000;

// Ours: as many as FunctionalGroups takes; more would be memory for nothing.
constexpr std::size_t kMostFrames = 100'000;
constexpr std::size_t kMostSegments = 65'536;  // SegmentNumber is US
constexpr std::size_t kLongestUid = 64;

std::string uidOf(const GateElement& element) {
    return std::string(textOf(element).substr(0, kLongestUid));
}

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; });
    return lower;
}

/// What one item of the functional groups says.
struct Group {
    std::optional<int> segment;
    std::optional<std::array<double, 3>> position;
    std::optional<std::array<double, 6>> orientation;
    std::vector<double> spacing;
    double thickness = 0;
    std::vector<SourceImage> sources;
};

/// Gathers what a segmentation says while the gate walks it.
class SegmentationElements {
public:
    void take(const GateElement& element);
    /// Throws Error LabelMaskInvalid.
    Segmentation segmentation(GatedFile file);

private:
    void takeOwn(const GateElement& element);
    void takeSegment(const GateElement& element);
    void takeMacro(Group& group, const GateElement& element);
    static void takeSource(Group& group, const GateElement& element);
    Group* groupAt(std::size_t item);
    void takeKind(Segmentation& segmentation) const;
    SegmentationFrame frame(const Group& group) const;
    void requireSegments(const Segmentation& segmentation) const;
    [[noreturn]] static void invalid(const std::filesystem::path& path, const std::string& what) {
        throw Error(ProblemKind::LabelMaskInvalid, path, what);
    }

    std::array<std::uint32_t, 66> enclosing_{};  ///< last tag of each depth
    std::string sopClass_, type_, frameOfReference_, characterSet_;
    std::optional<int> maximum_, background_;
    std::vector<Segment> segments_;
    std::vector<std::string> images_;
    Group shared_;
    std::vector<Group> perFrame_;
    bool tooMany_ = false;
};

Group* SegmentationElements::groupAt(std::size_t item) {
    if (enclosing_[0] == kShared) return item == 0 ? &shared_ : nullptr;
    if (enclosing_[0] != kPerFrame) return nullptr;
    if (item >= kMostFrames) {
        tooMany_ = true;
        return nullptr;
    }
    if (item >= perFrame_.size()) perFrame_.resize(item + 1);
    return &perFrame_[item];
}

void SegmentationElements::take(const GateElement& element) {
    const auto tag = tagOf(element);
    const auto depth = static_cast<std::size_t>(element.depth);
    if (tag != kItem) enclosing_.at(depth) = tag;
    if (depth == 0) return takeOwn(element);
    const auto top = enclosing_[0];
    if (depth == 1 && top == kSegments) return takeSegment(element);
    const bool isListed = (depth == 1 && top == kSourceImages) ||
                          (depth == 2 && top == kReferencedSeries && enclosing_[1] == kReferencedInstances);
    if (isListed && tag == kReferencedUid) images_.push_back(uidOf(element));
    if (top != kShared && top != kPerFrame) return;
    Group* group = groupAt(element.topItem);
    if (!group) return;
    if (depth == 2) takeMacro(*group, element);
    if (depth == 3 && enclosing_[1] == kDerivation && enclosing_[2] == kSourceImages)
        takeSource(*group, element);
}

void SegmentationElements::takeOwn(const GateElement& element) {
    switch (tagOf(element)) {
        case 0x00080005:
            characterSet_ = textOf(element);
            return;
        case 0x00080016:
            sopClass_ = textOf(element);
            return;
        case 0x00200052:
            frameOfReference_ = uidOf(element);
            return;
        case 0x00280120:
            if (const auto value = unsignedShortOf(element)) background_ = static_cast<int>(*value);
            return;
        case 0x00620001:
            type_ = textOf(element);
            return;
        case 0x0062000E:
            if (const auto value = unsignedShortOf(element)) maximum_ = static_cast<int>(*value);
            return;
        default:
            return;
    }
}

void SegmentationElements::takeSegment(const GateElement& element) {
    if (element.topItem >= kMostSegments) return;
    if (element.topItem >= segments_.size()) segments_.resize(element.topItem + 1);
    auto& segment = segments_[element.topItem];
    if (tagOf(element) == 0x00620004)
        segment.number = static_cast<int>(unsignedShortOf(element).value_or(0));
    else if (tagOf(element) == 0x00620005)
        segment.label = textOf(element);
}

void SegmentationElements::takeMacro(Group& group, const GateElement& element) {
    const auto macro = enclosing_[1];
    const auto tag = tagOf(element);
    if (macro == 0x0062000A && tag == 0x0062000B) {
        if (const auto number = unsignedShortOf(element)) group.segment = static_cast<int>(*number);
    } else if (macro == 0x00209113 && tag == 0x00200032) {
        group.position = positionOf(numbersOf(element, "DS"));
    } else if (macro == 0x00209116 && tag == 0x00200037) {
        group.orientation = orientationOf(numbersOf(element, "DS"));
    } else if (macro == 0x00289110 && tag == 0x00280030) {
        group.spacing = numbersOf(element, "DS");
    } else if (macro == 0x00289110 && tag == 0x00180050) {
        const auto thickness = numbersOf(element, "DS");
        if (!thickness.empty()) group.thickness = std::max(0.0, thickness.front());
    }
}

void SegmentationElements::takeSource(Group& group, const GateElement& element) {
    if (tagOf(element) == kItem) {
        group.sources.emplace_back();
        return;
    }
    if (group.sources.empty()) return;
    auto& source = group.sources.back();
    if (tagOf(element) == kReferencedUid) {
        source.sopInstanceUid = uidOf(element);
    } else if (tagOf(element) == 0x00081160) {
        source.frames.clear();
        for (const double number : numbersOf(element, "IS"))
            source.frames.push_back(number >= 1 && number < 1e9 ? static_cast<int>(number) : 0);
    } else if (tagOf(element) == 0x0028135A) {
        source.samePlaces = textOf(element) == "YES";
    }
}

void SegmentationElements::takeKind(Segmentation& segmentation) const {
    const auto& path = segmentation.file.path;
    if (!isSegmentation(sopClass_)) invalid(path, "no segmentation: SOP class '" + sopClass_ + "'");
    if (sopClass_ == kLabelMap)
        segmentation.kind = SegmentationKind::LabelMap;
    else if (type_ == "FRACTIONAL")
        segmentation.kind = SegmentationKind::Fractional;
    else if (type_ != "BINARY")
        invalid(path, "a segmentation of the unknown type '" + type_.substr(0, 40) + "'");
    segmentation.maximumFraction = maximum_.value_or(255);
    if (segmentation.maximumFraction < 1 || segmentation.maximumFraction > 255)
        invalid(path, "MaximumFractionalValue is " + std::to_string(segmentation.maximumFraction));
}

SegmentationFrame SegmentationElements::frame(const Group& group) const {
    SegmentationFrame frame;
    const auto segment = group.segment ? group.segment : shared_.segment;
    // Ours: where there is one segment alone, a frame that names none is its.
    frame.segment = segment.value_or(segments_.size() == 1 ? segments_.front().number : 0);
    frame.sources = group.sources.empty() ? shared_.sources : group.sources;
    const auto position = group.position ? group.position : shared_.position;
    const auto orientation = group.orientation ? group.orientation : shared_.orientation;
    const auto& spacing = group.spacing.empty() ? shared_.spacing : group.spacing;
    const bool hasSpacing = spacing.size() >= 2 && spacing[0] > 0 && spacing[1] > 0;
    if (position && orientation && hasSpacing)
        frame.plane = PlaneGeometry{*position, *orientation, spacing[0], spacing[1],
                                    group.thickness > 0 ? group.thickness : shared_.thickness};
    return frame;
}

void SegmentationElements::requireSegments(const Segmentation& segmentation) const {
    if (segmentation.kind == SegmentationKind::LabelMap) return;
    std::set<int> described;
    for (const auto& segment : segments_) described.insert(segment.number);
    for (std::size_t i = 0; i < segmentation.frames.size(); ++i) {
        const int number = segmentation.frames[i].segment;
        if (!described.contains(number))
            invalid(segmentation.file.path, "frame " + std::to_string(i + 1) + " shows segment " +
                                                std::to_string(number) + ", which is not described");
    }
}

Segmentation SegmentationElements::segmentation(GatedFile file) {
    Segmentation result;
    result.file = std::move(file);
    const auto& path = result.file.path;
    takeKind(result);
    if (!result.file.report.hasPixelData) throw Error(ProblemKind::PixelDataMissing, path);
    if (tooMany_) invalid(path, "more than " + std::to_string(kMostFrames) + " frames");
    if (result.kind == SegmentationKind::LabelMap) result.background = background_;
    result.frameOfReferenceUid = frameOfReference_;
    const auto frames = static_cast<std::size_t>(result.file.report.frames);
    perFrame_.resize(std::min(perFrame_.size(), frames));
    for (const auto& group : perFrame_) result.frames.push_back(frame(group));
    requireSegments(result);
    TextDecoder decoder;
    decoder.setCharacterSet(characterSet_);
    for (auto& segment : segments_) segment.label = decoder.toUtf8(segment.label);
    result.segments = std::move(segments_);
    std::ranges::sort(images_);
    result.images = std::move(images_);
    return result;
}

}  // namespace

Segmentation segmentationOf(GatedFile file) {
    SegmentationElements elements;
    walkDicom(
        file.bytes, file.path, [&](const GateElement& element) { elements.take(element); },
        ItemVisits::Given);
    return elements.segmentation(std::move(file));
}

Segmentation readSegmentation(const std::filesystem::path& path, const ArchivePasswords& passwords) {
    return segmentationOf(readGatedFile(path, passwords));
}

std::vector<int> segmentsNamed(const Segmentation& segmentation, std::string_view name) {
    const auto wanted = lowerCase(trimmed(name));
    int number = -1;
    const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
    const bool isNumber = error == std::errc() && end == wanted.data() + wanted.size();
    std::vector<int> all, byNumber, byLabel;
    std::string known;
    for (const auto& segment : segmentation.segments) {
        // PS3.3 C.8.20.2: a label map may describe its background as a segment.
        const bool isBackground = segmentation.kind == SegmentationKind::LabelMap &&
                                  (segment.number == 0 || segment.number == segmentation.background);
        if (isBackground) continue;
        all.push_back(segment.number);
        if (isNumber && segment.number == number) byNumber.push_back(segment.number);
        if (lowerCase(segment.label) == wanted) byLabel.push_back(segment.number);
        if (all.size() <= 20)
            known +=
                (known.empty() ? "" : ", ") + std::to_string(segment.number) + " (" + segment.label + ")";
    }
    if (wanted.empty()) return all;
    if (!byNumber.empty()) return byNumber;
    if (!byLabel.empty()) return byLabel;
    throw Error(ProblemKind::LabelMaskInvalid, segmentation.file.path,
                "no segment '" + std::string(trimmed(name)) + "' among " +
                    (known.empty() ? std::string("none") : known));
}

}  // namespace residua
