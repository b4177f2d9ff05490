// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineF>
#include <QList>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>
#include <filesystem>
#include <string>
#include <vector>

#include "app/analysis.h"
#include "imaging/study/study.h"
#include "ui/study_rows.h"

namespace residua {

/// A study as the library knows it: by reference, never a copy of its images.
struct LibraryStudy {
    std::string uid;
    std::string patientName;
    std::string patientId;
    std::string date;
    std::string description;
    StudyState state = StudyState::New;
    std::vector<std::filesystem::path> folders;  ///< that held its files when it was opened
};

/// The lengths drawn on one image.
struct ImageLengths {
    std::string sopInstanceUid;
    int frame = 0;
    QList<QLineF> lengths;  ///< in image coordinates
};

/// The reader's studies, verdicts, key images, lengths and the networks' results in one SQLite file, mode
/// 0600. WAL with synchronous NORMAL: what was saved outlives the program's death; two windows may work on
/// one file.
///
/// Schema version in PRAGMA user_version; the steps from version to version are in study_library.cpp and
/// never change once released. Belongs to the thread that made it. All functions throw Error LibraryUnusable
/// or DiskFull.
class StudyLibrary {
public:
    static constexpr int schemaVersion = 3;

    /// Opens or makes the library, brings an older one up to date. Throws also LibraryNewer.
    /// @param file empty = in memory, forgotten with the object
    explicit StudyLibrary(const std::filesystem::path& file);
    ~StudyLibrary();
    StudyLibrary(const StudyLibrary&) = delete;
    StudyLibrary& operator=(const StudyLibrary&) = delete;

    /// Remembers a study, or when and where it was opened again; its state stays.
    void remember(const Study& study);
    void forget(const std::string& studyUid);
    /// Opened last first.
    std::vector<LibraryStudy> studies();
    StudyState stateOf(const std::string& studyUid);
    void setState(const std::string& studyUid, StudyState state);
    /// From New to Analysed; a study that was read stays so.
    void markAnalysed(const std::string& studyUid);

    /// Keeps every answer ever given; the last one for a finding counts.
    void saveVerdict(const std::string& studyUid, const Verdict& verdict);
    /// The answers that count, without those taken back (Answer::None).
    std::vector<Verdict> verdicts(const std::string& studyUid, const std::string& modelSha256);

    void saveResults(const std::vector<ImageResult>& results);
    std::vector<ImageResult> results(const std::string& studyUid, const std::string& modelSha256);

    void setKeyImages(const std::string& studyUid, const std::vector<Analysis::KeyImage>& images);
    std::vector<Analysis::KeyImage> keyImages(const std::string& studyUid);

    /// Replaces the lengths of one image; none takes them away.
    void setLengths(const std::string& studyUid, const ImageLengths& image);
    std::vector<ImageLengths> lengths(const std::string& studyUid);

    /// Whether another connection changed the file since the last call.
    bool changedByOthers();

private:
    QSqlQuery run(const QString& statement, const QVariantList& values = {});
    [[noreturn]] void fail(const QSqlError& error);
    void migrate();

    std::filesystem::path file_;
    QString connection_;
    QSqlDatabase database_;
    int dataVersion_ = 0;
};

}  // namespace residua
