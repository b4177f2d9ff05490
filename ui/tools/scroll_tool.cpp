// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tools/scroll_tool.h"

#include "ui/viewport.h"

namespace residua {

namespace {
constexpr double sliceDistance = 8;  // logical pixels
}

void ScrollTool::press(Viewport&, QPointF position) {
    pressed_ = position;
    scrolled_ = 0;
}

void ScrollTool::drag(Viewport& viewport, QPointF position) {
    const int target = static_cast<int>((position.y() - pressed_.y()) / sliceDistance);
    if (target == scrolled_) return;
    const int steps = target - scrolled_;
    scrolled_ = target;
    Q_EMIT viewport.scrollWished(steps);
}

void ScrollTool::cancel(Viewport& viewport) {
    if (scrolled_ != 0) Q_EMIT viewport.scrollWished(-scrolled_);
    scrolled_ = 0;
}

}  // namespace residua
