// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>
#include <utility>

class QLabel;
class QVBoxLayout;

namespace residua {

/// What is in the viewport's place as long as nothing is open: what to do, in three lines.
class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(QWidget* parent = nullptr);

Q_SIGNALS:
    void openFolderWished();
    void libraryWished();
    void samplesWished();
    void keysWished();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void addStep(QVBoxLayout& column, const QString& icon, const QString& text, const QString& button,
                 void (WelcomePage::*wish)());

    QList<std::pair<QLabel*, QString>> marks_;  ///< icons to be drawn anew in another theme
};

}  // namespace residua
