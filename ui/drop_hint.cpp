// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drop_hint.h"

#include <QPainter>

#include "ui/theme.h"

namespace residua {

DropHint::DropHint(QWidget* parent) : QWidget(parent) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void DropHint::cover() {
    setGeometry(parentWidget()->rect());
    raise();
    show();
}

void DropHint::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColours& colours = coloursOf(palette());
    QColor veil = colours.window;
    veil.setAlpha(215);
    painter.fillRect(rect(), veil);
    painter.setPen(QPen(colours.accent, 2, Qt::DashLine));
    painter.drawRoundedRect(QRectF(rect()).adjusted(16, 16, -16, -16), 12, 12);
    painter.drawPixmap(rect().center() - QPoint(20, 48),
                       iconPixmap(QStringLiteral("upload"), colours.accent, 40, devicePixelRatioF()));
    painter.setFont(themeFont(TypeSize::Title, QFont::DemiBold));
    painter.setPen(colours.text);
    painter.drawText(rect().adjusted(0, 40, 0, 0), Qt::AlignCenter, tr("Drop to open"));
}

}  // namespace residua
