// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "app/cine.h"
#include "ui/main_window.h"

namespace residua {

/// Brings the playing of a stack onto the window, and the reader's wishes there back to Cine.
class CinePresenter : public QObject {
    Q_OBJECT

public:
    CinePresenter(MainWindow& window, Cine& cine, QObject* parent = nullptr);

private:
    void present();
    QString rateText() const;

    MainWindow& window_;
    Cine& cine_;
};

}  // namespace residua
