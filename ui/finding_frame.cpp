// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/finding_frame.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/score_bar.h"
#include "ui/theme.h"

namespace residua {

namespace {

constexpr VerdictMark answers[] = {VerdictMark::Agree, VerdictMark::Unsure, VerdictMark::Disagree};

QLabel* label(const QString& name, const QFont& font, QWidget* parent) {
    auto* made = new QLabel(parent);
    made->setObjectName(name);
    made->setFont(font);
    made->setTextFormat(Qt::PlainText);
    return made;
}

/// A colour by its purpose, from the style sheet, so that it follows the theme.
void setTone(QLabel& label, const char* tone) {
    label.setProperty("tone", tone);
    label.style()->unpolish(&label);
    label.style()->polish(&label);
}

}  // namespace

QString FindingFrame::stateText(const FindingRow& row) {
    switch (row.state) {
        case FindingState::Flagged:
            return tr("flagged");
        case FindingState::NotFlagged:
            return tr("not flagged");
        case FindingState::NotScored:
            return tr("not scored");
        case FindingState::Waiting:
            return tr("waiting…");
    }
    return {};
}

QString FindingFrame::verdictText(VerdictMark verdict) {
    switch (verdict) {
        case VerdictMark::Agree:
            return tr("Agree");
        case VerdictMark::Unsure:
            return tr("Unsure");
        case VerdictMark::Disagree:
            return tr("Disagree");
        case VerdictMark::None:
            break;
    }
    return {};
}

FindingFrame::FindingFrame(QWidget* parent) : QFrame(parent) {
    setObjectName(QStringLiteral("findingFrame"));
    setFocusPolicy(Qt::TabFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    column->addWidget(buildLine());
    caveat_ = label(QStringLiteral("findingCaveat"), themeFont(TypeSize::Caption), this);
    caveat_->setWordWrap(true);
    slice_ = new QPushButton(this);
    slice_->setProperty("link", true);
    slice_->setFont(themeFont(TypeSize::Caption));
    slice_->setCursor(Qt::PointingHandCursor);
    connect(slice_, &QPushButton::clicked, this, [this] { Q_EMIT sliceWished(row_.slice); });
    given_ = label(QStringLiteral("findingVerdict"), themeFont(TypeSize::Caption, QFont::Medium), this);
    column->addWidget(caveat_);
    column->addWidget(slice_);
    column->addWidget(given_);
    answer_ = buildAnswer();
    column->addWidget(answer_);
    refresh();
}

QWidget* FindingFrame::buildLine() {
    auto* line = new QWidget(this);
    auto* column = new QVBoxLayout(line);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* top = new QHBoxLayout;
    name_ = label(QStringLiteral("findingName"), themeFont(TypeSize::Body, QFont::DemiBold), line);
    score_ = label(QStringLiteral("findingScore"), themeFont(TypeSize::Title, QFont::DemiBold), line);
    state_ = label(QStringLiteral("findingState"), themeFont(TypeSize::Caption), line);
    mark_ = new QLabel(line);
    mark_->setFixedSize(14, 16);
    top->setSpacing(8);
    top->addWidget(mark_);
    top->addWidget(name_, 1);
    top->addWidget(state_);
    top->addWidget(score_);
    column->addLayout(top);
    bar_ = new ScoreBar(line);
    column->addWidget(bar_);
    return line;
}

QPushButton* FindingFrame::verdictButton(VerdictMark verdict, const QString& icon, const QString& key) {
    auto* button = new QPushButton(themedIcon(icon), verdictText(verdict), this);
    button->setCheckable(true);
    button->setIconSize(QSize(16, 16));
    button->setFont(themeFont(TypeSize::Caption, QFont::Medium));
    button->setToolTip(QStringLiteral("%1 (%2)").arg(verdictText(verdict), key));
    connect(button, &QPushButton::clicked, this, [this, verdict] {
        const VerdictMark before = row_.verdict;
        setVerdict(before);  // the value comes back by the setter
        Q_EMIT verdictWished(verdict == before ? VerdictMark::None : verdict);
    });
    verdicts_.append(button);
    return button;
}

QWidget* FindingFrame::buildAnswer() {
    auto* part = new QWidget(this);
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(8);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(0);
    const char* const places[] = {"left", "middle", "right"};
    const char* const icons[] = {"check", "question-mark", "x"};
    const char* const keys[] = {"Y", "U", "X"};
    for (std::size_t i = 0; i < std::size(answers); ++i) {
        QPushButton* button =
            verdictButton(answers[i], QString::fromLatin1(icons[i]), QString::fromLatin1(keys[i]));
        button->setProperty("verdict", places[i]);
        buttons->addWidget(button, 1);
    }
    column->addLayout(buttons);
    note_ = new QLineEdit(part);
    note_->setPlaceholderText(tr("Note"));
    note_->setAccessibleName(tr("Note"));
    connect(note_, &QLineEdit::editingFinished, this, [this] {
        if (note_->text() == row_.note) return;
        row_.note = note_->text();
        Q_EMIT noteWished(row_.note);
    });
    // Queued: the note is wished first.
    connect(note_, &QLineEdit::returnPressed, this, &FindingFrame::noteEnded, Qt::QueuedConnection);
    column->addWidget(note_);
    return part;
}

void FindingFrame::setRow(const FindingRow& row) {
    const bool typing = note_->hasFocus() && row.key() == row_.key();
    row_ = row;
    if (!typing) note_->setText(row.note);
    refresh();
}

void FindingFrame::setSelected(bool selected) {
    selected_ = selected;
    refresh();
}

void FindingFrame::setVerdict(VerdictMark verdict) {
    row_.verdict = verdict;
    refresh();
}

void FindingFrame::setNote(const QString& note) {
    row_.note = note;
    if (!note_->hasFocus()) note_->setText(note);
}

void FindingFrame::refresh() {
    const bool scored = row_.state == FindingState::Flagged || row_.state == FindingState::NotFlagged;
    name_->setText(row_.name);
    score_->setText(scored ? QLocale().toString(row_.score, 'f', 2) : QString());
    score_->setVisible(scored);
    bar_->setVisible(scored);
    bar_->setScore(row_.score, row_.threshold);
    refreshState();
    slice_->setVisible(selected_ && scored && row_.slice >= 0);
    slice_->setText(tr("Slice %1, %2").arg(row_.slice + 1).arg(row_.aggregation));
    answer_->setVisible(selected_ && scored);
    for (std::size_t i = 0; i < std::size(answers); ++i)
        verdicts_[static_cast<int>(i)]->setChecked(row_.verdict == answers[i]);
    const QLocale locale;
    QStringList tip{row_.description};
    if (scored)
        tip += tr("score for %1 %2 · logit %3 · threshold %4 %5")
                   .arg(row_.name, locale.toString(row_.score, 'f', 3), locale.toString(row_.logit, 'f', 2),
                        locale.toString(row_.threshold, 'f', 2), row_.thresholdSource);
    if (scored && row_.slice >= 0) tip += tr("slice %1: %2").arg(row_.slice + 1).arg(row_.aggregation);
    setToolTip(tip.join(QLatin1Char('\n')).trimmed());
    setAccessibleName(QStringLiteral("%1 %2 %3").arg(row_.name, score_->text(), state_->text()));
    update();
}

void FindingFrame::refreshState() {
    const ThemeColours& colours = coloursOf(palette());
    const bool scored = row_.state == FindingState::Flagged || row_.state == FindingState::NotFlagged;
    const bool flagged = row_.state == FindingState::Flagged;
    state_->setText(stateText(row_));
    setTone(*state_, flagged ? "flagged" : "secondary");
    const QString icon = flagged                                  ? QStringLiteral("flag-filled")
                         : row_.state == FindingState::NotFlagged ? QStringLiteral("circle")
                                                                  : QStringLiteral("circle-dashed");
    mark_->setPixmap(
        iconPixmap(icon, flagged ? colours.flagged : colours.secondary, 14, devicePixelRatioF()));
    given_->setText(row_.verdict == VerdictMark::None ? QString()
                                                      : tr("Your answer: %1").arg(verdictText(row_.verdict)));
    given_->setVisible(row_.verdict != VerdictMark::None && !selected_);
    QStringList caveats;
    if (row_.state == FindingState::NotScored && !row_.notScored.isEmpty()) caveats += row_.notScored;
    if (scored && !row_.calibrated) caveats += tr("not calibrated");
    if (scored && !row_.caution.isEmpty()) caveats += row_.caution;
    caveat_->setText(caveats.join(QStringLiteral(" · ")));
    caveat_->setVisible(!caveats.isEmpty());
    setTone(*caveat_, "secondary");
}

void FindingFrame::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColours& colours = coloursOf(palette());
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(hasFocus() || selected_ ? colours.accent : colours.border, 1));
    painter.setBrush(colours.raised);
    painter.drawRoundedRect(frame, 8, 8);
}

void FindingFrame::mousePressEvent(QMouseEvent*) {
    Q_EMIT selectionWished();
}

void FindingFrame::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down) {
        Q_EMIT stepWished(event->key() == Qt::Key_Down ? 1 : -1);
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        Q_EMIT selectionWished();
    } else {
        QFrame::keyPressEvent(event);
    }
}

void FindingFrame::focusInEvent(QFocusEvent* event) {
    QFrame::focusInEvent(event);
    Q_EMIT selectionWished();
}

void FindingFrame::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) refreshState();
}

}  // namespace residua
