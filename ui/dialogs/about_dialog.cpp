// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/about_dialog.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace residua {

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("About Residua"));
    setFixedWidth(440);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(32, 28, 32, 24);
    column->setSpacing(12);
    auto* icon = new QLabel(this);
    icon->setPixmap(iconPixmap(QStringLiteral("residua"), {}, 64, devicePixelRatioF()));
    column->addWidget(icon);
    auto* name = new QLabel(QStringLiteral("Residua"), this);
    name->setFont(themeFont(TypeSize::Headline, QFont::DemiBold));
    column->addWidget(name);
    const QString paragraphs[] = {
        tr("Version %1").arg(QStringLiteral(RESIDUA_VERSION)),
        tr("Opens MRI and X-ray studies and shows, beside each image, what a residual network flags in it "
           "and where "
           "its evidence lies."),
        tr("For research and teaching, not a medical device."),
        tr("Free software under the GNU General Public License, version 3 or later. Built with Qt, DCMTK, "
           "ITK and "
           "LibTorch. Icons: Tabler Icons (MIT)."),
    };
    for (const QString& paragraph : paragraphs) {
        auto* label = new QLabel(paragraph, this);
        label->setObjectName(QStringLiteral("secondary"));
        label->setWordWrap(true);
        column->addWidget(label);
    }
    auto* close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column->addSpacing(8);
    column->addWidget(close, 0, Qt::AlignRight);
}

}  // namespace residua
