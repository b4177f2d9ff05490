// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/status_line.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include "ui/theme.h"

namespace residua {

StatusLine::StatusLine(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("statusLine"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(32);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(16, 0, 16, 0);
    line->setSpacing(12);
    const auto label = [this] {
        auto* made = new QLabel(this);
        made->setObjectName(QStringLiteral("secondary"));
        made->setFont(themeFont(TypeSize::Caption));
        made->setTextFormat(Qt::PlainText);
        return made;
    };
    text_ = label();
    job_ = label();
    playback_ = label();
    playback_->setObjectName(QStringLiteral("playback"));
    playback_->setProperty("tone", QStringLiteral("secondary"));
    progress_ = new QProgressBar(this);
    progress_->setTextVisible(false);
    progress_->setFixedWidth(160);
    stop_ = new QPushButton(themedIcon(QStringLiteral("player-stop")), tr("Stop"), this);
    stop_->setObjectName(QStringLiteral("stopJob"));
    problems_ = new QPushButton(themedIcon(QStringLiteral("alert-triangle")), QString(), this);
    problems_->setObjectName(QStringLiteral("problems"));
    for (QPushButton* button : {stop_, problems_}) {
        button->setProperty("quiet", true);
        button->setFont(themeFont(TypeSize::Caption));
        button->setIconSize(QSize(14, 14));
    }
    connect(stop_, &QPushButton::clicked, this, &StatusLine::stopWished);
    connect(problems_, &QPushButton::clicked, this, &StatusLine::problemsWished);
    line->addWidget(text_);
    line->addWidget(job_);
    line->addWidget(progress_);
    line->addWidget(stop_);
    line->addWidget(problems_);
    line->addStretch(1);
    line->addWidget(playback_);
    QLabel* purpose = label();
    purpose->setText(tr("For research and teaching, not a medical device"));
    line->addWidget(purpose);
    clearJob();
    setProblemCount(0);
    setPlayback({});
}

void StatusLine::setText(const QString& text) {
    text_->setText(text);
}

void StatusLine::setJob(const QString& text, int done, int total) {
    text_->hide();
    job_->setText(text);
    progress_->setRange(0, total);
    progress_->setValue(done);
    for (QWidget* part :
         {static_cast<QWidget*>(job_), static_cast<QWidget*>(progress_), static_cast<QWidget*>(stop_)})
        part->show();
}

void StatusLine::clearJob() {
    for (QWidget* part :
         {static_cast<QWidget*>(job_), static_cast<QWidget*>(progress_), static_cast<QWidget*>(stop_)})
        part->hide();
    text_->show();
}

void StatusLine::setPlayback(const QString& text) {
    playback_->setText(text);
    playback_->setVisible(!text.isEmpty());
}

void StatusLine::setProblemCount(int count) {
    problems_->setVisible(count > 0);
    problems_->setText(count == 1 ? tr("1 problem") : tr("%1 problems").arg(count));
}

}  // namespace residua
