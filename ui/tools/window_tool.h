// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>

#include "imaging/pixels/image.h"
#include "ui/tools/tool.h"
#include "ui/viewport.h"

namespace residua {

/// The window after a drag: right = wider, up = brighter. Coarser where the window is wide, so that both a
/// brain and a bone window take a hand's breadth to double.
Window draggedWindow(const WindowState& start, QPointF drag);

/// Window and level: wishes a window for every move.
class WindowTool : public Tool {
public:
    void press(Viewport& viewport, QPointF position) override;
    void drag(Viewport& viewport, QPointF position) override;
    void cancel(Viewport& viewport) override;

private:
    QPointF pressed_;
    WindowState start_;
};

}  // namespace residua
