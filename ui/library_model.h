// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <QList>
#include <vector>

#include "ui/library_rows.h"

namespace residua {

/// The studies of the library as a table, those that the search leaves, in the order of a column or as they
/// came: opened last first.
class LibraryModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Patient, Date, Description, Modality, Images, State, Flagged, Answer, ColumnCount };
    enum Role { UidRole = Qt::UserRole };

    explicit LibraryModel(QObject* parent = nullptr);

    void setRows(const QList<LibraryRow>& rows);
    void setPlace(const QString& uid, StudyPlace place, const QString& missing);
    /// @param typed words, all of which are to be found; accents and capitals do not matter
    void setSearch(const QString& typed);

    const QList<LibraryRow>& rows() const { return rows_; }  ///< found or not
    const LibraryRow& row(const QModelIndex& index) const;
    QModelIndex indexOf(const QString& uid) const;  ///< invalid where the search left it out

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// @param column -1 = as they came
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

private:
    void arrange();
    void present();
    QString text(const LibraryRow& row, int column) const;

    QList<LibraryRow> rows_;
    QHash<QString, int> places_;  ///< uid → index in rows_
    std::vector<int> sorted_;     ///< indices of rows_, all
    std::vector<int> shown_;      ///< those of them that are found
    QStringList words_;
    int sortColumn_ = -1;
    Qt::SortOrder order_ = Qt::AscendingOrder;
};

}  // namespace residua
