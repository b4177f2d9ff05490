// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/scope.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace residua {

namespace {

/// Without padding (PS3.5 6.2: spaces, and a trailing NULL that some programs write), in upper case.
std::string normalised(std::string_view text) {
    constexpr std::string_view kPadding(" \t\0", 3);
    const auto first = text.find_first_not_of(kPadding);
    if (first == std::string_view::npos) return {};
    std::string result(text.substr(first, text.find_last_not_of(kPadding) - first + 1));
    for (char& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return result;
}

std::string listed(const std::vector<std::string>& values) {
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : ", ") + value;
    return text;
}

std::string toText(double value) {
    std::array<char, 32> buffer{};
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

std::string toldBy(const std::string& what, const std::string& source) {
    return source.empty() ? what : what + " by " + source;
}

/// Gathers what speaks against an image and what could not be asked.
struct Verdicts {
    std::string against;  ///< the first contradiction
    std::vector<std::string> missing;

    void check(const std::string& tag, const std::string& value, const std::vector<std::string>& admitted) {
        if (admitted.empty()) return;
        const std::string asked = normalised(value);
        if (asked.empty()) {
            missing.push_back(tag);
            return;
        }
        const bool inside =
            std::ranges::any_of(admitted, [&](const auto& entry) { return normalised(entry) == asked; });
        if (!inside) refuse(tag + " is " + asked + ", the network is for " + listed(admitted));
    }

    void checkAge(const ModelScope& scope, const std::optional<double>& age) {
        if (!scope.minimumAge && !scope.maximumAge) return;
        const std::string tag = "PatientAge (0010,1010)";
        if (!age) {
            missing.push_back(tag);
            return;
        }
        const std::string found = tag + " is " + toText(*age) + " years, the network is for ";
        if (scope.minimumAge && *age < *scope.minimumAge)
            refuse(found + "ages from " + toText(*scope.minimumAge));
        else if (scope.maximumAge && *age > *scope.maximumAge)
            refuse(found + "ages up to " + toText(*scope.maximumAge));
    }

    /// PS3.3 C.7.6.1: absent means that the image may be of a patient or of a phantom. Ours: a network for
    /// phantoms asks for a YES; one for patients is content when nothing says YES.
    void checkQualityControl(const std::string& asked, const std::string& value) {
        const std::string tag = "QualityControlImage (0028,0300)";
        const bool phantom = normalised(value) == "YES";
        if (asked == "YES" && !phantom)
            refuse(tag + " is " + (normalised(value).empty() ? "missing" : normalised(value)) +
                   ", the network is for simulated and test images (YES)");
        if (asked == "NO" && phantom)
            refuse(tag + " is YES, the network is not for simulated or test images");
    }

    /// Ours: a scout is no image of what it shows, whatever a network is for, unless it asks for scouts.
    void checkLocalizer(const ScopeTags& tags, const std::vector<std::string>& sequences) {
        if (sequences.empty() && normalised(tags.sequence) == "LOCALIZER")
            refuse(toldBy("a localizer", tags.sequenceSource));
    }

    void refuse(const std::string& reason) {
        if (against.empty()) against = reason;
    }
};

std::string looksOf(Orientation orientation) {
    switch (orientation) {
        case Orientation::Mirrored:
            return "looks mirrored";
        case Orientation::UpsideDown:
            return "looks upside down";
        case Orientation::RotatedLeft:
            return "looks rotated to the left";
        case Orientation::RotatedRight:
            return "looks rotated to the right";
        case Orientation::AsTrained:
            break;
    }
    return {};
}

}  // namespace

ScopeCheck checkScope(const ModelScope& scope, const ScopeTags& tags) {
    Verdicts verdicts;
    verdicts.check("Modality (0008,0060)", tags.modality, scope.modalities);
    verdicts.checkQualityControl(scope.qualityControlImage, tags.qualityControlImage);
    verdicts.check("BodyPartExamined (0018,0015)", tags.bodyPart, scope.bodyParts);
    verdicts.check("ViewPosition (0018,5101)", tags.view, scope.views);
    verdicts.check("PhotometricInterpretation (0028,0004)", tags.photometric, scope.photometrics);
    verdicts.check("the plane by ImageOrientationPatient (0020,0037)", tags.plane, scope.planes);
    verdicts.check(toldBy("the MR sequence", tags.sequenceSource), tags.sequence, scope.sequences);
    verdicts.checkLocalizer(tags, scope.sequences);
    verdicts.check(toldBy("contrast agent", tags.contrastSource), tags.contrast,
                   scope.contrast.empty() ? std::vector<std::string>() : std::vector{scope.contrast});
    verdicts.checkAge(scope, tags.age);
    if (!verdicts.against.empty()) return {ScopeState::Outside, verdicts.against};
    if (verdicts.missing.empty()) return {};
    if (!tags.hasDicomTags) return {ScopeState::NotChecked, "a picture without DICOM tags"};
    return {ScopeState::NotChecked, listed(verdicts.missing) + " missing"};
}

ScopeCheck checkLikeness(const GateCard& gate, const Likeness& likeness, ScopeCheck tags) {
    if (tags.state == ScopeState::Outside) return tags;
    const double distance = likeness.unlikeness * gate.refuseDistance;
    const bool turned = likeness.orientationShare > gate.orientationThreshold &&
                        std::ranges::any_of(gate.orientations, [&](const ToldOrientation& told) {
                            return told.orientation == likeness.orientation && distance <= told.distance;
                        });
    if (turned) return {ScopeState::Outside, looksOf(likeness.orientation)};
    if (!(likeness.unlikeness <= 1))
        return {ScopeState::Outside, "unlike the images the network was trained on"};
    if (distance > gate.warnDistance) tags.caution = "unlike the training images: read with care";
    return tags;
}

bool appliesTo(const FindingCard& finding, const ScopeTags& tags) {
    const std::string modality = normalised(tags.modality);
    return finding.modality.empty() || modality.empty() || modality == normalised(finding.modality);
}

}  // namespace residua
