// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/study_merge.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace residua {

bool StudyMerge::isNewFile(FileIdentity identity) {
    // Files that could not be opened have none.
    return identity == FileIdentity() || files_.insert(identity).second;
}

void StudyMerge::add(Study study) {
    auto& series = study.series.front();
    auto& instance = series.instances.front();
    if (!instances_.insert(instance.sopInstanceUid).second) return;
    const auto [place, isNewStudy] = places_.try_emplace(study.uid);
    auto& [studyIndex, seriesIndices] = place->second;
    if (isNewStudy) studyIndex = studies_.size();
    const auto [known, isNewSeries] =
        seriesIndices.try_emplace(series.uid, isNewStudy ? 0 : studies_[studyIndex].series.size());
    if (isNewStudy)
        studies_.push_back(std::move(study));
    else if (isNewSeries)
        studies_[studyIndex].series.push_back(std::move(series));
    else
        studies_[studyIndex].series[known->second].instances.push_back(std::move(instance));
}

std::vector<Study> StudyMerge::take() {
    std::ranges::sort(studies_, {}, [](const Study& s) {
        return std::tie(s.patient.name, s.patient.id, s.date, s.time, s.uid);
    });
    for (auto& study : studies_) {
        std::ranges::sort(study.series, {},
                          [](const Series& s) { return std::tie(s.number, s.description, s.uid); });
        // The pictures of a folder are numbered in the order of their names.
        for (auto& series : study.series) {
            int number = 0;
            for (auto& instance : series.instances)
                if (instance.fileKind == FileKind::Picture) instance.instanceNumber = ++number;
        }
    }
    return std::move(studies_);
}

}  // namespace residua
