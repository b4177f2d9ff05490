// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineF>
#include <QList>
#include <QString>
#include <QTransform>

#include "imaging/geometry/measurement.h"
#include "ui/tools/tool.h"

class QPainter;

namespace residua {

/// e.g. "34.2 mm", "34.2 mm at the detector", "120 px"
QString lengthText(const Length& length);
QString lengthText(const QLineF& image, const Spacing& spacing);

/// What a spacing is called behind a length; empty for the patient's own and for none.
QString spacingName(SpacingKind kind);

enum class LengthState { Plain, Selected };
void paintLength(QPainter& painter, const QTransform& imageToView, const QLineF& image, const QString& text,
                 LengthState state);

/// Draws lengths, moves their ends, deletes the selected one (Delete, Backspace). Wishes the whole new list.
class LengthTool : public Tool {
public:
    void press(Viewport& viewport, QPointF position) override;
    void drag(Viewport& viewport, QPointF position) override;
    void release(Viewport& viewport, QPointF position) override;
    void cancel(Viewport& viewport) override;
    bool key(Viewport& viewport, QKeyEvent& event) override;
    void paint(const Viewport& viewport, QPainter& painter) const override;
    QCursor cursor() const override { return Qt::CrossCursor; }

private:
    QLineF drawn_;       ///< in image coordinates
    QLineF before_;      ///< the moved line as it was
    int selected_ = -1;  ///< index into the viewport's lengths; -1 = none, or a new one
    bool drawing_ = false;
};

}  // namespace residua
