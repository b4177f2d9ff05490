// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_places.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

/// What to look for: a file of the study says more than a folder that may hold others by now.
const fs::path& markOf(const LibraryStudy& study, std::size_t folder) {
    const auto& file = study.files[folder];
    return file.empty() ? study.folders[folder] : file;
}

}  // namespace

StudyPlaces::StudyPlaces(QObject* parent) : QObject(parent) {
    connect(&check_, &PathCheck::found, this, [this](const std::vector<FoundPath>& found) {
        for (const auto& one : found) isThere_[one.path.native()] = one.isThere;
        Q_EMIT changed();
    });
}

void StudyPlaces::look(const std::vector<LibraryStudy>& studies) {
    std::vector<fs::path> paths;
    for (const auto& study : studies)
        for (std::size_t i = 0; i < study.folders.size(); ++i) {
            paths.push_back(markOf(study, i));
            isThere_.erase(paths.back().native());
        }
    check_.look(paths);
}

WhereStudyIs StudyPlaces::of(const LibraryStudy& study) const {
    WhereStudyIs where;
    for (std::size_t i = 0; i < study.folders.size(); ++i) {
        const auto answer = isThere_.find(markOf(study, i).native());
        if (answer == isThere_.end()) return {};
        (answer->second ? where.there : where.missing).push_back(study.folders[i]);
    }
    where.place = where.there.empty()     ? StudyPlace::Missing
                  : where.missing.empty() ? StudyPlace::There
                                          : StudyPlace::PartlyMissing;
    return where;
}

}  // namespace residua
