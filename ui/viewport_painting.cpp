// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/viewport_painting.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/theme.h"
#include "ui/tools/length_tool.h"

namespace residua {

namespace {

constexpr double lineHeight = 17;
constexpr double markerInset = 10;

/// The largest 1, 2 or 5 × 10ⁿ that is at most `value`.
double roundDown(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    const double digit = value / power;
    return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power;
}

QString lengthName(double value, SpacingKind kind) {
    const QLocale locale;
    if (kind == SpacingKind::None)
        return QCoreApplication::translate("Viewport", "%1 px").arg(locale.toString(value, 'g', 6));
    const QString text =
        value >= 10
            ? QCoreApplication::translate("Viewport", "%1 cm").arg(locale.toString(value / 10, 'g', 6))
            : QCoreApplication::translate("Viewport", "%1 mm").arg(locale.toString(value, 'g', 6));
    const QString name = spacingName(kind);
    return name.isEmpty() ? text : text + QLatin1Char(' ') + name;
}

}  // namespace

QImage halved(const QImage& image) {
    const QImage source =
        image.format() == QImage::Format_RGB32 ? image : image.convertToFormat(QImage::Format_RGB32);
    const int width = std::max(1, source.width() / 2), height = std::max(1, source.height() / 2);
    const int right = source.width() > 1 ? 1 : 0;
    QImage half(width, height, QImage::Format_RGB32);
    for (int y = 0; y < height; ++y) {
        const auto* upper = reinterpret_cast<const QRgb*>(source.constScanLine(2 * y));
        const auto* lower =
            reinterpret_cast<const QRgb*>(source.constScanLine(std::min(2 * y + 1, source.height() - 1)));
        auto* target = reinterpret_cast<QRgb*>(half.scanLine(y));
        for (int x = 0; x < width; ++x) {
            const QRgb a = upper[2 * x], b = upper[2 * x + right], c = lower[2 * x], d = lower[2 * x + right];
            // Red and blue at once: four values of 8 bits fit into the 10 bits between them.
            const quint32 redBlue =
                (a & 0xff00ffu) + (b & 0xff00ffu) + (c & 0xff00ffu) + (d & 0xff00ffu) + 0x020002u;
            const quint32 green = (a & 0xff00u) + (b & 0xff00u) + (c & 0xff00u) + (d & 0xff00u) + 0x0200u;
            target[x] = 0xff000000u | ((redBlue >> 2) & 0xff00ffu) | ((green >> 2) & 0xff00u);
        }
    }
    return half;
}

void paintImageText(QPainter& painter, const QRectF& area, Qt::Alignment alignment, const QString& text,
                    const QColor& colour) {
    painter.setPen(QColor(0, 0, 0, 190));
    for (const QPointF shift : {QPointF(1, 1), QPointF(-1, 1), QPointF(1, -1), QPointF(-1, -1)})
        painter.drawText(area.translated(shift), static_cast<int>(alignment), text);
    painter.setPen(colour);
    painter.drawText(area, static_cast<int>(alignment), text);
}

void paintCorner(QPainter& painter, const QRectF& area, Qt::Alignment corner, const QStringList& lines) {
    painter.setFont(themeFont(TypeSize::Caption));
    const double height = lineHeight * static_cast<double>(lines.size());
    double y = corner & Qt::AlignTop ? area.top() : area.bottom() - height;
    const Qt::Alignment side = corner & Qt::AlignHorizontal_Mask;
    for (const QString& line : lines) {
        const QString text =
            painter.fontMetrics().elidedText(line, Qt::ElideRight, static_cast<int>(area.width()));
        paintImageText(painter, QRectF(area.left(), y, area.width(), lineHeight), side | Qt::AlignVCenter,
                       text);
        y += lineHeight;
    }
}

QSizeF cornerSize(const QStringList& lines, double widest) {
    const QFontMetricsF metrics(themeFont(TypeSize::Caption));
    double width = 0;
    for (const QString& line : lines) width = std::max(width, metrics.horizontalAdvance(line));
    return {std::min(width, widest), lineHeight * static_cast<double>(lines.size())};
}

QRectF legendPlace(const QRectF& area, const QSizeF& legend, const QSizeF& left, const QSizeF& right) {
    constexpr double gap = 16, aboveMarker = 24;
    QRectF place(
        QPointF(area.center().x() - legend.width() / 2, area.bottom() - legend.height() - aboveMarker),
        legend);
    if (place.left() < area.left() + left.width() + gap) place.moveLeft(area.left() + left.width() + gap);
    if (place.right() <= area.right() - right.width() - gap) return place;
    place.moveLeft(area.center().x() - legend.width() / 2);
    place.moveBottom(area.bottom() - std::max(left.height(), right.height()) - gap);
    return place;
}

void paintSideMarkers(QPainter& painter, const QRectF& area, const SideMarkers& markers) {
    painter.setFont(themeFont(TypeSize::Title, QFont::DemiBold));
    const QRectF inner = area.adjusted(markerInset, markerInset, -markerInset, -markerInset);
    const QColor colour(0xff, 0xff, 0xff);
    const auto text = [](const std::string& marker) { return QString::fromStdString(marker); };
    paintImageText(painter, inner, Qt::AlignLeft | Qt::AlignVCenter, text(markers.left), colour);
    paintImageText(painter, inner, Qt::AlignRight | Qt::AlignVCenter, text(markers.right), colour);
    paintImageText(painter, inner, Qt::AlignHCenter | Qt::AlignTop, text(markers.top), colour);
    paintImageText(painter, inner, Qt::AlignHCenter | Qt::AlignBottom, text(markers.bottom), colour);
}

ScaleBar scaleBar(const Spacing& spacing, double perColumn, double longest) {
    const bool known =
        spacing.kind != SpacingKind::None && std::isfinite(spacing.column) && spacing.column > 0;
    const double perUnit = known ? perColumn / spacing.column : perColumn;
    if (!(perUnit > 0) || !std::isfinite(perUnit) || longest < 20) return {};
    const double length = roundDown(longest / perUnit);
    if (!known && length < 1) return {};
    return {length * perUnit, lengthName(length, known ? spacing.kind : SpacingKind::None)};
}

void paintScaleBar(QPainter& painter, QPointF bottomRight, const ScaleBar& bar) {
    if (bar.pixels <= 0) return;
    const QPointF left = bottomRight - QPointF(bar.pixels, 0);
    for (const auto& pen : {QPen(QColor(0, 0, 0, 170), 4), QPen(QColor(0xf2, 0xf3, 0xf4), 1.5)}) {
        painter.setPen(pen);
        painter.drawLine(left, bottomRight);
        painter.drawLine(left - QPointF(0, 4), left + QPointF(0, 4));
        painter.drawLine(bottomRight - QPointF(0, 4), bottomRight + QPointF(0, 4));
    }
    painter.setFont(themeFont(TypeSize::Caption));
    paintImageText(painter, QRectF(bottomRight.x() - 300, bottomRight.y() - 8 - lineHeight, 300, lineHeight),
                   Qt::AlignRight | Qt::AlignVCenter, bar.text);
}

}  // namespace residua
