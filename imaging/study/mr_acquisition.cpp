// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/mr_acquisition.h"

#include <cmath>
#include <string_view>
#include <utility>

#include "imaging/geometry/vectors.h"

namespace residua {

namespace {

struct Rule {
    std::string_view word;
    std::string_view meaning;
};

/// PS3.3 C.8.13.3.1, the terms that name a weighting.
constexpr std::array<Rule, 9> kAcquisitionContrasts{{{"DIFFUSION", "DWI"},
                                                     {"FLUID_ATTENUATED", "FLAIR"},
                                                     {"PERFUSION", "PERFUSION"},
                                                     {"PROTON_DENSITY", "PD"},
                                                     {"STIR", "STIR"},
                                                     {"T1", "T1"},
                                                     {"T2", "T2"},
                                                     {"T2_STAR", "T2*"},
                                                     {"TOF", "MRA"}}};

/// Ours, from what scanners and departments write. The order decides: "t2 flair" is a FLAIR, "t1 localizer" a
/// localizer. Words of at most four letters stand alone, longer ones also inside others.
constexpr std::array<Rule, 44> kWords{{{"localizer", "LOCALIZER"},
                                       {"localiser", "LOCALIZER"},
                                       {"scout", "LOCALIZER"},
                                       {"survey", "LOCALIZER"},
                                       {"flair", "FLAIR"},
                                       {"dark fluid", "FLAIR"},
                                       {"darkfluid", "FLAIR"},
                                       {"adc", "ADC"},
                                       {"dadc", "ADC"},
                                       {"dwi", "DWI"},
                                       {"diff", "DWI"},
                                       {"diffusion", "DWI"},
                                       {"dti", "DWI"},
                                       {"asl", "PERFUSION"},
                                       {"pcasl", "PERFUSION"},
                                       {"perf", "PERFUSION"},
                                       {"perfusion", "PERFUSION"},
                                       {"dsc", "PERFUSION"},
                                       {"dce", "PERFUSION"},
                                       {"bold", "BOLD"},
                                       {"fmri", "BOLD"},
                                       {"swi", "T2*"},
                                       {"swan", "T2*"},
                                       {"t2*", "T2*"},
                                       {"t2star", "T2*"},
                                       {"haemo", "T2*"},
                                       {"hemo", "T2*"},
                                       {"tof", "MRA"},
                                       {"mra", "MRA"},
                                       {"angio", "MRA"},
                                       {"stir", "STIR"},
                                       {"mprage", "T1"},
                                       {"mp rage", "T1"},
                                       {"bravo", "T1"},
                                       {"spgr", "T1"},
                                       {"fspgr", "T1"},
                                       {"vibe", "T1"},
                                       {"tfl3d", "T1"},
                                       {"t1w", "T1"},
                                       {"t1", "T1"},
                                       {"t2w", "T2"},
                                       {"t2", "T2"},
                                       {"pdw", "PD"},
                                       {"pd", "PD"}}};

/// Ours. What denies comes first: "t1 ohne km" has none.
constexpr std::array<Rule, 16> kContrastWords{{{"precontrast", "NO"},
                                               {"pre", "NO"},
                                               {"ohne", "NO"},
                                               {"nativ", "NO"},
                                               {"without", "NO"},
                                               {"sans", "NO"},
                                               {"+c", "YES"},
                                               {"+gd", "YES"},
                                               {"gd", "YES"},
                                               {"gad", "YES"},
                                               {"gado", "YES"},
                                               {"km", "YES"},
                                               {"post", "YES"},
                                               {"postcontrast", "YES"},
                                               {"contrast", "YES"},
                                               {"kontrast", "YES"}}};

/// Lower case; what separates words becomes one space, at both ends too. '+' and '*' carry meaning.
std::string words(std::string_view text) {
    std::string result = " ";
    for (const char c : text) {
        const bool isUpper = c >= 'A' && c <= 'Z';
        const bool isWord = isUpper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '*' ||
                            c == '+' || static_cast<unsigned char>(c) >= 0x80;
        if (c == '+' && result.back() != ' ') result += ' ';  // "t1+c"
        if (isWord)
            result += isUpper ? static_cast<char>(c | 0x20) : c;
        else if (result.back() != ' ')
            result += ' ';
    }
    if (result.back() != ' ') result += ' ';
    // "3dt1" and "2dt2" are two words.
    for (const char* joined : {" 2d", " 3d"})
        if (const auto at = result.find(joined); at != std::string::npos && result[at + 3] != ' ')
            result.insert(at + 3, " ");
    return result;
}

bool has(const std::string& words, std::string_view word) {
    constexpr std::size_t kShort = 4;
    const auto wanted = word.size() <= kShort ? " " + std::string(word) + " " : std::string(word);
    return words.find(wanted) != std::string::npos;
}

template <std::size_t count>
std::string_view meaningOf(const std::array<Rule, count>& rules, std::string_view text) {
    const auto spoken = words(text);
    for (const auto& rule : rules)
        if (has(spoken, rule.word)) return rule.meaning;
    return {};
}

bool holdsValue(std::string_view values, std::string_view wanted) {
    while (!values.empty()) {
        const auto end = std::min(values.find('\\'), values.size());
        if (values.substr(0, end) == wanted) return true;
        values.remove_prefix(std::min(end + 1, values.size()));
    }
    return false;
}

/// Of spin echoes only: a gradient echo's weighting hangs on its flip angle and spoiling, too.
std::string_view meaningOfTimes(const Instance& instance) {
    const auto echo = instance.echoTime.value_or(0), repetition = instance.repetitionTime;
    if (!holdsValue(instance.scanningSequence, "SE") || echo <= 0 || repetition <= 0) return {};
    // Ours, in ms: wide of the values in use, with a gap between the weightings.
    if (instance.inversionTime >= 1600 && echo >= 70) return "FLAIR";
    if (instance.inversionTime >= 100 && instance.inversionTime <= 250) return "STIR";
    if (repetition <= 1000 && echo <= 30) return "T1";
    if (repetition >= 2000 && echo >= 70) return "T2";
    if (repetition >= 2000 && echo <= 45) return "PD";
    return {};
}

constexpr const char* kImageType = "ImageType (0008,0008)";

using Told = std::pair<std::string, std::string>;  ///< what, by which attribute

Told sequenceOf(const Series& series, const Instance& instance) {
    const auto told = [](std::string_view what, const char* source) {
        return Told(std::string(what), source);
    };
    for (const auto& rule : kAcquisitionContrasts)
        if (instance.acquisitionContrast == rule.word)
            return told(rule.meaning, "AcquisitionContrast (0008,9209)");
    if (holdsValue(instance.imageType, "LOCALIZER")) return told("LOCALIZER", kImageType);
    if (holdsValue(instance.imageType, "ADC")) return told("ADC", kImageType);
    if (holdsValue(instance.imageType, "DIFFUSION")) return told("DWI", kImageType);
    if (instance.bValue.value_or(0) > 0) return told("DWI", "DiffusionBValue (0018,9087)");
    const std::array<std::pair<const std::string*, const char*>, 3> texts{
        {{&series.description, "SeriesDescription (0008,103E)"},
         {&series.protocol, "ProtocolName (0018,1030)"},
         {&series.sequenceName, "SequenceName (0018,0024)"}}};
    for (const auto& [text, source] : texts)
        if (const auto meaning = meaningOf(kWords, *text); !meaning.empty()) return told(meaning, source);
    if (const auto meaning = meaningOfTimes(instance); !meaning.empty())
        return told(meaning, "RepetitionTime and EchoTime (0018,0080), (0018,0081)");
    return {};
}

Told contrastOf(const Series& series, const Instance& instance) {
    constexpr const char* kAgent = "ContrastBolusAgent (0018,0010)";
    const auto agent = words(instance.contrastAgent);
    if (agent == " no " || agent == " none " || agent == " without ") return {"NO", kAgent};
    if (agent != " ") return {"YES", kAgent};
    if (const auto meaning = meaningOf(kContrastWords, series.description); !meaning.empty())
        return {std::string(meaning), "SeriesDescription (0008,103E)"};
    if (const auto meaning = meaningOf(kContrastWords, series.protocol); !meaning.empty())
        return {std::string(meaning), "ProtocolName (0018,1030)"};
    // PS3.3 A.4.3: the Contrast/Bolus module is required if contrast media were used.
    return {"NO", "the missing ContrastBolusAgent (0018,0010)"};
}

}  // namespace

MrAcquisition mrAcquisition(const Series& series, const Instance& instance) {
    if (series.modality != "MR") {
        const bool isLocalizer = holdsValue(instance.imageType, "LOCALIZER");  // PS3.3 C.8.2.1.1.1 of CT
        return isLocalizer ? MrAcquisition{"LOCALIZER", kImageType, {}, {}} : MrAcquisition{};
    }
    auto [sequence, sequenceSource] = sequenceOf(series, instance);
    auto [contrast, contrastSource] = contrastOf(series, instance);
    return {std::move(sequence), std::move(sequenceSource), std::move(contrast), std::move(contrastSource)};
}

std::string planeOf(const std::optional<std::array<double, 6>>& orientation) {
    if (!orientation) return {};
    const auto normal = planeNormal(*orientation);
    constexpr double kClose = 0.8;  // cosine of 37 degrees, as dcm4che and others draw the line
    constexpr std::array<const char*, 3> kPlanes{"SAGITTAL", "CORONAL", "AXIAL"};
    for (std::size_t axis = 0; axis < normal.size(); ++axis)
        if (std::abs(normal[axis]) > kClose) return kPlanes[axis];
    return "OBLIQUE";
}

}  // namespace residua
