// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QLineF>
#include <QStringList>
#include <QWidget>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "imaging/geometry/spacing.h"
#include "imaging/pixels/image.h"
#include "ui/heatmap_layer.h"
#include "ui/tools/tool.h"
#include "ui/view_state.h"

namespace residua {

/// Lines of text in the four corners.
struct CornerText {
    QStringList topLeft, topRight, bottomLeft, bottomRight;
};

enum class TextOverlay { Full, Brief, Off };

enum class MessageKind { Loading, Problem, Hint };

/// What the window tool starts from.
struct WindowState {
    Window window;
    double range = 256;        ///< extent of the image's values: sets how far a drag goes
    bool brightIsHigh = true;  ///< false where high values are shown dark (MONOCHROME1, or inverted)
};

/// Shows one image with its overlays and hands the mouse to the current tool. Knows no study and no file:
/// values come in by setters, wishes go out by signals.
class Viewport : public QWidget {
    Q_OBJECT

public:
    explicit Viewport(QWidget* parent = nullptr);
    ~Viewport() override;

    /// Shows the image and clears the message. The view state stays, so that a stack scrolls under one zoom.
    void setImage(const QImage& image, const Spacing& spacing);
    void clearImage();
    const QImage& image() const { return image_; }
    const Spacing& spacing() const { return spacing_; }
    /// Text in the middle: over the (dimmed) image for Loading, instead of it for Problem and Hint.
    void setMessage(const QString& text, MessageKind kind);
    const QString& message() const { return message_; }
    void clearMessage();

    void setViewState(const ViewState& state);
    const ViewState& viewState() const { return state_; }
    ViewFrame viewFrame() const;
    QTransform imageToView() const;
    QPointF toImage(QPointF view) const;

    /// For the side markers, which follow turns and flips: ImageOrientationPatient, else PatientOrientation
    /// (imaging/geometry/orientation.h).
    void setDirections(const std::optional<std::array<double, 6>>& cosines,
                       const std::string& patientOrientation);
    void setText(const CornerText& full, const CornerText& brief);
    void setTextOverlay(TextOverlay overlay);
    TextOverlay textOverlay() const { return overlay_; }
    void setProbeText(const QString& text);  ///< the answer to `probed`, e.g. "x 12 · y 80 · 341 HU"
    void setKeyImage(bool marked);
    void setWindowState(const WindowState& state);
    const WindowState& windowState() const { return window_; }
    void setLengths(const QList<QLineF>& lengths);  ///< in image coordinates
    const QList<QLineF>& lengths() const { return lengths_; }

    /// Change through the functions below so that the viewport is painted anew.
    const HeatmapLayer& heatmap() const { return heatmap_; }
    void setHeatmap(const ClassMap& map, const HeatmapFinding& finding);
    void clearHeatmap();
    void setHeatmapVisible(bool visible);
    void setHeatmapOpacity(double opacity);
    void setHeatmapThreshold(double share);
    void setHeatmapScale(double logits);
    void setNegativeEvidence(NegativeEvidence negative);

    void setTool(ToolKind kind);
    ToolKind tool() const { return toolKind_; }
    /// Ends a drag under way without its result (Esc).
    void cancelTool();

    /// What is shown, overlays included, for the clipboard.
    QImage snapshot();

Q_SIGNALS:
    void viewStateChanged(const residua::ViewState& state);
    void windowWished(const residua::Window& window);
    void scrollWished(int slices);  ///< > 0: further into the stack
    void lengthsWished(const QList<QLineF>& lengths);
    void probed(const QPoint& pixel);  ///< the pointer is over this image pixel
    void probeLeft();
    void contextMenuWished(const QPoint& globalPosition);
    void maximiseWished();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Parts;
    void probe(QPointF position);
    Tool& toolFor(Qt::MouseButton button);
    void paintImage(QPainter& painter);
    void paintOverlays(QPainter& painter);
    void paintMessage(QPainter& painter);
    QRectF legendArea(const QRectF& area) const;

    QImage image_;
    Spacing spacing_;
    ViewState state_;
    WindowState window_;
    HeatmapLayer heatmap_;
    std::optional<std::array<double, 6>> cosines_;
    std::string patientOrientation_;
    CornerText fullText_, briefText_;
    TextOverlay overlay_ = TextOverlay::Full;
    QString probeText_, contributionText_, message_;
    MessageKind messageKind_ = MessageKind::Hint;
    bool keyImage_ = false;
    QList<QLineF> lengths_;
    ToolKind toolKind_ = ToolKind::Window;
    std::unique_ptr<Parts> parts_;
};

}  // namespace residua
