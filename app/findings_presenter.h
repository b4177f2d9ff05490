// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QStringList>

#include "app/analysing.h"
#include "app/verdicts.h"
#include "app/viewing.h"
#include "ui/main_window.h"

namespace residua {

/// Brings results and verdicts onto findings panel, slice strip, heatmap and study browser, and the reader's
/// wishes there back to Analysing and Verdicts.
class FindingsPresenter : public QObject {
    Q_OBJECT

public:
    FindingsPresenter(MainWindow& window, Viewing& viewing, Analysing& analysing, Verdicts& verdicts,
                      QObject* parent = nullptr);

    QStringList flagged(const QString& studyUid) const { return flagged_.value(studyUid); }

Q_SIGNALS:
    /// The flagged findings of a study changed.
    void flaggedChanged(const QString& studyUid);
    /// Every finding in the panel has an answer.
    void allAnswered(const std::string& studyUid);
    void modelChosen(const QString& name);

private:
    /// A finding of a network at work; null where there is none.
    struct Chosen {
        const ModelRun* run = nullptr;
        const FindingCard* card = nullptr;
    };
    void connectPanel();
    void present();
    void presentState();
    void presentModels();
    void presentNotes();
    void presentDetails();
    void presentStrip();
    void presentHeatmap();
    void presentFlagged();
    void giveVerdict(const QString& finding, VerdictMark mark);
    void tellVerdict(const Verdict& verdict);
    Chosen findingOf(const QString& key) const;
    Chosen selected() const { return findingOf(window_.findings().selectedFinding()); }
    QList<FindingRow> rows() const;
    /// Why no network scored the series in view; empty if one did, or may still.
    QString whyNotScored() const;
    std::vector<Verdict> verdictsOf(const ModelRun& run) const;

    MainWindow& window_;
    Viewing& viewing_;
    Analysing& analysing_;
    Verdicts& verdicts_;
    std::string verdictsLoaded_;  ///< study and weights whose verdicts were asked for
    QStringList modelsShown_;     ///< the current network, then names and titles
    QHash<QString, QStringList> flagged_;
};

}  // namespace residua
