// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/path_check.h"
#include "app/study_library.h"
#include "ui/library_rows.h"

namespace residua {

/// Where a study's folders are, as far as it is known.
struct WhereStudyIs {
    StudyPlace place = StudyPlace::Unknown;
    std::vector<std::filesystem::path> there, missing;
};

/// Whether the library's studies are still where they were, looked up without waiting.
class StudyPlaces : public QObject {
    Q_OBJECT

public:
    explicit StudyPlaces(QObject* parent = nullptr);

    /// Looks (again) for the studies' files; changed() follows.
    void look(const std::vector<LibraryStudy>& studies);
    /// Unknown while a folder has not answered.
    WhereStudyIs of(const LibraryStudy& study) const;

Q_SIGNALS:
    void changed();

private:
    PathCheck check_;
    std::unordered_map<std::string, bool> isThere_;
};

}  // namespace residua
