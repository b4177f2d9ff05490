// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace residua {

enum class FindingState { Flagged, NotFlagged, NotScored, Waiting };

/// The reader's answer to a finding.
enum class VerdictMark { None, Agree, Unsure, Disagree };

/// One line of the findings panel.
struct FindingRow {
    QString network;       ///< the bundle's name, where several networks are at work; otherwise empty
    QString networkTitle;  ///< shown above its first finding
    QString code;          ///< the card's, e.g. "pneumonia"
    QString name;          ///< e.g. "Pneumonia"
    QString description;   ///< one plain sentence
    FindingState state = FindingState::Waiting;
    QString notScored;  ///< why, for NotScored
    double score = 0;   ///< 0 to 1
    double logit = 0;
    double threshold = 0.5;
    QString thresholdSource;
    bool calibrated = false;
    QString caution;      ///< why the score is to be read with care; empty = nothing to say
    int slice = -1;       ///< the deciding slice, from 0; -1 = none
    QString aggregation;  ///< e.g. "highest of 24 slices"
    VerdictMark verdict = VerdictMark::None;
    QString note;

    /// Tells findings of different networks apart; the code where there is one network.
    QString key() const { return network.isEmpty() ? code : network + QLatin1Char('/') + code; }
};

/// A network that the reader can choose.
struct ModelChoice {
    QString name;   ///< the bundle's, e.g. "chest-pneumonia"; empty = all that fit
    QString title;  ///< e.g. "Chest radiograph: pneumonia"
};

/// What is told on demand about the network and its run.
struct ModelDetails {
    QString title, version, hash, device, precision, time, note, intendedUse;
    QStringList limits;
};

}  // namespace residua
