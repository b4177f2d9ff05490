// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notice.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include "ui/theme.h"

namespace residua {

namespace {
constexpr int shownFor = 3000;  // ms
constexpr int fromTop = 72;     // below the upper side marker and the key image's mark
}  // namespace

Notice::Notice(QWidget* parent) : QFrame(parent) {
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(16, 8, 8, 8);
    line->setSpacing(12);
    text_ = new QLabel(this);
    text_->setTextFormat(Qt::PlainText);
    undo_ = new QPushButton(themedIcon(QStringLiteral("arrow-back-up")), tr("Undo"), this);
    undo_->setObjectName(QStringLiteral("noticeUndo"));
    undo_->setProperty("quiet", true);
    undo_->setFocusPolicy(Qt::NoFocus);
    connect(undo_, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT undoWished();
    });
    line->addWidget(text_);
    line->addWidget(undo_);
    timer_.setSingleShot(true);
    timer_.setInterval(shownFor);
    connect(&timer_, &QTimer::timeout, this, &QWidget::hide);
    parent->installEventFilter(this);
    hide();
}

void Notice::showText(const QString& text, Undo undo) {
    text_->setText(text);
    undo_->setVisible(undo == Undo::Offered);
    layout()->setContentsMargins(16, 8, undo == Undo::Offered ? 8 : 16, 8);
    place();
    show();
    raise();
    timer_.start();
}

void Notice::place() {
    layout()->activate();
    resize(sizeHint());
    move((parentWidget()->width() - width()) / 2, fromTop);
}

bool Notice::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize) place();
    return QFrame::eventFilter(watched, event);
}

void Notice::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColours& colours = coloursOf(palette());
    painter.setPen(QPen(colours.border, 1));
    painter.setBrush(colours.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

}  // namespace residua
