// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QTimer>

class QLabel;
class QPushButton;

namespace residua {

/// A short word over its parent's upper part that goes by itself after 3 s.
class Notice : public QFrame {
    Q_OBJECT

public:
    explicit Notice(QWidget* parent);
    enum class Undo { None, Offered };
    void showText(const QString& text, Undo undo);

Q_SIGNALS:
    void undoWished();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void place();

    QLabel* text_;
    QPushButton* undo_;
    QTimer timer_;
};

}  // namespace residua
