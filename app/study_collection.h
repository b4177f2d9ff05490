// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <memory>
#include <string>
#include <vector>

#include "imaging/study/stack.h"
#include "imaging/study/study.h"
#include "ui/study_rows.h"

namespace residua {

/// A study that is open, with its series' stacks. Immutable, so that workers may read it while it is
/// replaced.
struct OpenStudy {
    Study study;
    std::vector<std::vector<Stack>>
        stacks;  ///< one list a series, in the study's order; never an empty Stack
};

/// One stack of an open study, by its indices.
struct StackRef {
    std::shared_ptr<const OpenStudy> study;
    std::size_t series = 0;
    std::size_t stack = 0;

    explicit operator bool() const { return study != nullptr; }
    const Series& seriesOf() const { return study->study.series[series]; }
    const Stack& stackOf() const { return study->stacks[series][stack]; }
    const Instance& instance(std::size_t slice) const {
        return seriesOf().instances[stackOf().slices[slice].instance];
    }
    int frame(std::size_t slice) const { return stackOf().slices[slice].frame; }
    std::size_t count() const { return stackOf().slices.size(); }
    StackId id() const;
};

/// Orders the series of a study into stacks.
std::shared_ptr<const OpenStudy> makeOpenStudy(Study study);

/// `more`, which was read later, joined to `study`: new series are added, known series get the instances that
/// they lack; of one in both, `more` knows where its file lies now.
Study joined(const Study& study, const Study& more);

/// The studies in the window.
class StudyCollection {
public:
    /// Adds studies; one that is there already is replaced.
    void add(const std::vector<std::shared_ptr<const OpenStudy>>& studies);
    void remove(const std::string& studyUid);
    void clear() { studies_.clear(); }
    bool empty() const { return studies_.empty(); }
    std::size_t size() const { return studies_.size(); }

    std::shared_ptr<const OpenStudy> find(const std::string& studyUid) const;
    StackRef find(const StackId& id) const;  ///< empty if it is not there
    /// The first stack of the study that has an image, a localizer only where there is nothing else.
    StackRef firstStack(const std::string& studyUid) const;
    const std::vector<std::shared_ptr<const OpenStudy>>& all() const { return studies_; }
    /// Patients and their studies for the browser, in the order of the collection; patients are told apart by
    /// id and name.
    QList<PatientRow> rows(const QHash<QString, StudyState>& states) const;

private:
    std::vector<std::shared_ptr<const OpenStudy>> studies_;
};

/// The patient's age at the study, e.g. "47 y" or "18 months"; empty if it cannot be told.
QString shownAge(const Study& study);

/// A DICOM date (YYYYMMDD) in the reader's own notation; other text as it is.
QString shownDate(const std::string& date);

}  // namespace residua
