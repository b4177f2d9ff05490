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
#include <optional>
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
    std::vector<std::filesystem::path> files;    ///< one of its files in each folder; empty = not known
    std::string otherNames;                      ///< the patient's, as Patient::otherNames
    std::string accession;
    std::string modalities;                           ///< e.g. "MR, SR"
    int images = 0;                                   ///< 0 = not known
    std::optional<std::vector<std::string>> flagged;  ///< names of findings; none = not known
    std::optional<Verdict> answer;                    ///< the last one that counts
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
/// Schema version in PRAGMA user_version; the steps from version to version are in
/// study_library_schema.cpp and never change once released. Belongs to the thread that made it. All functions
/// throw Error LibraryUnusable or DiskFull.
class StudyLibrary {
public:
    static constexpr int schemaVersion = 4;

    /// Opens or makes the library, brings an older one up to date, of which a copy as it was stays beside it.
    /// Of the results, which can be made again, no page is checked until it is read. Throws also
    /// LibraryNewer, WriteFailed.
    /// @param file empty = in memory, forgotten with the object
    explicit StudyLibrary(const std::filesystem::path& file);
    ~StudyLibrary();
    StudyLibrary(const StudyLibrary&) = delete;
    StudyLibrary& operator=(const StudyLibrary&) = delete;

    /// Remembers a study, or when and where it was opened again; its state stays. Where fewer images came
    /// than are known, from other places, those that are known stay as well.
    void remember(const Study& study);
    /// Where a known study is now; the places before are forgotten.
    void relocate(const Study& study);
    void forget(const std::string& studyUid);
    /// Opened last first.
    std::vector<LibraryStudy> studies();
    StudyState stateOf(const std::string& studyUid);
    void setState(const std::string& studyUid, StudyState state);
    /// From New to Analysed; a study that was read stays so.
    void markAnalysed(const std::string& studyUid);
    /// @param names of the findings that the network flagged; may be none
    void setFlagged(const std::string& studyUid, const std::vector<std::string>& names);

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

    /// Writes a consistent copy of all that is saved, mode 0600, beside `target` and renames it; other
    /// windows may go on working. Throws also WriteFailed.
    void backUp(const std::filesystem::path& target);

private:
    friend class LibrarySalvage;
    enum class Places { Keep, Replace };
    void write(const Study& study, Places before);
    bool knowsMore(const std::string& studyUid, int images);
    void readFolders(std::vector<LibraryStudy>& studies);
    void readAnswers(std::vector<LibraryStudy>& studies);

    void open();
    void check();
    int version();
    bool step(QSqlQuery& query);  ///< to the next row
    QSqlQuery run(const QString& statement, const QVariantList& values = {});
    [[noreturn]] void fail(const QSqlError& error);
    void migrate();

    std::filesystem::path file_;
    QString connection_;
    QSqlDatabase database_;
    int dataVersion_ = 0;
};

}  // namespace residua
