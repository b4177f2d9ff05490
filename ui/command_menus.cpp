// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/command_menus.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QToolBar>
#include <QToolButton>
#include <initializer_list>

#include "ui/actions.h"
#include "ui/theme.h"

namespace residua {

namespace {

constexpr CommandGroup groups[] = {CommandGroup::File,   CommandGroup::Slices,      CommandGroup::Tools,
                                   CommandGroup::View,   CommandGroup::WindowLevel, CommandGroup::Findings,
                                   CommandGroup::Report, CommandGroup::Edit,        CommandGroup::Interface,
                                   CommandGroup::Help};

void addAll(QWidget& target, const Actions& actions, std::initializer_list<Command> commands) {
    for (const Command command : commands) target.addAction(actions[command]);
}

/// A button with icon and word that opens a menu.
QToolButton* menuButton(const QString& icon, const QString& text, QMenu& menu, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setIcon(themedIcon(icon));
    button->setText(text);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setProperty("labelled", true);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(&menu);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

QMenu* menuOf(const Actions& actions, std::initializer_list<Command> commands, QWidget* parent) {
    auto* menu = new QMenu(parent);
    addAll(*menu, actions, commands);
    return menu;
}

QWidget* spacer(QWidget* parent) {
    auto* space = new QWidget(parent);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    return space;
}

}  // namespace

QToolBar* makeToolBar(const Actions& actions, QMenu& windowMenu, QWidget* parent) {
    auto* bar = new QToolBar(parent);
    bar->setObjectName(QStringLiteral("toolbar"));
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setIconSize(QSize(20, 20));
    bar->addAction(actions[Command::ToggleBrowser]);
    QMenu* open = menuOf(
        actions, {Command::OpenFolder, Command::OpenFiles, Command::Library, Command::OpenSamples}, bar);
    bar->addWidget(menuButton(QStringLiteral("folder-open"), Actions::tr("Open"), *open, bar));
    bar->addSeparator();
    addAll(
        *bar, actions,
        {Command::ToolWindow, Command::ToolPan, Command::ToolZoom, Command::ToolScroll, Command::ToolLength});
    bar->addWidget(menuButton(QStringLiteral("adjustments"), Actions::tr("Window"), windowMenu, bar));
    bar->addSeparator();
    addAll(*bar, actions,
           {Command::Invert, Command::TurnLeft, Command::TurnRight, Command::FlipHorizontally,
            Command::FlipVertically, Command::ResetView});
    bar->addSeparator();
    addAll(*bar, actions, {Command::Cine, Command::TextOverlay, Command::Heatmap, Command::KeyImage});
    bar->addSeparator();
    addAll(*bar, actions, {Command::Undo, Command::Redo});
    bar->addWidget(spacer(bar));
    QMenu* report = menuOf(actions, {Command::ExportPdf, Command::ExportJson}, bar);
    bar->addWidget(menuButton(QStringLiteral("file-export"), Actions::tr("Export"), *report, bar));
    addAll(*bar, actions, {Command::Theme, Command::ToggleFindings});
    auto* all = new QToolButton(bar);
    all->setObjectName(QStringLiteral("allCommands"));
    all->setIcon(themedIcon(QStringLiteral("menu-2")));
    all->setToolTip(Actions::tr("All commands"));
    all->setPopupMode(QToolButton::InstantPopup);
    all->setMenu(makeMainMenu(actions, all));
    bar->addWidget(all);
    return bar;
}

QMenu* makeMainMenu(const Actions& actions, QWidget* parent) {
    auto* menu = new QMenu(parent);
    for (const CommandGroup group : groups) {
        QMenu* part = menu->addMenu(Actions::groupName(group));
        for (const CommandRow& row : Actions::rows())
            if (row.group == group) part->addAction(actions[row.command]);
    }
    return menu;
}

QMenu* makeViewportMenu(const Actions& actions, QMenu& windowMenu, QWidget* parent) {
    auto* menu = new QMenu(parent);
    menu->addMenu(&windowMenu);
    QMenu* tools =
        menu->addMenu(themedIcon(QStringLiteral("contrast")), Actions::groupName(CommandGroup::Tools));
    addAll(
        *tools, actions,
        {Command::ToolWindow, Command::ToolPan, Command::ToolZoom, Command::ToolScroll, Command::ToolLength});
    menu->addSeparator();
    addAll(*menu, actions,
           {Command::Invert, Command::TurnLeft, Command::TurnRight, Command::FlipHorizontally,
            Command::FlipVertically, Command::ResetView});
    menu->addSeparator();
    addAll(*menu, actions, {Command::Cine, Command::ImageCovers});
    menu->addSeparator();
    addAll(*menu, actions, {Command::Heatmap, Command::KeyImage, Command::CopyImage});
    menu->addSeparator();
    menu->addAction(actions[Command::DicomHeader]);
    return menu;
}

}  // namespace residua
