// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tools/zoom_tool.h"

#include <cmath>

#include "ui/viewport.h"

namespace residua {

namespace {
constexpr double doublingDistance = 100;  // logical pixels
}

void ZoomTool::press(Viewport& viewport, QPointF position) {
    pressed_ = position;
    start_ = viewport.viewState();
}

void ZoomTool::drag(Viewport& viewport, QPointF position) {
    const double factor = std::exp2((pressed_.y() - position.y()) / doublingDistance);
    viewport.setViewState(zoomedAt(viewport.viewFrame(), start_, factor, pressed_));
}

void ZoomTool::cancel(Viewport& viewport) {
    viewport.setViewState(start_);
}

}  // namespace residua
