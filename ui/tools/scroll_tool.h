// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/tools/tool.h"

namespace residua {

/// Down = further into the stack, up = back; a slice every few pixels.
class ScrollTool : public Tool {
public:
    void press(Viewport& viewport, QPointF position) override;
    void drag(Viewport& viewport, QPointF position) override;
    void cancel(Viewport& viewport) override;
    QCursor cursor() const override { return Qt::SplitVCursor; }

private:
    QPointF pressed_;
    int scrolled_ = 0;  ///< slices wished in this drag
};

}  // namespace residua
