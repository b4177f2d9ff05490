// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tools/window_tool.h"

#include <algorithm>

namespace residua {

Window draggedWindow(const WindowState& start, QPointF drag) {
    const double range = std::max(start.range, 1e-6);
    const double step = std::clamp(start.window.width / 256, range / 4096, range / 256);
    const double narrowest = start.window.function == WindowFunction::Linear ? 1 : range / 4096;
    const double brighter = -drag.y() * step;
    Window window = start.window;
    window.width =
        std::clamp(start.window.width + drag.x() * step, narrowest, std::max(4 * range, narrowest));
    window.center = start.window.center + (start.brightIsHigh ? -brighter : brighter);
    window.explanation.clear();
    return window;
}

void WindowTool::press(Viewport& viewport, QPointF position) {
    pressed_ = position;
    start_ = viewport.windowState();
}

void WindowTool::drag(Viewport& viewport, QPointF position) {
    Q_EMIT viewport.windowWished(draggedWindow(start_, position - pressed_));
}

void WindowTool::cancel(Viewport& viewport) {
    Q_EMIT viewport.windowWished(start_.window);
}

}  // namespace residua
