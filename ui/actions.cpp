// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/actions.h"

#include <QCoreApplication>

#include "ui/theme.h"

namespace residua {

namespace {

/// "Open folder (Ctrl+O)"
QString toolTip(const QAction& action) {
    const QString text = action.text().remove(QStringLiteral("…"));
    if (action.shortcut().isEmpty()) return text;
    return QStringLiteral("%1 (%2)").arg(text, action.shortcut().toString(QKeySequence::NativeText));
}

}  // namespace

Actions::Actions(QObject* parent) : QObject(parent) {
    for (const CommandRow& row : rows()) {
        auto* action = new QAction(themedIcon(QString::fromLatin1(row.icon)),
                                   QCoreApplication::translate("Actions", row.text), this);
        action->setShortcuts(row.keys);
        action->setCheckable(row.checkable);
        action->setToolTip(toolTip(*action));
        connect(action, &QAction::changed, action, [action] {
            const QString tip = toolTip(*action);
            if (action->toolTip() != tip) action->setToolTip(tip);
        });
        actions_[static_cast<std::size_t>(row.command)] = action;
    }
}

QAction* Actions::operator[](Command command) const {
    return actions_[static_cast<std::size_t>(command)];
}

QString Actions::groupName(CommandGroup group) {
    using Group = CommandGroup;
    switch (group) {
        case Group::File:
            return tr("Studies");
        case Group::Slices:
            return tr("Slices and series");
        case Group::Tools:
            return tr("Left mouse button");
        case Group::View:
            return tr("View");
        case Group::WindowLevel:
            return tr("Window");
        case Group::Findings:
            return tr("Findings");
        case Group::Report:
            return tr("Report");
        case Group::Edit:
            return tr("Edit");
        case Group::Interface:
            return tr("Interface");
        case Group::Help:
            return tr("Help");
    }
    return {};
}

QList<std::pair<QString, QString>> Actions::mouseRows() {
    return {{tr("Current tool"), tr("Left drag")},
            {tr("Wider / narrower window (window tool)"), tr("Left drag right / left")},
            {tr("Brighter / darker (window tool)"), tr("Left drag up / down")},
            {tr("Pan"), tr("Middle drag")},
            {tr("Zoom"), tr("Right drag, or Ctrl+wheel")},
            {tr("Slices"), tr("Wheel")},
            {tr("Menu"), tr("Right click")},
            {tr("Maximise and back"), tr("Double click")},
            {tr("Remove the length touched last"), tr("Del")}};
}

}  // namespace residua
