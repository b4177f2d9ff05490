// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "imaging/study/file_bytes.h"
#include "imaging/study/study.h"

namespace residua {

/// Puts studies of one instance each together, in the order in which they are added.
class StudyMerge {
public:
    /// False for a file that was there before under another path.
    bool isNewFile(FileIdentity identity);
    /// An instance whose SOP Instance UID is there already is left out.
    void add(Study study);
    /// The studies, sorted by patient, date and time, each with its series by number.
    std::vector<Study> take();

private:
    struct Place {
        std::size_t study = 0;
        std::unordered_map<std::string, std::size_t> series;  ///< by UID
    };

    std::vector<Study> studies_;
    std::unordered_map<std::string, Place> places_;  ///< by Study Instance UID
    std::unordered_set<std::string> instances_;
    std::unordered_set<FileIdentity, FileIdentity::Hash> files_;
};

}  // namespace residua
