// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/tools/tool.h"
#include "ui/view_state.h"

namespace residua {

/// Up = larger, down = smaller; the point under the press stays where it is.
class ZoomTool : public Tool {
public:
    void press(Viewport& viewport, QPointF position) override;
    void drag(Viewport& viewport, QPointF position) override;
    void cancel(Viewport& viewport) override;
    QCursor cursor() const override { return Qt::SizeVerCursor; }

private:
    QPointF pressed_;
    ViewState start_;
};

}  // namespace residua
