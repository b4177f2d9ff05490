// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QMenu;
class QToolBar;
class QWidget;

namespace residua {

class Actions;

/// The slim toolbar. `windowMenu` opens from its button 'Window'.
QToolBar* makeToolBar(const Actions& actions, QMenu& windowMenu, QWidget* parent);

/// All commands in groups.
QMenu* makeMainMenu(const Actions& actions, QWidget* parent);

/// The right-click menu of the viewport.
QMenu* makeViewportMenu(const Actions& actions, QMenu& windowMenu, QWidget* parent);

}  // namespace residua
