// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_analysis.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <map>
#include <set>
#include <utility>

#include "imaging/study/stack.h"

namespace residua {

namespace {

using ImageId = std::pair<std::filesystem::path, int>;

PredictImage imageOf(const Series& series, const Slice& slice) {
    return {series.instances[slice.instance].path, slice.frame,
            series.instances[slice.instance].sopInstanceUid};
}

using KnownResults = std::map<ImageId, const ImageResult*>;

/// The results of a series' images, as far as they are known, stack by stack.
AnalysedSeries analysedSeries(const Series& series, const KnownResults& known) {
    AnalysedSeries analysed{series.uid, series.number, series.description, series.modality, {}, {}, {}, {}};
    for (const auto& stack : makeStacks(series)) {
        AnalysedStack part{stack.label, analysed.images.size(), 0, {}, 0, {}, stack.problems};
        for (const auto& slice : stack.slices) {
            const auto image = imageOf(series, slice);
            const auto result = known.find({image.path, image.frame});
            if (result == known.end()) continue;
            analysed.images.push_back(*result->second);
            ++part.count;
        }
        if (part.count > 0) analysed.stacks.push_back(std::move(part));
    }
    return analysed;
}

}  // namespace

std::vector<PredictImage> imagesOf(const Study& study) {
    std::vector<PredictImage> images;
    for (const auto& series : study.series)
        for (const auto& stack : makeStacks(series))
            for (const auto& slice : stack.slices) images.push_back(imageOf(series, slice));
    return images;
}

Analysis makeAnalysis(const Study& study, const ModelCard& card, const std::vector<ImageResult>& results) {
    Analysis analysis;
    analysis.created = isoTime();
    analysis.programVersion = RESIDUA_VERSION;
    analysis.studyUid = study.uid;
    analysis.studyDate = study.date;
    analysis.studyDescription = study.description;
    analysis.accessionNumber = study.accessionNumber;
    analysis.patientId = study.patient.id;
    analysis.patientName = study.patient.name;
    analysis.patientBirthDate = study.patient.birthDate;
    analysis.patientSex = study.patient.sex;
    analysis.patientAge = study.patientAge;
    analysis.model = card;

    KnownResults known;
    for (const auto& result : results) known[{result.path, result.frame}] = &result;
    for (const auto& series : study.series) {
        auto analysed = analysedSeries(series, known);
        for (const auto& image : analysed.images) {
            if (!analysis.device.empty() || image.prediction.device.empty()) continue;
            analysis.device = image.prediction.device;
            analysis.precision = image.prediction.precision;
        }
        if (!analysed.images.empty()) analysis.series.push_back(std::move(analysed));
    }
    aggregate(analysis);
    return analysis;
}

void keepShownMaps(Analysis& analysis) {
    std::set<ImageId> shown;
    for (const auto& image : analysis.keyImages) shown.insert({image.path, image.frame});
    for (const auto& drawn : analysis.lengths) shown.insert({drawn.image.path, drawn.image.frame});
    for (auto& series : analysis.series) {
        for (const auto& finding : series.findings) {
            const auto& image = series.images.at(finding.slice);
            shown.insert({image.path, image.frame});
        }
        for (auto& image : series.images)
            if (!shown.contains({image.path, image.frame}))
                for (auto& score : image.prediction.findings) score.map = {};
    }
}

std::string isoTime() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm local{};
    localtime_r(&now, &local);
    std::array<char, 40> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S%z", &local);
    std::string time(text.data(), length);
    return time.size() > 2 ? time.insert(time.size() - 2, ":") : time;  // +0100 → +01:00
}

}  // namespace residua
