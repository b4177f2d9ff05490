// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tools/length_tool.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>

#include "ui/theme.h"
#include "ui/viewport.h"

namespace residua {

namespace {

constexpr double reach = 8;          // logical pixels within which an end is taken
constexpr double shortestDrawn = 4;  // logical pixels; less was a click

double distance(QPointF a, QPointF b) {
    return QLineF(a, b).length();
}

Point pointOf(QPointF p) {
    return {p.x(), p.y()};
}

/// The line with the end at `position` as its second point, if one is within reach.
std::optional<QLineF> grabbed(const QLineF& line, const QTransform& toView, QPointF position) {
    if (distance(toView.map(line.p2()), position) <= reach) return line;
    if (distance(toView.map(line.p1()), position) <= reach) return QLineF(line.p2(), line.p1());
    return std::nullopt;
}

void paintEnd(QPainter& painter, QPointF end) {
    painter.drawLine(end - QPointF(5, 0), end + QPointF(5, 0));
    painter.drawLine(end - QPointF(0, 5), end + QPointF(0, 5));
}

void paintLabel(QPainter& painter, const QString& text, QPointF at, const QColor& colour) {
    painter.setFont(themeFont(TypeSize::Body, QFont::Medium));
    QRectF box = painter.fontMetrics().boundingRect(text).adjusted(-6, -3, 6, 3);
    box.moveTopLeft(at + QPointF(10, 8));
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, 170));
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(colour);
    painter.drawText(box, Qt::AlignCenter, text);
}

}  // namespace

QString spacingName(SpacingKind kind) {
    switch (kind) {
        case SpacingKind::Detector:
            return QCoreApplication::translate("Length", "at the detector");
        case SpacingKind::MagnificationCorrected:
            return QCoreApplication::translate("Length", "magnification-corrected");
        case SpacingKind::Calibrated:
            return QCoreApplication::translate("Length", "calibrated");
        case SpacingKind::None:
        case SpacingKind::Patient:
            break;
    }
    return {};
}

QString lengthText(const QLineF& image, const Spacing& spacing) {
    return lengthText(measureLength(pointOf(image.p1()), pointOf(image.p2()), spacing));
}

QString lengthText(const Length& length) {
    const std::string_view unit = lengthUnit(length.kind);
    const QString number = QLocale().toString(length.value, 'f', length.kind == SpacingKind::None ? 0 : 1);
    const QString text =
        number + QLatin1Char(' ') + QString::fromLatin1(unit.data(), static_cast<int>(unit.size()));
    const QString name = spacingName(length.kind);
    return name.isEmpty() ? text : text + QLatin1Char(' ') + name;
}

void paintLength(QPainter& painter, const QTransform& imageToView, const QLineF& image, const QString& text,
                 LengthState state) {
    const QLineF line = imageToView.map(image);
    const QColor colour =
        state == LengthState::Selected ? QColor(0x8f, 0xd3, 0xff) : QColor(0xff, 0xe0, 0x82);
    for (const auto& pen : {QPen(QColor(0, 0, 0, 160), 3.5), QPen(colour, 1.5)}) {
        painter.setPen(pen);
        painter.drawLine(line);
        paintEnd(painter, line.p1());
        paintEnd(painter, line.p2());
    }
    const QPointF lower = line.p1().y() > line.p2().y() ? line.p1() : line.p2();
    paintLabel(painter, text, lower, colour);
}

void LengthTool::press(Viewport& viewport, QPointF position) {
    const QTransform toView = viewport.imageToView();
    selected_ = -1;
    drawing_ = true;
    for (int i = 0; i < viewport.lengths().size(); ++i) {
        if (const auto line = grabbed(viewport.lengths()[i], toView, position)) {
            selected_ = i;
            before_ = viewport.lengths()[i];
            drawn_ = *line;
            return;
        }
    }
    drawn_ = QLineF(viewport.toImage(position), viewport.toImage(position));
}

void LengthTool::drag(Viewport& viewport, QPointF position) {
    if (!drawing_) return;
    drawn_.setP2(viewport.toImage(position));
    viewport.update();
}

void LengthTool::release(Viewport& viewport, QPointF) {
    if (!drawing_) return;
    drawing_ = false;
    viewport.update();
    const QTransform toView = viewport.imageToView();
    if (toView.map(drawn_).length() < shortestDrawn) return;
    QList<QLineF> lengths = viewport.lengths();
    if (selected_ >= 0 && selected_ < lengths.size()) {
        const bool unmoved = drawn_ == before_ || QLineF(drawn_.p2(), drawn_.p1()) == before_;
        if (unmoved) return;
        lengths[selected_] = drawn_;
    } else {
        selected_ = static_cast<int>(lengths.size());
        lengths.append(drawn_);
    }
    Q_EMIT viewport.lengthsWished(lengths);
}

void LengthTool::cancel(Viewport& viewport) {
    drawing_ = false;
    viewport.update();
}

bool LengthTool::key(Viewport& viewport, QKeyEvent& event) {
    const bool deletes = event.key() == Qt::Key_Delete || event.key() == Qt::Key_Backspace;
    if (!deletes || drawing_ || selected_ < 0 || selected_ >= viewport.lengths().size()) return false;
    QList<QLineF> lengths = viewport.lengths();
    lengths.removeAt(selected_);
    selected_ = -1;
    Q_EMIT viewport.lengthsWished(lengths);
    return true;
}

void LengthTool::paint(const Viewport& viewport, QPainter& painter) const {
    const QTransform toView = viewport.imageToView();
    for (int i = 0; i < viewport.lengths().size(); ++i) {
        if (drawing_ && i == selected_) continue;
        const auto& line = viewport.lengths()[i];
        paintLength(painter, toView, line, lengthText(line, viewport.spacing()),
                    i == selected_ ? LengthState::Selected : LengthState::Plain);
    }
    if (drawing_)
        paintLength(painter, toView, drawn_, lengthText(drawn_, viewport.spacing()), LengthState::Selected);
}

}  // namespace residua
