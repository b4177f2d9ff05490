// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library_model.h"

#include <QCollator>
#include <QGuiApplication>
#include <QLocale>
#include <QPalette>
#include <algorithm>
#include <numeric>

#include "ui/search_text.h"
#include "ui/theme.h"

namespace residua {

namespace {

QString stateText(const LibraryRow& row) {
    const QString state = [&] {
        switch (row.state) {
            case StudyState::New:
                return LibraryModel::tr("new");
            case StudyState::Analysed:
                return LibraryModel::tr("analysed");
            case StudyState::Read:
                return LibraryModel::tr("read");
        }
        return QString();
    }();
    if (row.place == StudyPlace::Missing) return LibraryModel::tr("%1 · missing").arg(state);
    if (row.place == StudyPlace::PartlyMissing) return LibraryModel::tr("%1 · partly missing").arg(state);
    return state;
}

bool isMissing(const LibraryRow& row) {
    return row.place == StudyPlace::Missing || row.place == StudyPlace::PartlyMissing;
}

QString toolTipOf(const LibraryRow& row) {
    if (isMissing(row)) return LibraryModel::tr("Not there any more:") + QLatin1Char('\n') + row.missing;
    return {};
}

}  // namespace

LibraryModel::LibraryModel(QObject* parent) : QAbstractTableModel(parent) {}

void LibraryModel::setRows(const QList<LibraryRow>& rows) {
    rows_ = rows;
    places_.clear();
    for (int i = 0; i < rows_.size(); ++i) places_[rows_[i].uid] = i;
    arrange();
    present();
}

void LibraryModel::setPlace(const QString& uid, StudyPlace place, const QString& missing) {
    const auto found = places_.constFind(uid);
    if (found == places_.cend()) return;
    auto& row = rows_[*found];
    if (row.place == place && row.missing == missing) return;
    row.place = place;
    row.missing = missing;
    const auto shown = std::ranges::find(shown_, *found);
    if (shown == shown_.end()) return;
    const int at = static_cast<int>(shown - shown_.begin());
    Q_EMIT dataChanged(index(at, 0), index(at, ColumnCount - 1));
}

void LibraryModel::setSearch(const QString& typed) {
    const auto words = searchWords(typed);
    if (words == words_) return;
    words_ = words;
    present();
}

void LibraryModel::sort(int column, Qt::SortOrder order) {
    sortColumn_ = column;
    order_ = order;
    arrange();
    present();
}

void LibraryModel::arrange() {
    sorted_.resize(static_cast<std::size_t>(rows_.size()));
    std::iota(sorted_.begin(), sorted_.end(), 0);
    if (sortColumn_ < 0) return;
    QCollator collator;
    collator.setNumericMode(true);
    std::vector<QCollatorSortKey> keys;
    for (const auto& row : rows_) {
        const auto number = sortColumn_ == Images ? QString::number(row.images) : QString();
        keys.push_back(collator.sortKey(sortColumn_ == Date     ? row.day
                                        : sortColumn_ == Images ? number.rightJustified(10, u'0')
                                                                : text(row, sortColumn_)));
    }
    const bool isUp = order_ == Qt::AscendingOrder;
    std::ranges::stable_sort(sorted_, [&](int a, int b) {
        const auto& first = keys[static_cast<std::size_t>(isUp ? a : b)];
        return first.compare(keys[static_cast<std::size_t>(isUp ? b : a)]) < 0;
    });
}

void LibraryModel::present() {
    beginResetModel();
    shown_.clear();
    for (const int row : sorted_)
        if (holdsAll(rows_[row].haystack, words_)) shown_.push_back(row);
    endResetModel();
}

const LibraryRow& LibraryModel::row(const QModelIndex& index) const {
    return rows_[shown_.at(static_cast<std::size_t>(index.row()))];
}

QModelIndex LibraryModel::indexOf(const QString& uid) const {
    const auto place = places_.constFind(uid);
    if (place == places_.cend()) return {};
    const auto shown = std::ranges::find(shown_, *place);
    return shown == shown_.end() ? QModelIndex() : index(static_cast<int>(shown - shown_.begin()), 0);
}

int LibraryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int LibraryModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString LibraryModel::text(const LibraryRow& row, int column) const {
    switch (column) {
        case Patient:
            if (row.patientId.isEmpty()) return row.patient;
            return row.patient.isEmpty() ? row.patientId
                                         : QStringLiteral("%1 · %2").arg(row.patient, row.patientId);
        case Date:
            return row.date;
        case Description:
            return row.description;
        case Modality:
            return row.modalities;
        case Images:
            return row.images > 0 ? QLocale().toString(row.images) : QString();
        case State:
            return stateText(row);
        case Flagged:
            return row.flagged;
        case Answer:
            return row.answer;
        default:
            return {};
    }
}

QVariant LibraryModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const auto& shown = row(index);
    switch (role) {
        case Qt::DisplayRole:
            return text(shown, index.column());
        case Qt::ToolTipRole: {
            const auto tip = toolTipOf(shown);
            return tip.isEmpty() ? text(shown, index.column()) : tip;
        }
        case Qt::TextAlignmentRole:
            return index.column() == Images ? QVariant((Qt::AlignRight | Qt::AlignVCenter).toInt())
                                            : QVariant();
        case Qt::DecorationRole:
            return index.column() == State && isMissing(shown)
                       ? QVariant(themedIcon(QStringLiteral("alert-triangle")))
                       : QVariant();
        case Qt::ForegroundRole:
            return shown.place == StudyPlace::Missing
                       ? QVariant(coloursOf(QGuiApplication::palette()).secondary)
                       : QVariant();
        case UidRole:
            return shown.uid;
        default:
            return {};
    }
}

QVariant LibraryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    const QStringList names = {tr("Patient"), tr("Date"),  tr("Study"),   tr("Modality"),
                               tr("Images"),  tr("State"), tr("Flagged"), tr("Last answer")};
    return names.value(section);
}

}  // namespace residua
