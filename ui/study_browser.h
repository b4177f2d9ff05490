// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/study_rows.h"

class QLabel;
class QLineEdit;
class QTreeView;

namespace residua {

class StudyModel;
class StudyFilter;

/// Patients → studies → series (→ stacks where there is more than one), with thumbnails, counts, modality,
/// date and state. Chooses with mouse, arrows and Enter; the field on top searches all texts.
class StudyBrowser : public QWidget {
    Q_OBJECT

public:
    explicit StudyBrowser(QWidget* parent = nullptr);

    /// Replaces all rows; what was unfolded and current stays so where it is still there.
    void setPatients(const QList<PatientRow>& patients);
    void setThumbnail(const StackId& stack, const QImage& image);
    void setStudyState(const QString& studyUid, StudyState state, const QStringList& flagged);
    void setSeriesFlagged(const QString& seriesUid, const QStringList& flagged,
                          const QString& notScored = {});
    /// Marks and shows it without a stackChosen.
    void setCurrent(const StackId& stack);
    StackId current() const;
    /// The stack `steps` further down the list (negative: up), empty at the ends.
    StackId neighbour(const StackId& stack, int steps) const;
    void focusSearch();

Q_SIGNALS:
    void stackChosen(const residua::StackId& stack);
    /// A row without a thumbnail came into sight.
    void thumbnailWished(const residua::StackId& stack);
    void studyStateWished(const QString& studyUid, residua::StudyState state);
    /// The study shall leave the list; its files stay.
    void studyRemovalWished(const QString& studyUid);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void connectView();
    void choose(const QModelIndex& index);
    void showMenu(const QPoint& position);
    void wishVisibleThumbnails();
    void updateSummary();
    void openFirstMatch();

    StudyModel* model_;
    StudyFilter* filter_;
    QTreeView* view_;
    QLineEdit* search_;
    QLabel* summary_;
    QLabel* nothing_;  ///< in the list's place when the search finds none
    StackId chosen_;
};

}  // namespace residua
