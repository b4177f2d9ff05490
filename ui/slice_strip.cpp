// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/slice_strip.h"

#include <QHelpEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "ui/theme.h"

namespace residua {

namespace {

constexpr int stripHeight = 64;
constexpr double labelWidth = 72;
constexpr double marksHeight = 12;  // flags and stars above the bars
constexpr double barsHeight = 26;
constexpr double top = 6;
constexpr double rightMargin = 12;

QRectF barsArea(const QWidget& strip) {
    return {labelWidth, top + marksHeight, std::max(1.0, strip.width() - labelWidth - rightMargin),
            barsHeight};
}

void paintTriangle(QPainter& painter, QPointF tip, const QColor& colour) {
    QPainterPath path(tip);
    path.lineTo(tip + QPointF(-3.5, -6));
    path.lineTo(tip + QPointF(3.5, -6));
    path.closeSubpath();
    painter.fillPath(path, colour);
}

}  // namespace

SliceStrip::SliceStrip(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("sliceStrip"));
    setAccessibleName(tr("Slices"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
}

QSize SliceStrip::sizeHint() const {
    return {400, stripHeight};
}
QSize SliceStrip::minimumSizeHint() const {
    return {200, stripHeight};
}

void SliceStrip::setSliceCount(int count) {
    count_ = std::max(0, count);
    current_ = 0;
    scores_.clear();
    keyImages_ = QBitArray(count_);
    cached_ = QBitArray(count_);
    setVisible(count_ > 1);
    update();
}

void SliceStrip::setScores(const QList<double>& scores, double threshold) {
    scores_ = scores;
    threshold_ = threshold;
    update();
}

void SliceStrip::setKeyImages(const QBitArray& keyImages) {
    keyImages_ = keyImages;
    keyImages_.resize(count_);
    update();
}

void SliceStrip::setCached(const QBitArray& cached) {
    cached_ = cached;
    cached_.resize(count_);
    update();
}

void SliceStrip::setCached(int slice) {
    if (slice < 0 || slice >= count_) return;
    cached_.setBit(slice);
    update();
}

void SliceStrip::setCurrent(int slice) {
    if (slice == current_ || slice < 0 || slice >= count_) return;
    current_ = slice;
    update();
}

bool SliceStrip::flagged(int slice) const {
    return slice < scores_.size() && scores_[slice] >= threshold_;
}

int SliceStrip::nextFlagged(int from, int step) const {
    for (int slice = from + step; slice >= 0 && slice < count_; slice += step)
        if (flagged(slice)) return slice;
    return -1;
}

QRectF SliceStrip::barRect(int slice) const {
    const QRectF area = barsArea(*this);
    const double pitch = std::min(area.width() / std::max(1, count_), 40.0);
    const double gap = pitch >= 6 ? 2 : pitch >= 3 ? 1 : 0;
    return {area.left() + slice * pitch, area.top(), std::max(pitch - gap, 0.5), area.height()};
}

int SliceStrip::sliceAt(QPointF position) const {
    const QRectF area = barsArea(*this);
    const double pitch = std::min(area.width() / std::max(1, count_), 40.0);
    return std::clamp(static_cast<int>(std::floor((position.x() - area.left()) / pitch)), 0,
                      std::max(0, count_ - 1));
}

void SliceStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ThemeColours& colours = coloursOf(palette());
    painter.fillRect(rect(), colours.panel);
    if (count_ == 0) return;
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = barsArea(*this);

    const QRectF now = barRect(current_);
    const double width = std::max(now.width() + 2, 5.0);
    const QRectF current(now.center().x() - width / 2, 3.5, width, height() - 7);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.accentSoft);
    painter.drawRoundedRect(current, 2, 2);

    for (int slice = 0; slice < count_; ++slice) {
        const QRectF bar = barRect(slice);
        const bool scored = slice < scores_.size() && !std::isnan(scores_[slice]);
        const double filled = scored ? std::max(2.0, scores_[slice] * bar.height()) : 2;
        const QColor colour = !scored ? colours.border : flagged(slice) ? colours.flagged : colours.disabled;
        painter.fillRect(QRectF(bar.left(), bar.bottom() - filled, bar.width(), filled), colour);
        if (flagged(slice))
            paintTriangle(painter, QPointF(bar.center().x(), area.top() - 3), colours.flagged);
        if (cached_.testBit(slice))
            painter.fillRect(QRectF(bar.left(), area.bottom() + 3, bar.width(), 2), colours.pressed);
    }
    painter.setFont(themeFont(TypeSize::Caption));
    painter.setPen(colours.text);
    for (int slice = 0; slice < count_; ++slice)
        if (keyImages_.testBit(slice))
            painter.drawText(QRectF(barRect(slice).center().x() - 8, area.bottom() + 4, 16, 14),
                             Qt::AlignCenter, QStringLiteral("★"));
    if (!scores_.isEmpty()) {
        const double y = area.bottom() - threshold_ * area.height();
        painter.setPen(QPen(colours.secondary, 1, Qt::DotLine));
        painter.drawLine(QPointF(area.left(), y), QPointF(barRect(count_ - 1).right(), y));
    }
    painter.setPen(QPen(colours.accent, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(current, 2, 2);

    painter.setFont(themeFont(TypeSize::Caption, QFont::Medium));
    painter.setPen(colours.text);
    painter.drawText(QRectF(12, area.top(), labelWidth - 16, area.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("%1 / %2").arg(current_ + 1).arg(count_));
}

void SliceStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && count_ > 0) Q_EMIT sliceWished(sliceAt(event->position()));
}

void SliceStrip::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton) || count_ == 0) return;
    const int slice = sliceAt(event->position());
    if (slice != current_) Q_EMIT sliceWished(slice);
}

void SliceStrip::wheelEvent(QWheelEvent* event) {
    event->accept();
    const int step = event->angleDelta().y() > 0 ? -1 : 1;
    const int slice = std::clamp(current_ + step, 0, std::max(0, count_ - 1));
    if (event->angleDelta().y() != 0 && slice != current_) Q_EMIT sliceWished(slice);
}

bool SliceStrip::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || count_ == 0) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int slice = sliceAt(help->pos());
    QStringList words{tr("Slice %1").arg(slice + 1)};
    if (slice < scores_.size() && !std::isnan(scores_[slice])) {
        words += tr("score %1").arg(QLocale().toString(scores_[slice], 'f', 2));
        words += flagged(slice) ? tr("flagged") : tr("not flagged");
    }
    if (keyImages_.testBit(slice)) words += tr("key image");
    QToolTip::showText(help->globalPos(), words.join(QStringLiteral(" · ")), this);
    return true;
}

}  // namespace residua
