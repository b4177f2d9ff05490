// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QList>
#include <QString>
#include <QStringList>

namespace residua {

/// Names one stack of one series of one study: what the browser selects and the viewport shows.
struct StackId {
    QString studyUid;
    QString seriesUid;
    int stack = 0;  ///< index among the series' stacks
    bool operator==(const StackId&) const = default;
    bool isEmpty() const { return seriesUid.isEmpty(); }
};

enum class StudyState { New, Analysed, Read };

struct StackRow {
    QString label;  ///< what sets it apart, e.g. "TE 30 ms"; may be empty for a single stack
    int images = 0;
    QImage thumbnail;  ///< may come later: StudyBrowser::setThumbnail
};

struct SeriesRow {
    QString uid;
    int number = 0;
    QString description;
    QString modality;        ///< e.g. "MR"
    QStringList flagged;     ///< names of the flagged findings
    QString notScored;       ///< why the network did not score it; empty otherwise
    QList<StackRow> stacks;  ///< at least one
};

struct StudyRow {
    QString uid;
    QString date;  ///< as to be shown
    QString description;
    StudyState state = StudyState::New;
    QStringList flagged;  ///< names of the flagged findings over all series
    QList<SeriesRow> series;
};

struct PatientRow {
    QString name;
    QString id;
    QString details;  ///< as to be shown, e.g. "F · 54 y"
    QList<StudyRow> studies;
};

}  // namespace residua
