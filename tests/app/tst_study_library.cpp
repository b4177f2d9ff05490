// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>

#include <QProcess>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QtTest>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/library_thread.h"
#include "app/study_library.h"
#include "imaging/error.h"
#include "tests/support/small_disk.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

Study aStudy(const std::string& uid) {
    Study study;
    study.uid = uid;
    study.date = "20260301";
    study.patient.name = "Müller, Änne";
    study.patient.id = "4711";
    Series series;
    Instance instance;
    instance.path = "/studies/one/slice.dcm";
    series.instances.push_back(instance);
    study.series.push_back(series);
    return study;
}

Verdict anAnswer(const std::string& finding, Answer answer, const std::string& model = "hash") {
    return {finding, answer, "seen", "Reader", "2026-03-01T14:05:09+01:00", model};
}

ImageResult aResult(const std::string& sop, double score) {
    ImageResult result;
    result.path = fs::path("/studies/caf\xe9/slice.dcm");  // Latin-1, as old file systems hold it
    result.studyUid = "1.2";
    result.seriesUid = "1.2.3";
    result.sopInstanceUid = sop;
    result.modelSha256 = "hash";
    FindingScore finding;
    finding.finding = "opacity";
    finding.score = score;
    finding.logit = 0.1 + score;
    finding.map = {2, 1, {0.1F, -1e-7F}, {}, {32, 0, 15.5, 0, 16, 7.5}};
    result.prediction.findings.push_back(finding);
    return result;
}

/// What a SQL statement gives in the file, read beside the library.
QVariant sqlValue(const fs::path& file, const QString& statement) {
    QVariant value;
    {
        auto database = QSqlDatabase::addDatabase("QSQLITE", "beside");
        database.setDatabaseName(QString::fromStdString(file.string()));
        database.open();
        QSqlQuery query(database);
        if (query.exec(statement) && query.next()) value = query.value(0);
        query.finish();
        database.close();
    }
    QSqlDatabase::removeDatabase("beside");
    return value;
}

std::optional<Problem> problemOfOpening(const fs::path& file) {
    try {
        StudyLibrary library(file);
    } catch (const Error& error) {
        return error.problem();
    }
    return std::nullopt;
}

/// The second process: gives answers for ever and says each one that is saved.
int giveAnswersForEver(const char* file) {
    StudyLibrary library{fs::path(file)};
    library.remember(aStudy("1.2"));
    for (int i = 0;; ++i) {
        library.saveVerdict("1.2", anAnswer("finding" + std::to_string(i), Answer::Agree));
        std::printf("%d\n", i);
        std::fflush(stdout);
    }
}

}  // namespace

class TestStudyLibrary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        file_ = fs::path(folder_->path().toStdString()) / "library.sqlite";
    }

    void studiesAreRememberedByReference() {
        {
            StudyLibrary library(file_);
            library.remember(aStudy("1.2"));
            library.setState("1.2", StudyState::Read);
            library.remember(aStudy("1.3"));
            library.remember(aStudy("1.2"));
        }
        StudyLibrary library(file_);
        const auto studies = library.studies();
        QCOMPARE(studies.size(), std::size_t(2));
        QCOMPARE(studies[0].uid, std::string("1.2"));  // opened last
        QCOMPARE(studies[0].patientName, std::string("Müller, Änne"));
        QCOMPARE(studies[0].state, StudyState::Read);
        QCOMPARE(studies[0].folders, std::vector<fs::path>{"/studies/one"});
        QCOMPARE(studies[1].state, StudyState::New);
    }

    void readIsNotTakenBackByAnalysed() {
        StudyLibrary library(file_);
        library.remember(aStudy("1.2"));
        library.markAnalysed("1.2");
        QCOMPARE(library.stateOf("1.2"), StudyState::Analysed);
        library.setState("1.2", StudyState::Read);
        library.markAnalysed("1.2");
        QCOMPARE(library.stateOf("1.2"), StudyState::Read);
    }

    void lastAnswerCountsAndAllAreKept() {
        StudyLibrary library(file_);
        library.saveVerdict("1.2", anAnswer("opacity", Answer::Agree));
        library.saveVerdict("1.2", anAnswer("opacity", Answer::Disagree));
        library.saveVerdict("1.2", anAnswer("lesion", Answer::Unsure, "another network"));
        const auto verdicts = library.verdicts("1.2", "hash");
        QCOMPARE(verdicts.size(), std::size_t(1));
        QCOMPARE(verdicts[0].answer, Answer::Disagree);
        QCOMPARE(verdicts[0].reader, std::string("Reader"));
        QCOMPARE(verdicts[0].time, std::string("2026-03-01T14:05:09+01:00"));
        QCOMPARE(sqlValue(file_, "SELECT count(*) FROM verdict").toInt(), 3);
    }

    void resultsComeBackAsTheyWere() {
        StudyLibrary library(file_);
        library.saveResults({aResult("1.2.3.1", 0.25), aResult("1.2.3.2", 0.75)});
        library.saveResults({aResult("1.2.3.1", 0.5)});
        auto results = library.results("1.2", "hash");
        QCOMPARE(results.size(), std::size_t(2));
        std::ranges::sort(results, {}, &ImageResult::sopInstanceUid);
        const auto& score = results[0].prediction.findings.at(0);
        QCOMPARE(score.score, 0.5);
        QCOMPARE(score.map.values, (std::vector<float>{0.1F, -1e-7F}));
        QVERIFY(score.map.toImage == (Affine{32, 0, 15.5, 0, 16, 7.5}));
        QCOMPARE(results[0].path, aResult("", 0).path);
        QVERIFY(library.results("1.2", "other weights").empty());
    }

    void damagedResultIsLeftOut() {
        StudyLibrary library(file_);
        library.saveResults({aResult("1.2.3.1", 0.25), aResult("1.2.3.2", 0.75)});
        sqlValue(file_, "UPDATE result SET packed = x'ff00' WHERE sop_uid = '1.2.3.1' RETURNING 1");
        QCOMPARE(library.results("1.2", "hash").size(), std::size_t(1));
    }

    void keyImagesKeepTheirOrder() {
        StudyLibrary library(file_);
        library.setKeyImages("1.2", {{"/b", 3, "9"}, {"/a", 0, "1"}});
        const auto images = library.keyImages("1.2");
        QCOMPARE(images.size(), std::size_t(2));
        QCOMPARE(images[0].sopInstanceUid, std::string("9"));
        QCOMPARE(images[0].frame, 3);
    }

    void lengthsAreKeptByImageAndReplaced() {
        {
            StudyLibrary library(file_);
            library.setLengths("1.2", {"9", 3, {QLineF(0.25, 1, 2, 3.5), QLineF(4, 5, 6, 7)}});
            library.setLengths("1.2", {"1", 0, {QLineF(0, 0, 3, 4)}});
            library.setLengths("1.2", {"9", 4, {QLineF(0, 0, 1, 1)}});
            library.setLengths("1.2", {"9", 4, {}});
        }
        StudyLibrary library(file_);
        const auto images = library.lengths("1.2");
        QCOMPARE(images.size(), std::size_t(2));
        QCOMPARE(images[0].sopInstanceUid, std::string("1"));
        QCOMPARE(images[1].frame, 3);
        QCOMPARE(images[1].lengths, (QList{QLineF(0.25, 1, 2, 3.5), QLineF(4, 5, 6, 7)}));
        QVERIFY(library.lengths("1.3").empty());
    }

    void forgottenStudyLeavesNothing() {
        StudyLibrary library(file_);
        library.remember(aStudy("1.2"));
        library.saveVerdict("1.2", anAnswer("opacity", Answer::Agree));
        library.saveResults({aResult("1.2.3.1", 0.25)});
        library.setLengths("1.2", {"1", 0, {QLineF(0, 0, 3, 4)}});
        library.forget("1.2");
        QVERIFY(library.studies().empty());
        QVERIFY(library.verdicts("1.2", "hash").empty());
        QVERIFY(library.results("1.2", "hash").empty());
        QVERIFY(library.lengths("1.2").empty());
    }

    void killedProgramLosesNoSavedAnswer() {
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(),
                    {"--give-answers", QString::fromStdString(file_.string())});
        QVERIFY(child.waitForStarted());
        QByteArray told;
        while (told.count('\n') < 20 && child.waitForReadyRead(20000)) told += child.readAllStandardOutput();
        child.kill();
        child.waitForFinished();
        told += child.readAllStandardOutput();
        const auto saved = told.lastIndexOf('\n') < 0 ? 0 : told.left(told.lastIndexOf('\n') + 1).count('\n');
        QVERIFY(saved >= 20);
        StudyLibrary library(file_);
        QVERIFY(library.verdicts("1.2", "hash").size() >= static_cast<std::size_t>(saved));
    }

    void twoWindowsShareOneLibrary() {
        StudyLibrary first(file_), second(file_);
        first.changedByOthers();  // the second window's opening
        for (int i = 0; i < 50; ++i) {
            first.saveVerdict("1.2", anAnswer("a" + std::to_string(i), Answer::Agree));
            second.saveVerdict("1.2", anAnswer("b" + std::to_string(i), Answer::Agree));
        }
        QVERIFY(first.changedByOthers());
        QVERIFY(!first.changedByOthers());
        QCOMPARE(first.verdicts("1.2", "hash").size(), std::size_t(100));
    }

    void olderLibraryIsBroughtUpToDate() {
        // Version 1 as it was: no results, no key images.
        sqlValue(file_, "PRAGMA user_version = 1");
        for (const char* statement :
             {"CREATE TABLE study (uid TEXT PRIMARY KEY, patient_name TEXT NOT NULL, patient_id TEXT NOT "
              "NULL, "
              "date TEXT NOT NULL, description TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0, opened TEXT "
              "NOT NULL)",
              "CREATE TABLE folder (study_uid TEXT NOT NULL, path BLOB NOT NULL, PRIMARY KEY (study_uid, "
              "path))",
              "CREATE TABLE verdict (id INTEGER PRIMARY KEY, study_uid TEXT NOT NULL, finding TEXT NOT NULL, "
              "answer INTEGER NOT NULL, note TEXT NOT NULL, reader TEXT NOT NULL, time TEXT NOT NULL, "
              "model_sha256 TEXT NOT NULL)",
              "INSERT INTO verdict VALUES (1, '1.2', 'opacity', 2, '', 'R', 'T', 'hash')"})
            sqlValue(file_, statement);
        StudyLibrary library(file_);
        QCOMPARE(library.verdicts("1.2", "hash").size(), std::size_t(1));
        library.saveResults({aResult("1.2.3.1", 0.25)});
        QCOMPARE(library.results("1.2", "hash").size(), std::size_t(1));
        QCOMPARE(sqlValue(file_, "PRAGMA user_version").toInt(), StudyLibrary::schemaVersion);
    }

    void libraryWithoutLengthsGetsThem() {
        {
            StudyLibrary library(file_);
            library.setKeyImages("1.2", {{"/b", 3, "9"}});
        }
        // Version 2 as it was: all but the lengths and what the list shows.
        sqlValue(file_, "DROP TABLE length");
        for (const char* column : {"other_names", "accession", "modalities", "images", "flagged"})
            sqlValue(file_, QString("ALTER TABLE study DROP COLUMN %1").arg(column));
        sqlValue(file_, "ALTER TABLE folder DROP COLUMN file");
        sqlValue(file_, "PRAGMA user_version = 2");
        StudyLibrary library(file_);
        QCOMPARE(library.keyImages("1.2").size(), std::size_t(1));
        library.setLengths("1.2", {"9", 3, {QLineF(0, 0, 3, 4)}});
        QCOMPARE(library.lengths("1.2").size(), std::size_t(1));
        QCOMPARE(sqlValue(file_, "PRAGMA user_version").toInt(), StudyLibrary::schemaVersion);
    }

    void newerLibraryIsLeftAlone() {
        sqlValue(file_, "PRAGMA user_version = 99");
        const auto problem = problemOfOpening(file_);
        QVERIFY(problem);
        QCOMPARE(problem->kind, ProblemKind::LibraryNewer);
        QCOMPARE(sqlValue(file_, "PRAGMA user_version").toInt(), 99);
    }

    void damagedLibraryIsTold() {
        std::ofstream(file_) << std::string(20000, 'x');
        const auto problem = problemOfOpening(file_);
        QVERIFY(problem);
        QCOMPARE(problem->kind, ProblemKind::LibraryDamaged);
        QCOMPARE(problem->path, file_);
    }

    void readOnlyLibraryIsToldWhenItIsOpened() {
        { StudyLibrary library(file_); }
        ::chmod(file_.c_str(), 0444);
        ::chmod(file_.parent_path().c_str(), 0555);
        const int before = ::setfsuid(::geteuid() == 0 ? 65534 : ::geteuid());  // root may write everywhere
        const auto problem = problemOfOpening(file_);
        ::setfsuid(before);
        ::chmod(file_.parent_path().c_str(), 0755);
        QVERIFY(problem);
        QCOMPARE(problem->kind, ProblemKind::LibraryUnusable);
    }

    void fullDiskIsToldAndLosesNothingThatWasSaved() {
        const test::SmallDisk disk(1024);
        RESIDUA_NEEDS_SMALL_DISK(disk);
        file_ = disk.folder() / "library.sqlite";
        {
            StudyLibrary library(file_);
            library.saveVerdict("1.2", anAnswer("opacity", Answer::Agree));
            disk.fill();
            std::optional<ProblemKind> kind;
            for (int i = 0; i < 2000 && !kind; ++i) {
                try {
                    library.saveResults({aResult("1.2.3." + std::to_string(i), 0.25)});
                } catch (const Error& error) {
                    kind = error.problem().kind;
                }
            }
            QCOMPARE(kind, std::optional(ProblemKind::DiskFull));
            QCOMPARE(library.verdicts("1.2", "hash").size(), std::size_t(1));
            disk.makeRoom();
            library.saveVerdict("1.2", anAnswer("lesion", Answer::Disagree));
            library.saveResults({aResult("1.2.3.0", 0.75)});
        }
        StudyLibrary library(file_);
        QCOMPARE(library.verdicts("1.2", "hash").size(), std::size_t(2));
        QVERIFY(!library.results("1.2", "hash").empty());
    }

    void libraryOnAFullDiskIsToldWhenItIsOpened() {
        const test::SmallDisk disk(256);
        RESIDUA_NEEDS_SMALL_DISK(disk);
        disk.fill();
        const auto problem = problemOfOpening(disk.folder() / "library.sqlite");
        QVERIFY(problem);
        QVERIFY(problem->kind == ProblemKind::DiskFull || problem->kind == ProblemKind::LibraryUnusable);
        QVERIFY(!problem->detail.empty());
    }

    void libraryIsReadableByItsUserAlone() {
        StudyLibrary library(file_);
        library.remember(aStudy("1.2"));
        for (const auto& entry : fs::directory_iterator(file_.parent_path()))
            QCOMPARE(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write);
    }

    void unusableLibraryIsReplacedByOneInMemory() {
        std::ofstream(file_) << std::string(20000, 'x');
        LibraryThread library(file_);
        QSignalSpy problems(&library, &LibraryThread::problem);
        library.tell([](StudyLibrary& l) { l.saveVerdict("1.2", anAnswer("opacity", Answer::Agree)); });
        std::size_t found = 0;
        library.ask(
            this, [](StudyLibrary& l) { return l.verdicts("1.2", "hash"); },
            [&](const std::vector<Verdict>& verdicts) { found = verdicts.size(); });
        QTRY_COMPARE(found, std::size_t(1));
        QCOMPARE(problems.size(), 1);
        QCOMPARE(problems[0][0].value<Problem>().kind, ProblemKind::LibraryDamaged);
    }

    void closedWindowSavesWhatWasTold() {
        {
            LibraryThread library(file_);
            for (int i = 0; i < 100; ++i)
                library.tell([i](StudyLibrary& l) {
                    l.saveVerdict("1.2", anAnswer("f" + std::to_string(i), Answer::Agree));
                });
        }
        StudyLibrary library(file_);
        QCOMPARE(library.verdicts("1.2", "hash").size(), std::size_t(100));
    }

    void anotherWindowsChangeIsNoticed() {
        LibraryThread library(file_);
        QSignalSpy changes(&library, &LibraryThread::changedByOthers);
        bool open = false;
        library.ask(
            this, [](StudyLibrary&) { return true; }, [&](bool) { open = true; });
        QTRY_VERIFY(open);
        StudyLibrary(file_).saveVerdict("1.2", anAnswer("opacity", Answer::Agree));
        QTRY_COMPARE(changes.size(), 1);
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path file_;
};

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    if (argc == 3 && std::string_view(argv[1]) == "--give-answers") return giveAnswersForEver(argv[2]);
    TestStudyLibrary test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_study_library.moc"
