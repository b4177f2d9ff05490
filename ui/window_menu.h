// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMenu>
#include <QString>

namespace residua {

class Actions;

/// An entry of the window menu; the keys 1 to 9 choose the first nine.
struct WindowChoice {
    QString name;     ///< e.g. "Lung", "File: WINDOW1"
    QString details;  ///< e.g. "C -600 · W 1500"
};

/// The automatic window, the file's own windows and the presets.
class WindowMenu : public QMenu {
    Q_OBJECT

public:
    WindowMenu(const Actions& actions, QWidget* parent);
    void setChoices(const QList<WindowChoice>& choices);

Q_SIGNALS:
    void choiceWished(int index);

private:
    const Actions& actions_;
};

}  // namespace residua
