// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>
#include <memory>
#include <vector>

#include "ui/study_rows.h"

namespace residua {

enum class RowKind { Patient, Study, Series, Stack };

/// The browser's rows as a tree: patients, their studies, series, and stacks where a series has more than
/// one.
class StudyModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Role {
        KindRole = Qt::UserRole,  ///< RowKind
        TitleRole,                ///< first line
        CaptionRole,              ///< second line
        FlaggedRole,              ///< QStringList
        NotScoredRole,            ///< QString
        StateRole,                ///< StudyState, of a study
        ThumbnailRole,            ///< QImage, of a series or stack
        StackRole,                ///< StackId of what a choice of this row shows
        SearchRole,               ///< all texts of the row and of those above it
        KeyRole,                  ///< names the row between two setPatients
    };

    explicit StudyModel(QObject* parent = nullptr);
    ~StudyModel() override;

    void setPatients(const QList<PatientRow>& patients);
    bool setThumbnail(const StackId& stack, const QImage& image);
    void setStudyState(const QString& studyUid, StudyState state, const QStringList& flagged);
    void setSeriesFlagged(const QString& seriesUid, const QStringList& flagged, const QString& notScored);
    /// The row that shows a stack: the stack's own, or its series' where there is only one.
    QModelIndex indexOf(const StackId& stack) const;
    /// All stacks in the order of the rows.
    QList<StackId> stacks() const;
    int studyCount() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Node;
    Node* node(const QModelIndex& index) const;
    QModelIndex indexOf(const Node& node) const;
    Node* find(Node& from, RowKind kind, const QString& key) const;
    Node& add(Node& parent, RowKind kind, const QString& key);
    void addStudy(Node& patient, const StudyRow& study);
    void addSeries(Node& study, const SeriesRow& series);
    void changed(const Node& node);

    std::unique_ptr<Node> root_;
};

/// Keeps rows that hold all words searched for, with everything above and below them.
class StudyFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit StudyFilter(QObject* parent = nullptr);
    void setWords(const QString& words);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList words_;
};

}  // namespace residua
