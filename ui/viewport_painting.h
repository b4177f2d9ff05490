// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QRectF>
#include <QStringList>

#include "imaging/geometry/orientation.h"
#include "imaging/geometry/spacing.h"

class QPainter;

namespace residua {

/// An image half as wide and high, each pixel the mean of four; Format_RGB32.
QImage halved(const QImage& image);

/// Text over an image: light, with a dark edge, readable on black and on white.
void paintImageText(QPainter& painter, const QRectF& area, Qt::Alignment alignment, const QString& text,
                    const QColor& colour = QColor(0xdc, 0xdf, 0xe3));

void paintCorner(QPainter& painter, const QRectF& area, Qt::Alignment corner, const QStringList& lines);

/// The four side markers at the middle of the edges.
void paintSideMarkers(QPainter& painter, const QRectF& area, const SideMarkers& markers);

/// A bar of a round length and its words, e.g. "5 cm at the detector".
struct ScaleBar {
    double pixels = 0;  ///< logical screen pixels; 0 = none fits
    QString text;
};
/// @param perColumn logical screen pixels per image column
ScaleBar scaleBar(const Spacing& spacing, double perColumn, double longest);
/// Right-aligned, its lower edge at `bottomRight`.
/// Where a legend stands between the texts of the two lower corners: in the middle if they leave it free,
/// else beside the left one, else above both.
/// @param left, right what the texts take up from the corners of `area`
QRectF legendPlace(const QRectF& area, const QSizeF& legend, const QSizeF& left, const QSizeF& right);

/// What paintCorner takes up.
QSizeF cornerSize(const QStringList& lines, double widest);

void paintScaleBar(QPainter& painter, QPointF bottomRight, const ScaleBar& bar);

}  // namespace residua
