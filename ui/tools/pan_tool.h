// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/tools/tool.h"
#include "ui/view_state.h"

namespace residua {

/// Moves the image with the pointer.
class PanTool : public Tool {
public:
    void press(Viewport& viewport, QPointF position) override;
    void drag(Viewport& viewport, QPointF position) override;
    void cancel(Viewport& viewport) override;
    QCursor cursor() const override { return Qt::SizeAllCursor; }

private:
    QPointF pressed_;
    ViewState start_;
};

}  // namespace residua
