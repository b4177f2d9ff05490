// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/score_bar.h"

#include <QPainter>
#include <algorithm>

#include "ui/theme.h"

namespace residua {

ScoreBar::ScoreBar(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ScoreBar::setScore(double score, double threshold) {
    score_ = std::clamp(score, 0.0, 1.0);
    threshold_ = std::clamp(threshold, 0.0, 1.0);
    scored_ = true;
    update();
}

void ScoreBar::clear() {
    scored_ = false;
    update();
}

QSize ScoreBar::sizeHint() const {
    return {120, 14};
}

void ScoreBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColours& colours = coloursOf(palette());
    const QRectF groove(0, height() / 2.0 - 3, width(), 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.pressed);
    painter.drawRoundedRect(groove, 3, 3);
    if (!scored_) return;
    const bool flagged = score_ >= threshold_;
    painter.setBrush(flagged ? colours.flagged : colours.secondary);
    painter.drawRoundedRect(QRectF(groove.topLeft(), QSizeF(std::max(6.0, score_ * groove.width()), 6)), 3,
                            3);
    const double x = std::clamp(threshold_ * groove.width(), 1.0, groove.width() - 1);
    painter.fillRect(QRectF(x - 2, groove.top() - 4, 4, 14), colours.panel);
    painter.fillRect(QRectF(x - 1, groove.top() - 4, 2, 14), colours.text);
}

}  // namespace residua
