// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/welcome_page.h"

#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace residua {

namespace {

constexpr int columnWidth = 520;

}  // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("welcome"));
    auto* outer = new QVBoxLayout(this);
    auto* middle = new QWidget(this);
    middle->setMaximumWidth(columnWidth);
    auto* column = new QVBoxLayout(middle);
    column->setSpacing(8);
    auto* name = new QLabel(QStringLiteral("Residua"), middle);
    name->setFont(themeFont(TypeSize::Headline, QFont::DemiBold));
    column->addWidget(name);
    auto* what = new QLabel(tr("See what a network flags in MRI and X-ray studies, and why."), middle);
    what->setObjectName(QStringLiteral("secondary"));
    what->setWordWrap(true);
    column->addWidget(what);
    column->addSpacing(24);
    addStep(*column, QStringLiteral("folder-open"), tr("Open a folder with studies"), tr("Open folder…"),
            &WelcomePage::openFolderWished);
    addStep(*column, QStringLiteral("upload"), tr("Or drop files and folders anywhere in this window"), {},
            nullptr);
    addStep(*column, QStringLiteral("database"), tr("Or find a study that was open before"), tr("Library…"),
            &WelcomePage::libraryWished);
    addStep(*column, QStringLiteral("flask"), tr("Or begin with simulated sample studies"),
            tr("Open samples"), &WelcomePage::samplesWished);
    column->addSpacing(24);
    auto* keys = new QPushButton(tr("F1 shows all keys"), middle);
    keys->setProperty("link", true);
    connect(keys, &QPushButton::clicked, this, &WelcomePage::keysWished);
    column->addWidget(keys, 0, Qt::AlignLeft);
    outer->addStretch(2);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(middle, columnWidth);  // the stretches get only what it may not take
    row->addStretch(1);
    outer->addLayout(row);
    outer->addStretch(3);
}

void WelcomePage::addStep(QVBoxLayout& column, const QString& icon, const QString& text,
                          const QString& button, void (WelcomePage::*wish)()) {
    auto* line = new QHBoxLayout;
    line->setSpacing(12);
    auto* mark = new QLabel(this);
    mark->setPixmap(themedIcon(icon).pixmap(QSize(20, 20), devicePixelRatioF()));
    marks_.append({mark, icon});
    mark->setFixedSize(20, 32);
    line->addWidget(mark);
    line->addWidget(new QLabel(text, this), 1);
    if (wish) {
        auto* open = new QPushButton(button, this);
        open->setProperty("primary", wish == &WelcomePage::openFolderWished);
        connect(open, &QPushButton::clicked, this, wish);
        line->addWidget(open);
    }
    column.addLayout(line);
}

void WelcomePage::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), coloursOf(palette()).window);
}

void WelcomePage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    for (const auto& [mark, icon] : marks_)
        mark->setPixmap(themedIcon(icon).pixmap(QSize(20, 20), devicePixelRatioF()));
}

}  // namespace residua
