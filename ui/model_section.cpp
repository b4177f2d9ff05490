// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model_section.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace residua {

ModelSection::ModelSection(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    header_ = new QPushButton(tr("About this network"), this);
    header_->setObjectName(QStringLiteral("modelHeader"));
    header_->setProperty("quiet", true);
    header_->setProperty("fold", true);
    header_->setCheckable(true);
    connect(header_, &QPushButton::toggled, this, &ModelSection::setUnfolded);
    column->addWidget(header_, 0, Qt::AlignLeft);
    text_ = new QLabel(this);
    text_->setObjectName(QStringLiteral("secondary"));
    text_->setFont(themeFont(TypeSize::Caption));
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addWidget(text_);
    setUnfolded(false);
}

void ModelSection::setUnfolded(bool unfolded) {
    header_->setIcon(themedIcon(unfolded ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
    text_->setVisible(unfolded);
}

void ModelSection::setDetails(const ModelDetails& details) {
    QStringList lines;
    const auto add = [&lines](const QString& name, const QString& value) {
        if (!value.isEmpty()) lines += QStringLiteral("%1: %2").arg(name, value);
    };
    add(tr("Network"), details.title);
    add(tr("Version"), details.version);
    add(tr("Computed on"), details.device);
    add(tr("Precision"), details.precision);
    add(tr("Time"), details.time);
    add(tr("Weights"), details.hash);
    if (!details.note.isEmpty()) lines += details.note;
    if (!details.limits.isEmpty()) {
        lines += QString();
        lines += tr("Limits");
        for (const QString& limit : details.limits) lines += QStringLiteral("• ") + limit;
    }
    if (!details.intendedUse.isEmpty()) {
        lines += QString();
        lines += details.intendedUse;
    }
    text_->setText(lines.join(QLatin1Char('\n')));
}

}  // namespace residua
