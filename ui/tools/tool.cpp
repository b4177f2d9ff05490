// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tools/tool.h"

#include "ui/tools/length_tool.h"
#include "ui/tools/pan_tool.h"
#include "ui/tools/scroll_tool.h"
#include "ui/tools/window_tool.h"
#include "ui/tools/zoom_tool.h"

namespace residua {

std::unique_ptr<Tool> makeTool(ToolKind kind) {
    switch (kind) {
        case ToolKind::Window:
            return std::make_unique<WindowTool>();
        case ToolKind::Pan:
            return std::make_unique<PanTool>();
        case ToolKind::Zoom:
            return std::make_unique<ZoomTool>();
        case ToolKind::Scroll:
            return std::make_unique<ScrollTool>();
        case ToolKind::Length:
            break;
    }
    return std::make_unique<LengthTool>();
}

}  // namespace residua
