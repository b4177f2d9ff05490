// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library_listing.h"

#include <QCoreApplication>

#include "app/problem_text.h"
#include "app/report_text.h"
#include "app/study_collection.h"
#include "ui/search_text.h"

namespace residua {

namespace {

QString shown(const std::string& utf8) {
    return printable(QString::fromStdString(utf8));
}

QString answerText(const Verdict& verdict, const FindingNames& names) {
    const auto known = names.find({verdict.modelSha256, verdict.finding});
    const auto finding = known == names.end() ? shown(verdict.finding) : known->second;
    switch (verdict.answer) {
        case Answer::Agree:
            return QCoreApplication::translate("LibraryListing", "agreed: %1").arg(finding);
        case Answer::Disagree:
            return QCoreApplication::translate("LibraryListing", "disagreed: %1").arg(finding);
        case Answer::Unsure:
            return QCoreApplication::translate("LibraryListing", "unsure: %1").arg(finding);
        case Answer::None:
            break;
    }
    return {};
}

LibraryRow rowOf(const LibraryStudy& study, const FindingNames& names) {
    LibraryRow row;
    row.uid = QString::fromStdString(study.uid);
    row.patient = shown(study.patientName);
    row.patientId = shown(study.patientId);
    row.day = QString::fromStdString(study.date);
    row.date = shownDate(study.date);
    row.description = shown(study.description);
    row.modalities = shown(study.modalities);
    row.images = study.images;
    row.state = study.state;
    QStringList flagged;
    if (study.flagged)
        for (const auto& name : *study.flagged) flagged << shown(name);
    if (study.flagged)
        row.flagged = flagged.isEmpty() ? QCoreApplication::translate("LibraryListing", "none")
                                        : flagged.join(QStringLiteral(", "));
    if (study.answer) row.answer = answerText(*study.answer, names);
    row.haystack = searchable(QStringList{
        row.patient, shown(study.otherNames), row.patientId, row.description, shown(study.accession), row.day,
        dateText(study.date), row.date, row.modalities, flagged.join(' '), row.answer}
                                  .join('\n'));
    return row;
}

}  // namespace

FindingNames findingNames(const std::vector<InstalledModel>& models) {
    FindingNames names;
    for (const auto& model : models)
        for (const auto& finding : model.card.findings)
            names[{model.card.weightsSha256, finding.code}] = QString::fromStdString(finding.name);
    return names;
}

QList<LibraryRow> libraryRows(const std::vector<LibraryStudy>& studies, const FindingNames& names) {
    QList<LibraryRow> rows;
    rows.reserve(static_cast<qsizetype>(studies.size()));
    for (const auto& study : studies) rows << rowOf(study, names);
    return rows;
}

QString studyTitle(const LibraryStudy& study) {
    QStringList parts;
    for (const auto& part : {shown(study.patientName), shown(study.patientId), shownDate(study.date)})
        if (!part.isEmpty()) parts << part;
    return parts.join(QStringLiteral(" · "));
}

}  // namespace residua
