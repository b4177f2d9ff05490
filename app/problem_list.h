// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <deque>

#include "imaging/error.h"

namespace residua {

class MainWindow;

/// All that went wrong since the window was opened, newest last, each once; shown in the window's list of
/// problems.
class ProblemList : public QObject {
    Q_OBJECT

public:
    explicit ProblemList(MainWindow& window, QObject* parent = nullptr);
    void add(const Problem& problem);
    void clear();

private:
    void present();

    MainWindow& window_;
    std::deque<Problem> problems_;  ///< at most `limit`: a folder of broken files must not fill the memory
    QTimer timer_;
};

}  // namespace residua
