// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDateTime>
#include <QHash>
#include <map>

#include "app/study_library.h"
#include "app/study_library_sql.h"

// What the list of all known studies is made of.

namespace residua {

namespace fs = std::filesystem;
using namespace sql;

namespace {

/// The folders of a study's files, with the first file of each.
std::map<fs::path, fs::path> foldersOf(const Study& study) {
    std::map<fs::path, fs::path> folders;
    for (const auto& series : study.series)
        for (const auto& instance : series.instances) {
            const auto path = fs::absolute(instance.path);
            folders.try_emplace(path.parent_path(), path);
        }
    return folders;
}

QString modalitiesOf(const Study& study) {
    QStringList modalities;
    for (const auto& series : study.series)
        if (const auto modality = text(series.modality);
            !modality.isEmpty() && !modalities.contains(modality))
            modalities << modality;
    return notNull(modalities.join(QStringLiteral(", ")));
}

QHash<QString, std::size_t> placesOf(const std::vector<LibraryStudy>& studies) {
    QHash<QString, std::size_t> places;
    places.reserve(static_cast<qsizetype>(studies.size()));
    for (std::size_t i = 0; i < studies.size(); ++i) places.insert(text(studies[i].uid), i);
    return places;
}

std::optional<std::vector<std::string>> linesOf(const QVariant& value) {
    if (value.isNull()) return std::nullopt;
    std::vector<std::string> lines;
    for (const auto& line : value.toString().split('\n', Qt::SkipEmptyParts))
        lines.push_back(line.toStdString());
    return lines;
}

}  // namespace

void StudyLibrary::remember(const Study& study) {
    write(study, Places::Keep);
}

void StudyLibrary::relocate(const Study& study) {
    write(study, Places::Replace);
}

bool StudyLibrary::knowsMore(const std::string& studyUid, int images) {
    auto query = run("SELECT images FROM study WHERE uid = ?", {text(studyUid)});
    return step(query) && query.value(0).toInt() > images;
}

void StudyLibrary::write(const Study& study, Places before) {
    Transaction transaction(database_);
    if (transaction.error().isValid()) fail(transaction.error());
    const int images = static_cast<int>(imageCount(study));
    const auto folders = foldersOf(study);
    bool isPart = before == Places::Keep && knowsMore(study.uid, images);
    if (isPart) {
        auto known = run("SELECT path FROM folder WHERE study_uid = ?", {text(study.uid)});
        bool hasOthers = false;
        while (step(known)) hasOthers |= !folders.contains(pathOf(known.value(0)));
        isPart = hasOthers;  // else the images are gone from where they were
    }
    run("INSERT INTO study (uid, patient_name, patient_id, date, description, opened, other_names, "
        "accession, modalities, images) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uid) DO UPDATE "
        "SET "
        "patient_name = excluded.patient_name, patient_id = excluded.patient_id, date = excluded.date, "
        "description = excluded.description, opened = excluded.opened, other_names = excluded.other_names, "
        "accession = excluded.accession" +
            QString(isPart ? "" : ", modalities = excluded.modalities, images = excluded.images"),
        {text(study.uid), text(study.patient.name), text(study.patient.id), text(study.date),
         text(study.description), QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs),
         text(study.patient.otherNames), text(study.accessionNumber), modalitiesOf(study), images});
    if (!isPart) run("DELETE FROM folder WHERE study_uid = ?", {text(study.uid)});
    for (const auto& [folder, file] : folders)
        run("INSERT OR REPLACE INTO folder (study_uid, path, file) VALUES (?, ?, ?)",
            {text(study.uid), blob(folder), blob(file)});
    transaction.commit();
    if (transaction.error().isValid()) fail(transaction.error());
}

void StudyLibrary::forget(const std::string& studyUid) {
    Transaction transaction(database_);
    if (transaction.error().isValid()) fail(transaction.error());
    run("DELETE FROM study WHERE uid = ?", {text(studyUid)});
    for (const char* table : {"folder", "verdict", "result", "key_image", "length"})
        run(QString("DELETE FROM %1 WHERE study_uid = ?").arg(table), {text(studyUid)});
    transaction.commit();
    if (transaction.error().isValid()) fail(transaction.error());
}

std::vector<LibraryStudy> StudyLibrary::studies() {
    std::vector<LibraryStudy> studies;
    auto query =
        run("SELECT uid, patient_name, patient_id, date, description, state, other_names, accession, "
            "modalities, images, flagged FROM study ORDER BY opened DESC");
    while (step(query)) {
        auto& study = studies.emplace_back();
        study.uid = utf8(query.value(0));
        study.patientName = utf8(query.value(1));
        study.patientId = utf8(query.value(2));
        study.date = utf8(query.value(3));
        study.description = utf8(query.value(4));
        study.state = static_cast<StudyState>(query.value(5).toInt());
        study.otherNames = utf8(query.value(6));
        study.accession = utf8(query.value(7));
        study.modalities = utf8(query.value(8));
        study.images = query.value(9).toInt();
        study.flagged = linesOf(query.value(10));
    }
    readFolders(studies);
    readAnswers(studies);
    return studies;
}

void StudyLibrary::readFolders(std::vector<LibraryStudy>& studies) {
    const auto places = placesOf(studies);
    auto query = run("SELECT study_uid, path, file FROM folder ORDER BY study_uid, path");
    while (step(query)) {
        const auto place = places.constFind(query.value(0).toString());
        if (place == places.cend()) continue;
        auto& study = studies[*place];
        study.folders.push_back(pathOf(query.value(1)));
        study.files.push_back(pathOf(query.value(2)));
    }
}

void StudyLibrary::readAnswers(std::vector<LibraryStudy>& studies) {
    const auto places = placesOf(studies);
    // Of each finding the last answer counts; of those that were not taken back the last one is shown.
    auto query =
        run("SELECT study_uid, finding, answer, note, reader, time, model_sha256 FROM verdict WHERE id IN "
            "(SELECT max(id) FROM verdict GROUP BY study_uid, model_sha256, finding) AND answer != 0 "
            "ORDER BY id");
    while (step(query)) {
        const auto place = places.constFind(query.value(0).toString());
        if (place == places.cend()) continue;
        studies[*place].answer = {utf8(query.value(1)), static_cast<Answer>(query.value(2).toInt()),
                                  utf8(query.value(3)), utf8(query.value(4)),
                                  utf8(query.value(5)), utf8(query.value(6))};
    }
}

}  // namespace residua
