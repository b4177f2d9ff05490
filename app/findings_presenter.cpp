// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/findings_presenter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "app/panel_rows.h"
#include "app/problem_text.h"
#include "app/report_text.h"

namespace residua {

namespace {

const std::string& hashOf(const ModelRun& run) {
    return run.model().card.weightsSha256;
}

QString titleOf(const ModelCard& card) {
    return QString::fromStdString(card.title.empty() ? card.name : card.title);
}

}  // namespace

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
        presentDetails();
        presentStrip();
        presentHeatmap();
    });
    connect(&panel, &FindingsPanel::verdictWished, this, &FindingsPresenter::giveVerdict);
    connect(&panel, &FindingsPanel::noteWished, this, [this](const QString& finding, const QString& note) {
        if (const auto chosen = findingOf(finding); chosen.card)
            verdicts_.setNote(analysing_.studyUid(), hashOf(*chosen.run), chosen.card->code,
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
    std::string asked = analysing_.studyUid();
    for (const auto& run : analysing_.runs()) asked += '\n' + hashOf(*run);
    if (std::exchange(verdictsLoaded_, asked) != asked)
        for (const auto& run : analysing_.runs()) verdicts_.load(analysing_.studyUid(), hashOf(*run));
    presentModels();
    window_.findings().setFindings(rows());
    presentNotes();
    presentDetails();
    presentState();
    presentStrip();
    presentHeatmap();
    presentFlagged();
}

QList<FindingRow> FindingsPresenter::rows() const {
    QList<FindingRow> rows;
    if (!viewing_.stack()) return rows;
    const bool several = analysing_.runs().size() > 1;
    for (const auto& run : analysing_.runs()) {
        const auto& card = run->model().card;
        for (auto& row : findingRows(card, run->analysis(), viewing_.stack(), verdictsOf(*run))) {
            if (run->state() == RunState::Failed && row.state == FindingState::Waiting)
                row.state = FindingState::NotScored;
            if (several) {
                row.network = QString::fromStdString(card.name);
                row.networkTitle = titleOf(card);
            }
            rows.append(row);
        }
    }
    return rows;
}

void FindingsPresenter::presentNotes() {
    QStringList notes;
    if (viewing_.stack())
        for (const auto& run : analysing_.runs())
            notes << seriesNotes(seriesOf(run->analysis(), viewing_.stack().seriesOf().uid));
    notes.removeDuplicates();
    window_.findings().setNotes(notes);
}

void FindingsPresenter::presentDetails() {
    if (const auto chosen = selected(); chosen.run)
        window_.findings().setModelDetails(modelDetails(chosen.run->model().card, chosen.run->analysis()));
}

void FindingsPresenter::presentModels() {
    QList<ModelChoice> choices;
    const auto& runs = analysing_.runs();
    if (analysing_.fitting() > 1)
        choices.append({QString(), tr("All %1 networks that fit").arg(analysing_.fitting())});
    for (const auto& model : analysing_.models())
        choices.append({QString::fromStdString(model.card.name), titleOf(model.card)});
    const auto current = runs.size() == 1 ? QString::fromStdString(runs[0]->model().card.name) : QString();
    QStringList shown{current};
    for (const auto& choice : choices) shown << choice.name << choice.title;
    // Only what is new: a list that the reader has just unfolded stays open.
    if (std::exchange(modelsShown_, shown) != shown) window_.findings().setModels(choices, current);
}

void FindingsPresenter::presentState() {
    using State = FindingsPanel::State;
    auto& panel = window_.findings();
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
    if (const auto why = whyNotScored(); !why.isEmpty()) return panel.setState(State::NotScored, why);
    panel.setState(analysing_.state() == AnalysisState::Ready ? State::Ready : State::Idle);
}

QString FindingsPresenter::whyNotScored() const {
    QStringList reasons;
    if (!viewing_.stack()) return {};
    for (const auto& run : analysing_.runs()) {
        const auto* series = seriesOf(run->analysis(), viewing_.stack().seriesOf().uid);
        if (!series || series->notScored.empty()) return {};
        reasons << scopeText(series->notScored);
    }
    reasons.removeDuplicates();
    return reasons.join(QStringLiteral("; "));
}

FindingsPresenter::Chosen FindingsPresenter::findingOf(const QString& key) const {
    const auto& runs = analysing_.runs();
    const auto slash = key.indexOf(QLatin1Char('/'));
    const ModelRun* run = slash >= 0     ? analysing_.run(key.left(slash).toStdString())
                          : runs.empty() ? nullptr
                                         : runs.front().get();
    if (!run) return {};
    const auto& findings = run->model().card.findings;
    const auto card = std::ranges::find(findings, key.mid(slash + 1).toStdString(), &FindingCard::code);
    return {run, card == findings.end() ? nullptr : &*card};
}

void FindingsPresenter::presentStrip() {
    const auto [run, card] = selected();
    const auto& stack = viewing_.stack();
    if (!card || !stack) return window_.sliceStrip().setScores({}, 0.5);
    QList<double> scores;
    for (std::size_t i = 0; i < stack.count(); ++i) {
        double score = std::numeric_limits<double>::quiet_NaN();
        const auto* result = run->result(stack, i);
        if (result && result->scored())
            for (const auto& finding : result->prediction.findings)
                if (finding.finding == card->code) score = finding.score;
        scores.append(score);
    }
    window_.sliceStrip().setScores(scores, card->threshold);
}

void FindingsPresenter::presentHeatmap() {
    const auto [run, card] = selected();
    const auto* result = card && viewing_.stack() ? run->result(viewing_.stack(), viewing_.slice()) : nullptr;
    if (card && result && result->scored())
        for (const auto& finding : result->prediction.findings)
            if (finding.finding == card->code && !finding.map.values.empty())
                return window_.viewport().setHeatmap(
                    finding.map, {QString::fromStdString(card->name), finding.score, finding.logit});
    window_.viewport().clearHeatmap();
}

void FindingsPresenter::presentFlagged() {
    QStringList ofStudy;
    QHash<QString, QStringList> ofSeries;
    QHash<QString, QString> notScored;  // by every network
    bool any = false;
    for (const auto& run : analysing_.runs()) {
        const auto* analysis = run->analysis();
        if (!analysis) continue;
        any = true;
        ofStudy << flaggedNames(*analysis);
        for (const auto& series : analysis->series) {
            const auto uid = QString::fromStdString(series.seriesUid);
            ofSeries[uid] << flaggedNames(*analysis, series);
            const auto why = scopeText(series.notScored);
            notScored[uid] = !notScored.contains(uid) || why.isEmpty() ? why : notScored[uid];
        }
    }
    if (!any) return;
    for (auto series = ofSeries.begin(); series != ofSeries.end(); ++series) {
        series->removeDuplicates();
        window_.browser().setSeriesFlagged(series.key(), *series, notScored[series.key()]);
    }
    ofStudy.removeDuplicates();
    const auto uid = QString::fromStdString(analysing_.studyUid());
    if (flagged_.contains(uid) && flagged_.value(uid) == ofStudy) return;
    flagged_[uid] = ofStudy;
    Q_EMIT flaggedChanged(uid);
}

std::vector<Verdict> FindingsPresenter::verdictsOf(const ModelRun& run) const {
    return verdicts_.all(analysing_.studyUid(), hashOf(run));
}

void FindingsPresenter::giveVerdict(const QString& finding, VerdictMark mark) {
    const auto chosen = findingOf(finding);
    if (!chosen.card) return;
    verdicts_.give(analysing_.studyUid(), hashOf(*chosen.run), chosen.card->code, answerOf(mark));
    const auto answered = rows();
    if (std::ranges::none_of(answered,
                             [](const FindingRow& row) { return row.verdict == VerdictMark::None; }))
        Q_EMIT allAnswered(analysing_.studyUid());
}

void FindingsPresenter::tellVerdict(const Verdict& verdict) {
    QString name = QString::fromStdString(verdict.finding);
    for (const auto& run : analysing_.runs())
        for (const auto& card : run->model().card.findings)
            if (card.code == verdict.finding && hashOf(*run) == verdict.modelSha256)
                name = QString::fromStdString(card.name);
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
