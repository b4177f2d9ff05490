// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window_menu.h"

#include "ui/actions.h"
#include "ui/theme.h"

namespace residua {

namespace {

constexpr int keyed = 9;

Command presetCommand(int index) {
    return static_cast<Command>(static_cast<int>(Command::WindowPreset1) + index);
}

}  // namespace

WindowMenu::WindowMenu(const Actions& actions, QWidget* parent)
    : QMenu(tr("Window"), parent), actions_(actions) {
    setIcon(themedIcon(QStringLiteral("adjustments")));
    for (int i = 0; i < keyed; ++i)
        connect(actions_[presetCommand(i)], &QAction::triggered, this, [this, i] { Q_EMIT choiceWished(i); });
    setChoices({});
}

void WindowMenu::setChoices(const QList<WindowChoice>& choices) {
    clear();
    addAction(actions_[Command::WindowAuto]);
    for (int i = 0; i < choices.size(); ++i) {
        const QString text = QStringLiteral("%1   %2").arg(choices[i].name, choices[i].details).trimmed();
        if (i >= keyed) {
            addAction(text, this, [this, i] { Q_EMIT choiceWished(i); });
            continue;
        }
        actions_[presetCommand(i)]->setText(text);
        addAction(actions_[presetCommand(i)]);
    }
    for (int i = 0; i < keyed; ++i) actions_[presetCommand(i)]->setVisible(i < choices.size());
    addSeparator();
    addAction(actions_[Command::SaveWindowPreset]);
}

}  // namespace residua
