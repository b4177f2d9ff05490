// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QSlider;
class QVBoxLayout;

namespace residua {

/// On and off, opacity, threshold and sign of the heatmap.
class HeatmapControls : public QWidget {
    Q_OBJECT

public:
    explicit HeatmapControls(QWidget* parent = nullptr);
    void setOn(bool on);
    void setOpacity(double opacity);  ///< 0 to 1
    void setThreshold(double share);  ///< of the scale, 0 to 1
    double opacity() const;
    double threshold() const;

Q_SIGNALS:
    void toggled(bool on);
    void opacityChanged(double opacity);
    void thresholdChanged(double share);
    void negativeToggled(bool shown);

private:
    QSlider* addSlider(QVBoxLayout& column, const QString& name, QLabel*& number);

    QCheckBox* on_;
    QSlider* opacity_;
    QSlider* threshold_;
    QLabel* opacityNumber_ = nullptr;
    QLabel* thresholdNumber_ = nullptr;
    QCheckBox* negative_;
};

}  // namespace residua
