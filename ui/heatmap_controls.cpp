// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap_controls.h"

#include <QCheckBox>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <cmath>

#include "ui/theme.h"

namespace residua {

namespace {

QString percent(int value) {
    return HeatmapControls::tr("%1 %").arg(QLocale().toString(value));
}

}  // namespace

HeatmapControls::HeatmapControls(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    on_ = new QCheckBox(tr("Heatmap"), this);
    on_->setObjectName(QStringLiteral("heatmapOn"));
    on_->setChecked(true);
    on_->setToolTip(tr("Heatmap (%1)").arg(QStringLiteral("G")));
    column->addWidget(on_);
    opacity_ = addSlider(*column, tr("Opacity"), opacityNumber_);
    threshold_ = addSlider(*column, tr("Threshold"), thresholdNumber_);
    threshold_->setToolTip(tr("Weaker evidence than this share of the scale is not painted"));
    negative_ = new QCheckBox(tr("Evidence against, too"), this);
    negative_->setObjectName(QStringLiteral("negativeEvidence"));
    column->addWidget(negative_);
    connect(on_, &QCheckBox::toggled, this, &HeatmapControls::toggled);
    connect(negative_, &QCheckBox::toggled, this, &HeatmapControls::negativeToggled);
    connect(opacity_, &QSlider::valueChanged, this, [this](int value) {
        opacityNumber_->setText(percent(value));
        Q_EMIT opacityChanged(value / 100.0);
    });
    connect(threshold_, &QSlider::valueChanged, this, [this](int value) {
        thresholdNumber_->setText(percent(value));
        Q_EMIT thresholdChanged(value / 100.0);
    });
    setOpacity(0.5);
    setThreshold(0.15);
}

QSlider* HeatmapControls::addSlider(QVBoxLayout& column, const QString& name, QLabel*& number) {
    auto* line = new QHBoxLayout;
    line->setSpacing(12);
    auto* label = new QLabel(name, this);
    label->setObjectName(QStringLiteral("secondary"));
    label->setFixedWidth(72);
    auto* slider = new QSlider(Qt::Horizontal, this);
    slider->setRange(0, 100);
    slider->setPageStep(10);
    slider->setAccessibleName(name);
    label->setBuddy(slider);
    number = new QLabel(this);
    number->setObjectName(QStringLiteral("secondary"));
    number->setFixedWidth(40);
    number->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    line->addWidget(label);
    line->addWidget(slider, 1);
    line->addWidget(number);
    column.addLayout(line);
    return slider;
}

void HeatmapControls::setOn(bool on) {
    const QSignalBlocker quiet(on_);
    on_->setChecked(on);
}

void HeatmapControls::setOpacity(double opacity) {
    const QSignalBlocker quiet(opacity_);
    opacity_->setValue(static_cast<int>(std::lround(opacity * 100)));
    opacityNumber_->setText(percent(opacity_->value()));
}

void HeatmapControls::setThreshold(double share) {
    const QSignalBlocker quiet(threshold_);
    threshold_->setValue(static_cast<int>(std::lround(share * 100)));
    thresholdNumber_->setText(percent(threshold_->value()));
}

double HeatmapControls::opacity() const {
    return opacity_->value() / 100.0;
}
double HeatmapControls::threshold() const {
    return threshold_->value() / 100.0;
}

}  // namespace residua
