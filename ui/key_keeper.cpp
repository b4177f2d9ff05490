// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/key_keeper.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>

#include "ui/finding_frame.h"

namespace residua {

namespace {

bool moves(int key) {
    return key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_Left || key == Qt::Key_Right ||
           key == Qt::Key_Home || key == Qt::Key_End || key == Qt::Key_PageUp || key == Qt::Key_PageDown;
}

}  // namespace

bool keepsKey(const QWidget* focused, const QKeyEvent& event) {
    const int key = event.key();
    const bool plain = (event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == Qt::NoModifier;
    if (!focused || !plain) return false;
    if (qobject_cast<const QLineEdit*>(focused)) return key < Qt::Key_F1 || key > Qt::Key_F35;
    if (qobject_cast<const QAbstractButton*>(focused)) return key == Qt::Key_Space;
    if (qobject_cast<const FindingFrame*>(focused)) return key == Qt::Key_Up || key == Qt::Key_Down;
    if (qobject_cast<const QComboBox*>(focused)) return moves(key) || key == Qt::Key_Space;
    return (qobject_cast<const QAbstractItemView*>(focused) ||
            qobject_cast<const QAbstractSlider*>(focused)) &&
           moves(key);
}

}  // namespace residua
