// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace residua {

struct ThemeColours;

/// Paints the browser's rows.
class StudyDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintPatient(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintStudy(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintSeries(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
};

}  // namespace residua
