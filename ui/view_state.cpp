// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/view_state.h"

#include <algorithm>
#include <utility>

namespace residua {

namespace {

constexpr double smallestZoom = 0.02;
constexpr double largestZoom = 64;

int quarter(int turns) {
    return ((turns % 4) + 4) % 4;
}

/// Extent on the screen at zoom 1, turned.
QSizeF turnedExtent(const ViewFrame& frame, const ViewState& state) {
    const QSizeF size(frame.image.width(), frame.image.height() * frame.pixelAspect);
    return state.quarterTurns % 2 == 0 ? size : size.transposed();
}

}  // namespace

ViewState turnedRight(ViewState state) {
    state.quarterTurns = quarter(state.quarterTurns + 1);
    state.pan = {-state.pan.y(), state.pan.x()};
    return state;
}

ViewState turnedLeft(ViewState state) {
    state.quarterTurns = quarter(state.quarterTurns - 1);
    state.pan = {state.pan.y(), -state.pan.x()};
    return state;
}

// A mirror after k turns is the same as a mirror first and -k turns after it.
ViewState flippedHorizontally(ViewState state) {
    state.quarterTurns = quarter(-state.quarterTurns);
    state.mirrored = !state.mirrored;
    state.pan.setX(-state.pan.x());
    return state;
}

ViewState flippedVertically(ViewState state) {
    state.quarterTurns = quarter(2 - state.quarterTurns);
    state.mirrored = !state.mirrored;
    state.pan.setY(-state.pan.y());
    return state;
}

double fitZoom(const ViewFrame& frame, const ViewState& state) {
    const QSizeF extent = turnedExtent(frame, state);
    if (extent.isEmpty() || frame.view.isEmpty()) return 1;
    return std::min(frame.view.width() / extent.width(), frame.view.height() / extent.height());
}

double effectiveZoom(const ViewFrame& frame, const ViewState& state) {
    return state.zoom > 0 ? state.zoom : fitZoom(frame, state);
}

QTransform imageToView(const ViewFrame& frame, const ViewState& state) {
    const double zoom = effectiveZoom(frame, state);
    QTransform transform;
    transform.translate(frame.view.width() / 2 + state.pan.x(), frame.view.height() / 2 + state.pan.y());
    transform.scale(zoom, zoom);
    transform.rotate(90 * state.quarterTurns);
    transform.scale(state.mirrored ? -1 : 1, frame.pixelAspect);
    transform.translate(-(frame.image.width() - 1) / 2, -(frame.image.height() - 1) / 2);
    return transform;
}

ViewState zoomedAt(const ViewFrame& frame, const ViewState& state, double factor, QPointF anchor) {
    const double before = effectiveZoom(frame, state);
    ViewState zoomed = state;
    zoomed.zoom = std::clamp(before * factor, smallestZoom, largestZoom);
    const QPointF centre(frame.view.width() / 2, frame.view.height() / 2);
    const QPointF fromImageCentre = anchor - centre - state.pan;
    zoomed.pan = anchor - centre - fromImageCentre * (zoomed.zoom / before);
    return zoomed;
}

}  // namespace residua
