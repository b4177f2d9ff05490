// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QKeyEvent;
class QWidget;

namespace residua {

/// Whether a focused widget needs a key for itself, so that it starts no command: arrows in lists and
/// sliders, Space on buttons, any letter in a text field.
bool keepsKey(const QWidget* focused, const QKeyEvent& event);

}  // namespace residua
