// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QSizeF>
#include <QTransform>

namespace residua {

/// How an image lies in the viewport. First mirrored (left-right), then turned clockwise, then zoomed and
/// moved.
struct ViewState {
    double zoom = 0;       ///< logical screen pixels per image column; 0 = the whole image fits
    QPointF pan = {};      ///< logical screen pixels from the viewport's centre to the image's centre
    int quarterTurns = 0;  ///< clockwise, 0 to 3
    bool mirrored = false;
    bool operator==(const ViewState&) const = default;
};

ViewState turnedRight(ViewState state);
ViewState turnedLeft(ViewState state);
ViewState flippedHorizontally(ViewState state);  ///< as seen on the screen: left and right change places
ViewState flippedVertically(ViewState state);

/// What an image is laid out in: both sizes, and the height of an image pixel over its width.
struct ViewFrame {
    QSizeF image;  ///< columns × rows
    QSizeF view;   ///< logical screen pixels
    double pixelAspect = 1;
};

double fitZoom(const ViewFrame& frame, const ViewState& state);
double effectiveZoom(const ViewFrame& frame, const ViewState& state);
/// Image coordinates ((0, 0) at the centre of the first pixel) → logical screen pixels.
QTransform imageToView(const ViewFrame& frame, const ViewState& state);
/// The state with another zoom under which `anchor` (screen) shows the same image point as before.
ViewState zoomedAt(const ViewFrame& frame, const ViewState& state, double factor, QPointF anchor);

}  // namespace residua
