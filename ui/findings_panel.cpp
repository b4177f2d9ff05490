// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/findings_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/finding_frame.h"
#include "ui/heatmap_controls.h"
#include "ui/model_section.h"
#include "ui/theme.h"

namespace residua {

struct FindingsPanel::Parts {
    State state = State::Empty;
    QString detail;
    QString selected;
    QComboBox* models;
    QLabel* message;
    QPushButton* analyse;
    QWidget* progressRow;
    QLabel* progressText;
    QProgressBar* progress;
    QLabel* notes;
    QVBoxLayout* cardColumn;
    QList<QLabel*> headings;  ///< one a card: its network's title
    QList<FindingFrame*> cards;
    QFrame* upperRule;
    HeatmapControls* heatmap;
    QFrame* lowerRule;
    ModelSection* model;
};

namespace {

QLabel* secondaryLabel(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(QStringLiteral("secondary"));
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QFrame* rule(QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setObjectName(QStringLiteral("rule"));
    return line;
}

}  // namespace

FindingsPanel::FindingsPanel(QWidget* parent) : QWidget(parent), parts_(std::make_unique<Parts>()) {
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    setMinimumWidth(280);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("panelScroll"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    outer->addWidget(scroll);
    auto* body = new QWidget(scroll);
    body->setObjectName(QStringLiteral("panelBody"));
    buildBody(*body);
    scroll->setWidget(body);
    refresh();
}

FindingsPanel::~FindingsPanel() = default;

void FindingsPanel::buildBody(QWidget& body) {
    auto* column = new QVBoxLayout(&body);
    column->setContentsMargins(16, 14, 16, 16);
    column->setSpacing(12);
    auto* title = new QLabel(tr("Findings"), &body);
    title->setObjectName(QStringLiteral("panelTitle"));
    title->setFont(themeFont(TypeSize::Title, QFont::DemiBold));
    column->addWidget(title);
    parts_->models = new QComboBox(&body);
    parts_->models->setAccessibleName(tr("Network"));
    parts_->models->setToolTip(tr("The network that scores the images"));
    parts_->models->setPlaceholderText(tr("Choose a network"));
    parts_->models->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(parts_->models, &QComboBox::activated, this,
            [this](int index) { Q_EMIT modelWished(parts_->models->itemData(index).toString()); });
    column->addWidget(parts_->models);
    parts_->message = secondaryLabel(&body);
    column->addWidget(parts_->message);
    parts_->analyse = new QPushButton(themedIcon(QStringLiteral("scan")), tr("Analyse"), &body);
    connect(parts_->analyse, &QPushButton::clicked, this, &FindingsPanel::analysisWished);
    column->addWidget(parts_->analyse);
    column->addWidget(buildProgress(body));
    parts_->notes = secondaryLabel(&body);
    parts_->notes->setObjectName(QStringLiteral("seriesNotes"));
    parts_->notes->hide();
    column->addWidget(parts_->notes);
    parts_->cardColumn = new QVBoxLayout;
    parts_->cardColumn->setSpacing(8);
    column->addLayout(parts_->cardColumn);
    parts_->upperRule = rule(&body);
    column->addWidget(parts_->upperRule);
    parts_->heatmap = new HeatmapControls(&body);
    connect(parts_->heatmap, &HeatmapControls::toggled, this, &FindingsPanel::heatmapToggled);
    connect(parts_->heatmap, &HeatmapControls::opacityChanged, this, &FindingsPanel::heatmapOpacityChanged);
    connect(parts_->heatmap, &HeatmapControls::thresholdChanged, this,
            &FindingsPanel::heatmapThresholdChanged);
    connect(parts_->heatmap, &HeatmapControls::negativeToggled, this,
            &FindingsPanel::negativeEvidenceToggled);
    column->addWidget(parts_->heatmap);
    parts_->lowerRule = rule(&body);
    column->addWidget(parts_->lowerRule);
    parts_->model = new ModelSection(&body);
    column->addWidget(parts_->model);
    column->addStretch(1);
}

QWidget* FindingsPanel::buildProgress(QWidget& body) {
    parts_->progressRow = new QWidget(&body);
    auto* column = new QVBoxLayout(parts_->progressRow);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* line = new QHBoxLayout;
    parts_->progressText = secondaryLabel(parts_->progressRow);
    auto* stop = new QPushButton(themedIcon(QStringLiteral("player-stop")), tr("Stop"), parts_->progressRow);
    stop->setObjectName(QStringLiteral("stopAnalysis"));
    stop->setProperty("quiet", true);
    connect(stop, &QPushButton::clicked, this, &FindingsPanel::stopWished);
    line->addWidget(parts_->progressText, 1);
    line->addWidget(stop);
    column->addLayout(line);
    parts_->progress = new QProgressBar(parts_->progressRow);
    parts_->progress->setTextVisible(false);
    column->addWidget(parts_->progress);
    return parts_->progressRow;
}

void FindingsPanel::setState(State state, const QString& detail) {
    parts_->state = state;
    parts_->detail = detail;
    if (state == State::Predicting) setProgress(0, 0);
    refresh();
}

FindingsPanel::State FindingsPanel::state() const {
    return parts_->state;
}

void FindingsPanel::setProgress(int done, int total) {
    parts_->progress->setRange(0, total);
    parts_->progress->setValue(done);
    parts_->progressText->setText(total > 0 ? tr("Analysing: %1 of %2 images").arg(done).arg(total)
                                            : tr("Starting the analysis…"));
}

void FindingsPanel::setModels(const QList<ModelChoice>& models, const QString& current) {
    const QSignalBlocker quiet(parts_->models);
    parts_->models->clear();
    for (const ModelChoice& model : models) parts_->models->addItem(model.title, model.name);
    parts_->models->setCurrentIndex(parts_->models->findData(current));
    refresh();
}

void FindingsPanel::setFindings(const QList<FindingRow>& findings) {
    while (parts_->cards.size() > findings.size()) {
        delete parts_->cards.takeLast();  // leaves its layout by itself
        delete parts_->headings.takeLast();
    }
    while (parts_->cards.size() < findings.size()) addCard();
    for (int i = 0; i < findings.size(); ++i) {
        parts_->cards[i]->setRow(findings[i]);
        const bool first = i == 0 || findings[i - 1].network != findings[i].network;
        parts_->headings[i]->setText(findings[i].networkTitle);
        parts_->headings[i]->setVisible(first && !findings[i].networkTitle.isEmpty());
    }
    const bool kept = std::any_of(findings.begin(), findings.end(),
                                  [this](const FindingRow& row) { return row.key() == parts_->selected; });
    const QString wanted = kept ? parts_->selected : findings.isEmpty() ? QString() : findings.front().key();
    selectFinding(wanted);
    refresh();
}

void FindingsPanel::setNotes(const QStringList& notes) {
    parts_->notes->setText(notes.join(QLatin1Char('\n')));
    parts_->notes->setVisible(!notes.isEmpty());
}

void FindingsPanel::addCard() {
    auto* heading = new QLabel(this);
    heading->setObjectName(QStringLiteral("networkHeading"));
    heading->setFont(themeFont(TypeSize::Caption, QFont::DemiBold));
    heading->setWordWrap(true);
    heading->setTextFormat(Qt::PlainText);
    parts_->headings.append(heading);
    parts_->cardColumn->addWidget(heading);
    auto* card = new FindingFrame(this);
    parts_->cards.append(card);
    parts_->cardColumn->addWidget(card);
    connect(card, &FindingFrame::selectionWished, this, [this, card] { selectFinding(card->row().key()); });
    connect(card, &FindingFrame::stepWished, this, [this, card](int step) {
        const auto next = parts_->cards.indexOf(card) + step;
        if (next >= 0 && next < parts_->cards.size()) parts_->cards[next]->setFocus();
    });
    connect(card, &FindingFrame::verdictWished, this,
            [this, card](VerdictMark verdict) { Q_EMIT verdictWished(card->row().key(), verdict); });
    connect(card, &FindingFrame::noteWished, this,
            [this, card](const QString& note) { Q_EMIT noteWished(card->row().key(), note); });
    connect(card, &FindingFrame::noteEnded, this, &FindingsPanel::noteEnded);
    connect(card, &FindingFrame::sliceWished, this, &FindingsPanel::sliceWished);
}

void FindingsPanel::setVerdict(const QString& finding, VerdictMark verdict) {
    for (FindingFrame* card : parts_->cards)
        if (card->row().key() == finding) card->setVerdict(verdict);
}

void FindingsPanel::setNote(const QString& finding, const QString& note) {
    for (FindingFrame* card : parts_->cards)
        if (card->row().key() == finding) card->setNote(note);
}

void FindingsPanel::setModelDetails(const ModelDetails& details) {
    parts_->model->setDetails(details);
}

void FindingsPanel::setHeatmapOn(bool on) {
    parts_->heatmap->setOn(on);
}
void FindingsPanel::setHeatmapOpacity(double opacity) {
    parts_->heatmap->setOpacity(opacity);
}
void FindingsPanel::setHeatmapThreshold(double share) {
    parts_->heatmap->setThreshold(share);
}
double FindingsPanel::heatmapOpacity() const {
    return parts_->heatmap->opacity();
}
double FindingsPanel::heatmapThreshold() const {
    return parts_->heatmap->threshold();
}

void FindingsPanel::selectFinding(const QString& finding) {
    for (FindingFrame* card : parts_->cards) card->setSelected(card->row().key() == finding);
    if (finding == parts_->selected) return;
    parts_->selected = finding;
    Q_EMIT findingSelected(finding);
}

QString FindingsPanel::selectedFinding() const {
    return parts_->selected;
}

void FindingsPanel::giveVerdict(VerdictMark verdict) {
    for (FindingFrame* card : parts_->cards) {
        const FindingRow& row = card->row();
        const bool scored = row.state == FindingState::Flagged || row.state == FindingState::NotFlagged;
        if (row.key() == parts_->selected && scored)
            Q_EMIT verdictWished(row.key(), row.verdict == verdict ? VerdictMark::None : verdict);
    }
}

void FindingsPanel::refresh() {
    const State state = parts_->state;
    QString text;
    switch (state) {
        case State::Empty:
            text = tr("Open a study to see what the network flags.");
            break;
        case State::NoModel:
            text = tr("No network is installed for these images.");
            break;
        case State::EngineMissing:
            text = tr("The analysis program does not start.");
            break;
        case State::NotScored:
            text = tr("Not scored");
            break;
        case State::Idle:
            text = tr("Not analysed yet.");
            break;
        case State::Predicting:
        case State::Ready:
            break;
    }
    if (!parts_->detail.isEmpty())
        text = text.isEmpty()              ? parts_->detail
               : state == State::NotScored ? QStringLiteral("%1: %2").arg(text, parts_->detail)
                                           : QStringLiteral("%1\n%2").arg(text, parts_->detail);
    parts_->message->setText(text);
    parts_->message->setVisible(!text.isEmpty());
    parts_->models->setVisible(parts_->models->count() > 0 && state != State::Empty &&
                               state != State::NoModel);
    parts_->analyse->setVisible(state == State::Idle);
    parts_->progressRow->setVisible(state == State::Predicting);
    const bool heat = !parts_->cards.isEmpty() && state != State::NotScored;
    parts_->upperRule->setVisible(heat);
    parts_->heatmap->setVisible(heat);
    const bool chosen = parts_->models->count() == 0 || parts_->models->currentIndex() >= 0;
    const bool about =
        chosen && (state == State::Ready || state == State::Predicting || state == State::NotScored);
    parts_->lowerRule->setVisible(about);
    parts_->model->setVisible(about);
}

}  // namespace residua
