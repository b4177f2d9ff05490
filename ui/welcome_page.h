// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace residua {

/// What is in the viewport's place as long as nothing is open: what to do, in three lines.
class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(QWidget* parent = nullptr);

Q_SIGNALS:
    void openFolderWished();
    void samplesWished();
    void keysWished();
};

}  // namespace residua
