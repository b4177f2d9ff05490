// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace residua {

/// All keys and what the mouse does, made from the table of commands.
class KeysDialog : public QDialog {
    Q_OBJECT

public:
    explicit KeysDialog(QWidget* parent = nullptr);

Q_SIGNALS:
    void documentationWished();
};

}  // namespace residua
