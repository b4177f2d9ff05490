// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/viewport.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "imaging/geometry/orientation.h"
#include "ui/theme.h"
#include "ui/tools/length_tool.h"
#include "ui/viewport_painting.h"

namespace residua {

namespace {

constexpr double clickReach = 4;   // logical pixels: a right press that moves less opens the menu
constexpr double wheelZoom = 1.2;  // a notch
constexpr double margin = 12;
constexpr double cornerShare = 0.42, barShare = 0.22;  // of the width: one corner's text, the scale bar
const QColor dimmed(0, 0, 0, 120);

double pixelAspect(const Spacing& spacing) {
    const double aspect = spacing.row / spacing.column;
    return std::isfinite(aspect) && aspect > 0 ? std::clamp(aspect, 0.02, 50.0) : 1;
}

/// Whole notches out of a stream of wheel steps, of which touchpads send many small ones.
int wholeNotches(int& remainder, int delta) {
    if ((delta > 0) != (remainder > 0)) remainder = 0;
    remainder += delta;
    const int notches = remainder / 120;
    remainder -= notches * 120;
    return notches;
}

}  // namespace

struct Viewport::Parts {
    std::array<std::unique_ptr<Tool>, 5> tools = {makeTool(ToolKind::Window), makeTool(ToolKind::Pan),
                                                  makeTool(ToolKind::Zoom), makeTool(ToolKind::Scroll),
                                                  makeTool(ToolKind::Length)};
    Tool* dragging = nullptr;  ///< the tool of the button that is down
    Qt::MouseButton button = Qt::NoButton;
    QPointF pressed;
    bool moved = false;
    int wheelRemainder = 0;
    QImage shrunk;  ///< the image halved `halvings` times; empty = not made yet
    int halvings = 0;

    Tool& tool(ToolKind kind) { return *tools[static_cast<std::size_t>(kind)]; }
};

Viewport::Viewport(QWidget* parent) : QWidget(parent), parts_(std::make_unique<Parts>()) {
    setObjectName(QStringLiteral("viewport"));
    setAccessibleName(tr("Image"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(160, 160);
    setContextMenuPolicy(Qt::PreventContextMenu);  // a right drag zooms; the menu comes on release
}

Viewport::~Viewport() = default;

void Viewport::setImage(const QImage& image, const Spacing& spacing) {
    image_ = image;
    spacing_ = spacing;
    parts_->shrunk = {};
    message_.clear();
    update();
    // Another slice under a pointer at rest: its value is another. Later, when whoever set the image is done.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (underMouse()) probe(mapFromGlobal(QPointF(QCursor::pos())));
        },
        Qt::QueuedConnection);
}

void Viewport::clearImage() {
    setImage({}, {});
    lengths_.clear();
    heatmap_.clear();
    probeText_.clear();
    contributionText_.clear();
}

void Viewport::setMessage(const QString& text, MessageKind kind) {
    message_ = text;
    messageKind_ = kind;
    update();
}

void Viewport::clearMessage() {
    setMessage({}, MessageKind::Hint);
}

void Viewport::setViewState(const ViewState& state) {
    if (state == state_) return;
    state_ = state;
    update();
    Q_EMIT viewStateChanged(state_);
}

ViewFrame Viewport::viewFrame() const {
    return {QSizeF(image_.size()), QSizeF(size()), pixelAspect(spacing_)};
}

QTransform Viewport::imageToView() const {
    return residua::imageToView(viewFrame(), state_);
}

QPointF Viewport::toImage(QPointF view) const {
    return imageToView().inverted().map(view);
}

void Viewport::setDirections(const std::optional<std::array<double, 6>>& cosines,
                             const std::string& patientOrientation) {
    cosines_ = cosines;
    patientOrientation_ = patientOrientation;
    update();
}

void Viewport::setText(const CornerText& full, const CornerText& brief) {
    fullText_ = full;
    briefText_ = brief;
    update();
}

void Viewport::setTextOverlay(TextOverlay overlay) {
    overlay_ = overlay;
    update();
}

void Viewport::setProbeText(const QString& text) {
    if (text == probeText_) return;
    probeText_ = text;
    update();
}

void Viewport::setKeyImage(bool marked) {
    keyImage_ = marked;
    update();
}

void Viewport::setWindowState(const WindowState& state) {
    window_ = state;
}

void Viewport::setLengths(const QList<QLineF>& lengths) {
    lengths_ = lengths;
    update();
}

void Viewport::setHeatmap(const ClassMap& map, const HeatmapFinding& finding) {
    heatmap_.setMap(map, finding);
    update();
}

void Viewport::clearHeatmap() {
    heatmap_.clear();
    contributionText_.clear();
    update();
}

void Viewport::setHeatmapVisible(bool visible) {
    heatmap_.setVisible(visible);
    update();
}

void Viewport::setHeatmapOpacity(double opacity) {
    heatmap_.setOpacity(opacity);
    update();
}

void Viewport::setHeatmapThreshold(double share) {
    heatmap_.setThreshold(share);
    update();
}

void Viewport::setHeatmapScale(double logits) {
    heatmap_.setScale(logits);
    update();
}

void Viewport::setNegativeEvidence(NegativeEvidence negative) {
    heatmap_.setNegativeEvidence(negative);
    update();
}

void Viewport::setTool(ToolKind kind) {
    if (kind == toolKind_) return;
    cancelTool();
    toolKind_ = kind;
    setCursor(parts_->tool(kind).cursor());
    update();
}

void Viewport::cancelTool() {
    if (!parts_->dragging) return;
    parts_->dragging->cancel(*this);
    parts_->dragging = nullptr;
    parts_->button = Qt::NoButton;
    setCursor(parts_->tool(toolKind_).cursor());
}

QImage Viewport::snapshot() {
    return grab().toImage();
}

Tool& Viewport::toolFor(Qt::MouseButton button) {
    if (button == Qt::MiddleButton) return parts_->tool(ToolKind::Pan);
    if (button == Qt::RightButton) return parts_->tool(ToolKind::Zoom);
    return parts_->tool(toolKind_);
}

void Viewport::mousePressEvent(QMouseEvent* event) {
    if (parts_->dragging || image_.isNull()) {
        if (event->button() == Qt::RightButton && image_.isNull())
            Q_EMIT contextMenuWished(event->globalPosition().toPoint());
        return;
    }
    parts_->button = event->button();
    parts_->pressed = event->position();
    parts_->moved = false;
    parts_->dragging = &toolFor(event->button());
    parts_->dragging->press(*this, event->position());
    if (event->button() != Qt::RightButton) setCursor(parts_->dragging->cursor());
}

void Viewport::mouseMoveEvent(QMouseEvent* event) {
    probe(event->position());
    if (!parts_->dragging) return;
    if (!parts_->moved && QLineF(parts_->pressed, event->position()).length() < clickReach) return;
    parts_->moved = true;
    setCursor(parts_->dragging->cursor());
    parts_->dragging->drag(*this, event->position());
}

void Viewport::mouseReleaseEvent(QMouseEvent* event) {
    if (!parts_->dragging || event->button() != parts_->button) return;
    Tool* tool = parts_->dragging;
    parts_->dragging = nullptr;
    parts_->button = Qt::NoButton;
    tool->release(*this, event->position());
    setCursor(parts_->tool(toolKind_).cursor());
    if (event->button() == Qt::RightButton && !parts_->moved)
        Q_EMIT contextMenuWished(event->globalPosition().toPoint());
}

void Viewport::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) Q_EMIT maximiseWished();
}

void Viewport::wheelEvent(QWheelEvent* event) {
    event->accept();
    if (image_.isNull()) return;
    const int delta = event->angleDelta().y();
    if (event->modifiers() & Qt::ControlModifier) {
        const double factor = std::pow(wheelZoom, delta / 120.0);
        setViewState(zoomedAt(viewFrame(), state_, factor, event->position()));
        return;
    }
    const int notches = wholeNotches(parts_->wheelRemainder, delta);
    if (notches != 0) Q_EMIT scrollWished(-notches);
}

void Viewport::leaveEvent(QEvent*) {
    contributionText_.clear();
    update();
    Q_EMIT probeLeft();
}

void Viewport::keyPressEvent(QKeyEvent* event) {
    if (!parts_->tool(toolKind_).key(*this, *event)) QWidget::keyPressEvent(event);
}

void Viewport::probe(QPointF position) {
    if (image_.isNull()) return;
    const QPointF point = toImage(position);
    const QPoint pixel(static_cast<int>(std::floor(point.x() + 0.5)),
                       static_cast<int>(std::floor(point.y() + 0.5)));
    const bool inside = image_.rect().contains(pixel);
    const auto contribution = inside && heatmap_.isVisible() ? heatmap_.contributionAt(point) : std::nullopt;
    QString text;
    if (contribution) {
        const QString sign = *contribution >= 0 ? QStringLiteral("+") : QString();
        text = tr("evidence here %1 logits").arg(sign + QLocale().toString(*contribution, 'f', 2));
    }
    if (text != contributionText_) {
        contributionText_ = text;
        update();
    }
    if (inside) {
        Q_EMIT probed(pixel);
    } else {
        Q_EMIT probeLeft();
    }
}

void Viewport::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), Qt::black);
    const bool instead = !message_.isEmpty() && messageKind_ != MessageKind::Loading;
    if (!image_.isNull() && !instead) {
        paintImage(painter);
        painter.setRenderHint(QPainter::Antialiasing);
        heatmap_.paint(painter, imageToView(), image_.size());
        if (toolKind_ != ToolKind::Length)
            for (const QLineF& line : lengths_)
                paintLength(painter, imageToView(), line, lengthText(line, spacing_), LengthState::Plain);
        parts_->tool(toolKind_).paint(*this, painter);
        paintOverlays(painter);
    }
    if (!message_.isEmpty()) paintMessage(painter);
}

void Viewport::paintImage(QPainter& painter) {
    const double perPixel = effectiveZoom(viewFrame(), state_) * devicePixelRatioF();
    // Bilinear scaling reads four pixels: below half size it would skip some, so whole halvings come first.
    const int halvings = perPixel < 0.5 ? static_cast<int>(std::floor(-std::log2(perPixel))) : 0;
    if (parts_->shrunk.isNull() || parts_->halvings != halvings) {
        parts_->shrunk = image_;
        parts_->halvings = halvings;
        for (int i = 0; i < halvings; ++i) parts_->shrunk = halved(parts_->shrunk);
    }
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.setTransform(imageToView(), true);
    painter.drawImage(QRectF(-0.5, -0.5, image_.width(), image_.height()), parts_->shrunk);
    painter.restore();
}

void Viewport::paintOverlays(QPainter& painter) {
    const QRectF area = QRectF(rect()).adjusted(margin, margin, -margin, -margin);
    if (overlay_ != TextOverlay::Off) {
        const CornerText& text = overlay_ == TextOverlay::Full ? fullText_ : briefText_;
        QStringList bottomLeft = text.bottomLeft;
        if (!contributionText_.isEmpty()) bottomLeft.append(contributionText_);
        if (!probeText_.isEmpty()) bottomLeft.append(probeText_);
        QRectF left = area, right = area;
        left.setWidth(area.width() * cornerShare);
        right.setLeft(area.right() - left.width());
        paintCorner(painter, left, Qt::AlignTop | Qt::AlignLeft, text.topLeft);
        paintCorner(painter, right, Qt::AlignTop | Qt::AlignRight, text.topRight);
        paintCorner(painter, left, Qt::AlignBottom | Qt::AlignLeft, bottomLeft);
        paintCorner(painter, right, Qt::AlignBottom | Qt::AlignRight, text.bottomRight);
        const ViewOrientation seen{.quarterTurns = state_.quarterTurns, .mirrored = state_.mirrored};
        paintSideMarkers(painter, QRectF(rect()), sideMarkers(cosines_, patientOrientation_, seen));
        const double textHeight = 17.0 * static_cast<double>(text.bottomRight.size());
        const ScaleBar bar = scaleBar(spacing_, effectiveZoom(viewFrame(), state_), area.width() * barShare);
        paintScaleBar(painter, QPointF(area.right(), area.bottom() - textHeight - 12), bar);
    }
    if (heatmap_.isVisible() && area.width() > heatmap_.legendSize().width())
        heatmap_.paintLegend(painter, legendArea(area));
    if (keyImage_) {
        const QRectF chip(area.center().x() - 48, area.top() + 24, 96, 24);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(0, 0, 0, 150));
        painter.drawRoundedRect(chip, 12, 12);
        painter.setFont(themeFont(TypeSize::Caption, QFont::Medium));
        paintImageText(painter, chip, Qt::AlignCenter, QStringLiteral("★ ") + tr("Key image"),
                       themeColours(ThemeKind::Dark).flagged);
    }
}

QRectF Viewport::legendArea(const QRectF& area) const {
    if (overlay_ == TextOverlay::Off) return legendPlace(area, heatmap_.legendSize(), {}, {});
    const CornerText& text = overlay_ == TextOverlay::Full ? fullText_ : briefText_;
    // Room for the lines that come with the pointer, so that the legend stays where it is.
    constexpr double pointerWidth = 176, pointerHeight = 34, scaleHeight = 34;
    const double widest = area.width() * cornerShare;
    const QSizeF left = cornerSize(text.bottomLeft, widest), right = cornerSize(text.bottomRight, widest);
    const auto bar = scaleBar(spacing_, effectiveZoom(viewFrame(), state_), area.width() * barShare);
    return legendPlace(area, heatmap_.legendSize(),
                       {std::max(left.width(), pointerWidth), left.height() + pointerHeight},
                       {std::max(right.width(), bar.pixels), right.height() + scaleHeight});
}

void Viewport::paintMessage(QPainter& painter) {
    if (messageKind_ == MessageKind::Loading && !image_.isNull()) painter.fillRect(rect(), dimmed);
    const ThemeColours& colours = themeColours(ThemeKind::Dark);
    const QRectF area = QRectF(rect()).adjusted(48, 48, -48, -48);
    painter.setFont(themeFont(messageKind_ == MessageKind::Problem ? TypeSize::Title : TypeSize::Body));
    QRectF text = painter.boundingRect(area, Qt::AlignCenter | Qt::TextWordWrap, message_);
    if (messageKind_ == MessageKind::Problem) {
        painter.drawPixmap(
            QPointF(area.center().x() - 16, text.top() - 48),
            iconPixmap(QStringLiteral("alert-triangle"), colours.flagged, 32, devicePixelRatioF()));
    }
    painter.setPen(messageKind_ == MessageKind::Problem ? colours.text : colours.secondary);
    painter.drawText(text, Qt::AlignCenter | Qt::TextWordWrap, message_);
}

}  // namespace residua
