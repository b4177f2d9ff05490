// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QRectF>
#include <QString>
#include <QTransform>
#include <array>
#include <optional>

#include "inference/findings/prediction.h"

class QPainter;

namespace residua {

/// What the legend says about the finding whose class map is painted.
struct HeatmapFinding {
    QString name;
    double score = 0;
    double logit = 0;
};

/// Whether evidence against the finding is painted too.
enum class NegativeEvidence { Hidden, Shown };

/// Paints a class map over an image. The scale is absolute: a colour means the same contribution to the logit
/// in every image. Soft (bilinear) heat, and a contour along the cells' own borders around all cells at or
/// above the threshold, so that the reader sees how coarse the network looked.
class HeatmapLayer {
public:
    /// The end of the colour scale: contribution of a cell, in logits (its class map value).
    static constexpr double defaultScale = 12;

    void setMap(const ClassMap& map, const HeatmapFinding& finding);
    void clear();
    bool isEmpty() const { return map_.values.empty(); }

    void setVisible(bool visible) { visible_ = visible; }
    bool isVisible() const { return visible_ && !isEmpty(); }
    void setOpacity(double opacity);  ///< 0 to 1
    double opacity() const { return opacity_; }
    /// @param threshold as a share of the scale, 0 to 1: less is not painted
    void setThreshold(double threshold);
    double threshold() const { return threshold_; }
    void setScale(double logits);  ///< > 0; the same for all images of a network
    double scale() const { return scale_; }
    void setNegativeEvidence(NegativeEvidence negative);

    void paint(QPainter& painter, const QTransform& imageToView, const QSize& image) const;
    void paintLegend(QPainter& painter, const QRectF& area) const;
    QSizeF legendSize() const;
    /// e.g. "score for Pneumonia 0.93 · logit 2.6"
    QString legendText() const;
    /// The class map's value in the cell that holds the image point; none outside the map.
    std::optional<double> contributionAt(QPointF imagePoint) const;

private:
    void rebuild();

    ClassMap map_;
    HeatmapFinding finding_;
    bool visible_ = true;
    double opacity_ = 0.5;
    double threshold_ = 0.15;
    double scale_ = defaultScale;
    NegativeEvidence negative_ = NegativeEvidence::Hidden;
    QImage soft_;  ///< the interpolated heat, several pixels a cell, premultiplied
};

/// The colour of a contribution, as a share of the scale: -1 to 1. Positive warm, negative cool; equal steps
/// look equally large (CIELAB lightness rises evenly).
QColor heatColour(double share);

}  // namespace residua
