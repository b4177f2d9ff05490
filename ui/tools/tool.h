// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCursor>
#include <QPointF>
#include <memory>

class QKeyEvent;
class QPainter;

namespace residua {

class Viewport;

enum class ToolKind { Window, Pan, Zoom, Scroll, Length };

/// What a pressed mouse does in a viewport. One drag is press, any number of drags, release or cancel.
/// Positions are logical screen pixels in the viewport. A tool changes the viewport's view state or sends a
/// wish through it.
class Tool {
public:
    virtual ~Tool() = default;
    virtual void press(Viewport& viewport, QPointF position) = 0;
    virtual void drag(Viewport& viewport, QPointF position) = 0;
    virtual void release(Viewport&, QPointF) {}
    /// Puts back what the drag under way changed.
    virtual void cancel(Viewport&) {}
    virtual void hover(Viewport&, QPointF) {}
    /// @return whether the key was the tool's
    virtual bool key(Viewport&, QKeyEvent&) { return false; }
    virtual void paint(const Viewport&, QPainter&) const {}
    virtual QCursor cursor() const { return Qt::ArrowCursor; }
};

std::unique_ptr<Tool> makeTool(ToolKind kind);

}  // namespace residua
