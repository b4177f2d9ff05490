// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLineEdit;

namespace residua {

/// Asks for the password of an encrypted archive.
class PasswordDialog : public QDialog {
    Q_OBJECT

public:
    enum class Asked { First, AgainAfterWrong };

    /// @param archive the file's name, as shown
    PasswordDialog(const QString& archive, Asked asked, QWidget* parent = nullptr);
    QString password() const;  ///< as typed; spaces count

private:
    QLineEdit* password_;
};

}  // namespace residua
