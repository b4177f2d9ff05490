// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "ui/finding_rows.h"

namespace residua {

/// What the network says about the series in view, and the reader's answers. One line a finding; the rest on
/// demand.
class FindingsPanel : public QWidget {
    Q_OBJECT

public:
    enum class State {
        Empty,          ///< nothing is open
        NoModel,        ///< no network is installed or none was chosen
        EngineMissing,  ///< residua-engine does not start: `detail` says why
        NotScored,      ///< the whole series is outside the scope, or failed: `detail` says why
        Idle,           ///< not analysed; analysing is offered
        Predicting,     ///< under way; rows may already be there
        Ready,
    };

    explicit FindingsPanel(QWidget* parent = nullptr);
    ~FindingsPanel() override;

    void setState(State state, const QString& detail = {});
    State state() const;
    void setProgress(int done, int total);  ///< images, while Predicting
    void setModels(const QList<ModelChoice>& models, const QString& current);
    /// Findings are named by FindingRow::key() here and in the signals. The selected one and a note being
    /// typed stay.
    void setFindings(const QList<FindingRow>& findings);
    /// What is to be known of the series before its scores are read, a line each.
    void setNotes(const QStringList& notes);
    void setVerdict(const QString& finding, VerdictMark verdict);
    void setNote(const QString& finding, const QString& note);
    void setModelDetails(const ModelDetails& details);
    void setHeatmapOn(bool on);
    void setHeatmapOpacity(double opacity);  ///< 0 to 1
    void setHeatmapThreshold(double share);  ///< of the scale, 0 to 1
    double heatmapOpacity() const;
    double heatmapThreshold() const;

    void selectFinding(const QString& finding);
    QString selectedFinding() const;
    /// Wishes the answer for the selected finding (keys Y, U, X); the same answer again takes it back.
    void giveVerdict(VerdictMark verdict);

Q_SIGNALS:
    void findingSelected(const QString& finding);
    void verdictWished(const QString& finding, residua::VerdictMark verdict);
    void noteWished(const QString& finding, const QString& note);
    void noteEnded();             ///< with Return: the keys are the image's again
    void sliceWished(int slice);  ///< the deciding slice was clicked; from 0
    void modelWished(const QString& model);
    void analysisWished();
    void stopWished();
    void heatmapToggled(bool on);
    void heatmapOpacityChanged(double opacity);
    void heatmapThresholdChanged(double share);
    void negativeEvidenceToggled(bool shown);

private:
    struct Parts;
    void buildBody(QWidget& body);
    QWidget* buildProgress(QWidget& body);
    void addCard();
    void refresh();
    std::unique_ptr<Parts> parts_;
};

}  // namespace residua
