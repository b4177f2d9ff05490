// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace residua {

/// The window's lower edge: what goes on, progress with a Stop button, the number of problems, and what
/// Residua is for.
class StatusLine : public QWidget {
    Q_OBJECT

public:
    explicit StatusLine(QWidget* parent = nullptr);
    void setText(const QString& text);
    void setJob(const QString& text, int done, int total);  ///< total 0 = unknown
    void clearJob();
    void setProblemCount(int count);
    void setPlayback(const QString& text);  ///< how fast the slices are played; empty = they are not

Q_SIGNALS:
    void stopWished();
    void problemsWished();

private:
    QLabel* text_;
    QLabel* job_;
    QLabel* playback_;
    QProgressBar* progress_;
    QPushButton* stop_;
    QPushButton* problems_;
};

}  // namespace residua
