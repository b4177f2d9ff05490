// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tools/pan_tool.h"

#include "ui/viewport.h"

namespace residua {

void PanTool::press(Viewport& viewport, QPointF position) {
    pressed_ = position;
    start_ = viewport.viewState();
}

void PanTool::drag(Viewport& viewport, QPointF position) {
    ViewState state = start_;
    state.zoom =
        effectiveZoom(viewport.viewFrame(), start_);  // a moved image no longer follows the window's size
    state.pan += position - pressed_;
    viewport.setViewState(state);
}

void PanTool::cancel(Viewport& viewport) {
    viewport.setViewState(start_);
}

}  // namespace residua
