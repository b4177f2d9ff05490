// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/findings_presenter.h"

#include <cmath>
#include <limits>
#include <utility>

#include "app/panel_rows.h"
#include "app/problem_text.h"
#include "app/report_text.h"

namespace residua {

FindingsPresenter::FindingsPresenter(MainWindow& window, Viewing& viewing, Analysing& analysing,
                                     Verdicts& verdicts, QObject* parent)
    : QObject(parent), window_(window), viewing_(viewing), analysing_(analysing), verdicts_(verdicts) {
    connect(&analysing_, &Analysing::changed, this, &FindingsPresenter::present);
    connect(&verdicts_, &Verdicts::changed, this, &FindingsPresenter::present);
    connect(&verdicts_, &Verdicts::given, this,
            [this](const std::string&, const Verdict& verdict) { tellVerdict(verdict); });
    connect(&viewing_, &Viewing::sliceChanged, this, [this] {
        analysing_.look(viewing_.stack(), viewing_.slice());
        presentHeatmap();
    });
    connect(&viewing_, &Viewing::stackChanged, this, [this] {
        if (!viewing_.stack()) analysing_.clear();
    });
    connectPanel();
    connect(window_.actions()[Command::Analyse], &QAction::triggered, &analysing_, &Analysing::analyse);
    present();
}

void FindingsPresenter::connectPanel() {
    auto& panel = window_.findings();
    connect(&panel, &FindingsPanel::findingSelected, this, [this] {
        presentStrip();
        presentHeatmap();
    });
    connect(&panel, &FindingsPanel::verdictWished, this, &FindingsPresenter::giveVerdict);
    connect(&panel, &FindingsPanel::noteWished, this, [this](const QString& finding, const QString& note) {
        if (const auto* model = analysing_.model())
            verdicts_.setNote(analysing_.studyUid(), model->card.weightsSha256, finding.toStdString(),
                              note.toStdString());
    });
    connect(&panel, &FindingsPanel::sliceWished, &viewing_, [this](int slice) { viewing_.goTo(slice); });
    connect(&panel, &FindingsPanel::modelWished, this, [this](const QString& name) {
        analysing_.chooseModel(name.toStdString());
        Q_EMIT modelChosen(name);
    });
    connect(&panel, &FindingsPanel::analysisWished, &analysing_, &Analysing::analyse);
    connect(&panel, &FindingsPanel::stopWished, &analysing_, &Analysing::stop);
}

void FindingsPresenter::present() {
    const auto* model = analysing_.model();
    if (model) {
        const auto asked = analysing_.studyUid() + '\n' + model->card.weightsSha256;
        if (std::exchange(verdictsLoaded_, asked) != asked)
            verdicts_.load(analysing_.studyUid(), model->card.weightsSha256);
    }
    presentModels();
    if (model && viewing_.stack()) {
        window_.findings().setFindings(
            findingRows(model->card, analysing_.analysis(), viewing_.stack(), verdictsOfStudy()));
        window_.findings().setNotes(
            seriesNotes(seriesOf(analysing_.analysis(), viewing_.stack().seriesOf().uid)));
        window_.findings().setModelDetails(modelDetails(model->card, analysing_.analysis()));
    } else {
        window_.findings().setFindings({});
        window_.findings().setNotes({});
    }
    presentState();
    presentStrip();
    presentHeatmap();
    presentFlagged();
}

void FindingsPresenter::presentModels() {
    QList<ModelChoice> choices;
    for (const auto& model : analysing_.models()) {
        const auto& title = model.card.title.empty() ? model.card.name : model.card.title;
        choices.append({QString::fromStdString(model.card.name), QString::fromStdString(title)});
    }
    const auto* model = analysing_.model();
    const auto current = model ? QString::fromStdString(model->card.name) : QString();
    QStringList shown{current};
    for (const auto& choice : choices) shown << choice.name << choice.title;
    // Only what is new: a list that the reader has just unfolded stays open.
    if (std::exchange(modelsShown_, shown) != shown) window_.findings().setModels(choices, current);
}

void FindingsPresenter::presentState() {
    using State = FindingsPanel::State;
    auto& panel = window_.findings();
    const auto* series =
        viewing_.stack() ? seriesOf(analysing_.analysis(), viewing_.stack().seriesOf().uid) : nullptr;
    switch (analysing_.state()) {
        case AnalysisState::Empty:
            return panel.setState(State::Empty);
        case AnalysisState::NoModel:
            return panel.setState(State::NoModel);
        case AnalysisState::NoneFits:
            return panel.setState(State::NotScored, tr("no installed network was made for these images.") +
                                                        QStringLiteral("\n\n") + analysing_.misfits());
        case AnalysisState::Failed: {
            const auto words = problemText(analysing_.failure());
            const bool missing = analysing_.failure().kind == ProblemKind::EngineMissing;
            return panel.setState(missing ? State::EngineMissing : State::NotScored,
                                  words.what + QLatin1Char(' ') + words.remedy);
        }
        case AnalysisState::Predicting:
            if (panel.state() != State::Predicting) panel.setState(State::Predicting);
            return panel.setProgress(static_cast<int>(analysing_.done()),
                                     static_cast<int>(analysing_.total()));
        case AnalysisState::Idle:
        case AnalysisState::Ready:
            break;
    }
    if (series && !series->notScored.empty())
        return panel.setState(State::NotScored, scopeText(series->notScored));
    panel.setState(analysing_.state() == AnalysisState::Ready ? State::Ready : State::Idle);
}

const FindingCard* FindingsPresenter::selectedCard() const {
    const auto* model = analysing_.model();
    const auto selected = window_.findings().selectedFinding().toStdString();
    if (!model) return nullptr;
    for (const auto& card : model->card.findings)
        if (card.code == selected) return &card;
    return nullptr;
}

void FindingsPresenter::presentStrip() {
    const auto* card = selectedCard();
    const auto& stack = viewing_.stack();
    if (!card || !stack) return window_.sliceStrip().setScores({}, 0.5);
    QList<double> scores;
    for (std::size_t i = 0; i < stack.count(); ++i) {
        double score = std::numeric_limits<double>::quiet_NaN();
        const auto* result = analysing_.result(stack, i);
        if (result && result->scored())
            for (const auto& finding : result->prediction.findings)
                if (finding.finding == card->code) score = finding.score;
        scores.append(score);
    }
    window_.sliceStrip().setScores(scores, card->threshold);
}

void FindingsPresenter::presentHeatmap() {
    const auto* card = selectedCard();
    const auto* result = viewing_.stack() ? analysing_.result(viewing_.stack(), viewing_.slice()) : nullptr;
    if (card && result && result->scored())
        for (const auto& finding : result->prediction.findings)
            if (finding.finding == card->code && !finding.map.values.empty())
                return window_.viewport().setHeatmap(
                    finding.map, {QString::fromStdString(card->name), finding.score, finding.logit});
    window_.viewport().clearHeatmap();
}

void FindingsPresenter::presentFlagged() {
    const auto* analysis = analysing_.analysis();
    if (!analysis) return;
    const auto uid = QString::fromStdString(analysis->studyUid);
    for (const auto& series : analysis->series)
        window_.browser().setSeriesFlagged(QString::fromStdString(series.seriesUid),
                                           flaggedNames(*analysis, series), scopeText(series.notScored));
    const auto names = flaggedNames(*analysis);
    if (flagged_.contains(uid) && flagged_.value(uid) == names) return;
    flagged_[uid] = names;
    Q_EMIT flaggedChanged(uid);
}

std::vector<Verdict> FindingsPresenter::verdictsOfStudy() const {
    const auto* model = analysing_.model();
    return model ? verdicts_.all(analysing_.studyUid(), model->card.weightsSha256) : std::vector<Verdict>();
}

void FindingsPresenter::giveVerdict(const QString& finding, VerdictMark mark) {
    const auto* model = analysing_.model();
    if (!model || finding.isEmpty()) return;
    verdicts_.give(analysing_.studyUid(), model->card.weightsSha256, finding.toStdString(), answerOf(mark));
    bool all = true;
    for (const auto& row :
         findingRows(model->card, analysing_.analysis(), viewing_.stack(), verdictsOfStudy()))
        all = all && row.verdict != VerdictMark::None;
    if (all) Q_EMIT allAnswered(analysing_.studyUid());
}

void FindingsPresenter::tellVerdict(const Verdict& verdict) {
    QString name = QString::fromStdString(verdict.finding);
    if (const auto* model = analysing_.model())
        for (const auto& card : model->card.findings)
            if (card.code == verdict.finding) name = QString::fromStdString(card.name);
    const auto words = [&] {
        switch (verdict.answer) {
            case Answer::Agree:
                return tr("%1: agree");
            case Answer::Disagree:
                return tr("%1: disagree");
            case Answer::Unsure:
                return tr("%1: unsure");
            case Answer::None:
                break;
        }
        return tr("%1: answer taken back");
    }();
    window_.showNotice(words.arg(name), MainWindow::NoticeKind::Undoable);
}

}  // namespace residua
