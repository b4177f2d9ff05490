// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap_layer.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "ui/theme.h"

namespace residua {

namespace {

constexpr double fadeIn = 0.12;    // share of the scale over which heat above the threshold becomes opaque
constexpr double faintest = 0.35;  // of the opacity, right at the threshold
constexpr QSizeF legendExtent(248, 62);

QTransform transformOf(const Affine& m) {
    return QTransform(m.a, m.d, m.b, m.e, m.c, m.f);
}

double linearToSrgb(double v) {
    v = std::clamp(v, 0.0, 1.0);
    return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

/// CIELCh (D65) → sRGB; what lies outside the gamut is cut off.
QColor fromLch(double lightness, double chroma, double hueDegrees) {
    const double hue = hueDegrees * std::numbers::pi / 180;
    const double fy = (lightness + 16) / 116;
    const double fx = fy + chroma * std::cos(hue) / 500;
    const double fz = fy - chroma * std::sin(hue) / 200;
    const auto inverse = [](double f) { return f > 6.0 / 29 ? f * f * f : (f - 4.0 / 29) * 108 / 841; };
    const double x = 0.95047 * inverse(fx), y = inverse(fy), z = 1.08883 * inverse(fz);
    return QColor::fromRgbF(static_cast<float>(linearToSrgb(3.2406 * x - 1.5372 * y - 0.4986 * z)),
                            static_cast<float>(linearToSrgb(-0.9689 * x + 1.8758 * y + 0.0415 * z)),
                            static_cast<float>(linearToSrgb(0.0557 * x - 0.2040 * y + 1.0570 * z)));
}

/// heatColour at 256 steps of -1 to 1.
const std::array<QRgb, 512>& colourTable() {
    static const auto table = [] {
        std::array<QRgb, 512> colours{};
        for (int i = 0; i < 512; ++i)
            colours[static_cast<std::size_t>(i)] = heatColour((i - 255.5) / 255.5).rgb();
        return colours;
    }();
    return table;
}

QRgb tableColour(double share) {
    const int index = std::clamp(static_cast<int>(std::lround(share * 255.5 + 255.5)), 0, 511);
    return colourTable()[static_cast<std::size_t>(index)];
}

/// The map's value between cell centres, bilinear; beyond the outer centres as at them.
double interpolated(const ClassMap& map, double x, double y) {
    x = std::clamp(x, 0.0, map.width - 1.0);
    y = std::clamp(y, 0.0, map.height - 1.0);
    const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
    const int x1 = std::min(x0 + 1, map.width - 1), y1 = std::min(y0 + 1, map.height - 1);
    const auto at = [&map](int column, int row) {
        return static_cast<double>(map.values[static_cast<std::size_t>(row) * map.width + column]);
    };
    return std::lerp(std::lerp(at(x0, y0), at(x1, y0), x - x0), std::lerp(at(x0, y1), at(x1, y1), x - x0),
                     y - y0);
}

QRgb heatPixel(double share, double threshold) {
    const double over = std::abs(share) - threshold;
    if (over < 0 || share == 0) return 0;
    const double alpha = std::lerp(faintest, 1.0, std::min(1.0, over / fadeIn));
    const QRgb colour = tableColour(share);
    return qPremultiply(qRgba(qRed(colour), qGreen(colour), qBlue(colour), qRound(alpha * 255)));
}

/// The borders between cells at or above `level` and all others, in cell coordinates.
QPainterPath contourOf(const ClassMap& map, double level) {
    const auto in = [&](int x, int y) {
        if (x < 0 || y < 0 || x >= map.width || y >= map.height) return false;
        return map.values[static_cast<std::size_t>(y) * map.width + x] >= level;
    };
    QPainterPath path;
    const auto line = [&path](double x0, double y0, double x1, double y1) {
        path.moveTo(x0, y0);
        path.lineTo(x1, y1);
    };
    for (int y = 0; y <= map.height; ++y)
        for (int x = 0; x <= map.width; ++x) {
            if (in(x - 1, y) != in(x, y)) line(x - 0.5, y - 0.5, x - 0.5, y + 0.5);
            if (in(x, y - 1) != in(x, y)) line(x - 0.5, y - 0.5, x + 0.5, y - 0.5);
        }
    return path;
}

}  // namespace

// Lightness rises evenly over the scale; the hue goes from purple over red and orange to yellow (inferno's
// way), or from blue to cyan for evidence against.
QColor heatColour(double share) {
    const double t = std::clamp(std::abs(share), 0.0, 1.0);
    if (share >= 0) return fromLch(30 + 62 * t, 58 + 22 * t, -20 + 118 * t);
    return fromLch(30 + 55 * t, 48, 285 - 80 * t);
}

void HeatmapLayer::setMap(const ClassMap& map, const HeatmapFinding& finding) {
    const bool whole =
        map.width > 0 && map.height > 0 &&
        map.values.size() == static_cast<std::size_t>(map.width) * static_cast<std::size_t>(map.height);
    map_ = whole ? map : ClassMap{};
    finding_ = finding;
    rebuild();
}

void HeatmapLayer::clear() {
    map_ = {};
    soft_ = {};
}

void HeatmapLayer::setOpacity(double opacity) {
    opacity_ = std::clamp(opacity, 0.0, 1.0);
}

void HeatmapLayer::setThreshold(double threshold) {
    threshold_ = std::clamp(threshold, 0.0, 1.0);
    rebuild();
}

void HeatmapLayer::setScale(double logits) {
    if (!(logits > 0) || !std::isfinite(logits)) return;
    scale_ = logits;
    rebuild();
}

void HeatmapLayer::setNegativeEvidence(NegativeEvidence negative) {
    negative_ = negative;
    rebuild();
}

void HeatmapLayer::rebuild() {
    soft_ = {};
    if (isEmpty()) return;
    const int perCell = std::clamp(256 / std::max(map_.width, map_.height), 2, 32);
    soft_ = QImage(map_.width * perCell, map_.height * perCell, QImage::Format_ARGB32_Premultiplied);
    for (int y = 0; y < soft_.height(); ++y) {
        auto* row = reinterpret_cast<QRgb*>(soft_.scanLine(y));
        for (int x = 0; x < soft_.width(); ++x) {
            double share = interpolated(map_, (x + 0.5) / perCell - 0.5, (y + 0.5) / perCell - 0.5) / scale_;
            if (share < 0 && negative_ == NegativeEvidence::Hidden) share = 0;
            row[x] = heatPixel(share, threshold_);
        }
    }
}

void HeatmapLayer::paint(QPainter& painter, const QTransform& imageToView, const QSize& image) const {
    if (!isVisible() || soft_.isNull()) return;
    painter.save();
    const QRectF whole(-0.5, -0.5, image.width(), image.height());
    QPainterPath border;
    border.addPolygon(imageToView.map(QPolygonF(whole)));
    painter.setClipPath(border, Qt::IntersectClip);
    painter.setRenderHints(QPainter::SmoothPixmapTransform | QPainter::Antialiasing);

    const QTransform cellToView = transformOf(map_.toImage) * imageToView;
    painter.save();
    painter.setTransform(cellToView, true);
    painter.setOpacity(opacity_);
    painter.drawImage(QRectF(-0.5, -0.5, map_.width, map_.height), soft_);
    painter.restore();

    const QPainterPath contour = cellToView.map(contourOf(map_, std::max(threshold_ * scale_, 1e-9)));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 110), 2.5));
    painter.drawPath(contour);
    painter.setPen(QPen(QColor(255, 236, 204, 200), 1));
    painter.drawPath(contour);
    painter.restore();
}

QSizeF HeatmapLayer::legendSize() const {
    return legendExtent;
}

QString HeatmapLayer::legendText() const {
    const QLocale locale;
    return QCoreApplication::translate("Heatmap", "score for %1 %2 · logit %3")
        .arg(finding_.name, locale.toString(finding_.score, 'f', 2), locale.toString(finding_.logit, 'f', 1));
}

void HeatmapLayer::paintLegend(QPainter& painter, const QRectF& area) const {
    if (!isVisible()) return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, 150));
    painter.drawRoundedRect(area, 6, 6);
    const QRectF inner = area.adjusted(12, 6, -12, -6);
    painter.setFont(themeFont(TypeSize::Caption, QFont::Medium));
    painter.setPen(QColor(0xe8, 0xe9, 0xeb));
    const QString text =
        painter.fontMetrics().elidedText(legendText(), Qt::ElideMiddle, static_cast<int>(inner.width()));
    painter.drawText(QRectF(inner.topLeft(), QSizeF(inner.width(), 18)), Qt::AlignLeft | Qt::AlignVCenter,
                     text);

    const bool both = negative_ == NegativeEvidence::Shown;
    const double lowest = both ? -1 : 0;
    const QRectF bar(inner.left(), inner.top() + 22, inner.width(), 8);
    for (int x = 0; x < static_cast<int>(bar.width()); ++x)
        painter.fillRect(QRectF(bar.left() + x, bar.top(), 1.05, bar.height()),
                         QColor(tableColour(lowest + (1 - lowest) * (x + 0.5) / bar.width())));
    const auto place = [&](double share) {
        return bar.left() + (share - lowest) / (1 - lowest) * bar.width();
    };
    painter.setPen(QPen(QColor(255, 236, 204), 1.5));
    painter.drawLine(QPointF(place(threshold_), bar.top() - 3), QPointF(place(threshold_), bar.bottom() + 3));

    painter.setFont(themeFont(TypeSize::Caption));
    painter.setPen(QColor(0xb9, 0xbe, 0xc5));
    const QRectF numbers(inner.left(), bar.bottom() + 3, inner.width(), 16);
    const QLocale locale;
    const auto number = [&](double share) {
        return locale.toString(share * scale_, 'f', scale_ < 4 ? 1 : 0);
    };
    painter.drawText(numbers, Qt::AlignLeft, both ? QStringLiteral("≤ ") + number(-1) : number(0));
    painter.drawText(numbers, Qt::AlignHCenter, QCoreApplication::translate("Heatmap", "evidence in logits"));
    painter.drawText(numbers, Qt::AlignRight, QStringLiteral("≥ ") + number(1));
    painter.restore();
}

std::optional<double> HeatmapLayer::contributionAt(QPointF imagePoint) const {
    if (isEmpty()) return std::nullopt;
    const Point cell = map_.toImage.inverse()({imagePoint.x(), imagePoint.y()});
    const double x = std::floor(cell.x + 0.5), y = std::floor(cell.y + 0.5);
    if (!(x >= 0 && y >= 0 && x < map_.width && y < map_.height)) return std::nullopt;
    return map_.values[static_cast<std::size_t>(y) * map_.width + static_cast<std::size_t>(x)];
}

}  // namespace residua
