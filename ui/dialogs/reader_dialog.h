// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLineEdit;

namespace residua {

/// Asks who reads: the name that stands beside answers and in reports.
class ReaderDialog : public QDialog {
    Q_OBJECT

public:
    explicit ReaderDialog(const QString& name, QWidget* parent = nullptr);
    QString name() const;  ///< without spaces around it; may be empty

private:
    QLineEdit* name_;
};

}  // namespace residua
