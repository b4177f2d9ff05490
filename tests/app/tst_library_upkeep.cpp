// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <set>

#include "app/library_thread.h"
#include "app/study_library.h"
#include "app/study_library_rebuild.h"
#include "app/study_library_schema.h"
#include "imaging/error.h"
#include "tests/support/small_disk.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

constexpr int kPage = 4096;  // bytes, SQLite's default

Study aStudy(const std::string& uid, const std::vector<std::string>& files = {"/studies/one/1.dcm"}) {
    Study study;
    study.uid = uid;
    study.date = "20260301";
    study.accessionNumber = "A17";
    study.patient.name = "Müller, Änne";
    study.patient.id = "4711";
    Series series;
    series.modality = "MR";
    for (const auto& file : files) {
        Instance instance;
        instance.path = file;
        instance.hasPixels = true;
        series.instances.push_back(instance);
    }
    study.series.push_back(series);
    return study;
}

Verdict anAnswer(const std::string& finding, Answer answer) {
    return {finding, answer, "", "Reader", "2026-03-01T14:05:09+01:00", "hash"};
}

ImageResult aResult(const std::string& study, const std::string& sop) {
    ImageResult result;
    result.studyUid = study;
    result.sopInstanceUid = sop;
    result.modelSha256 = "hash";
    FindingScore finding;
    finding.finding = "opacity";
    finding.map = {16, 16, std::vector<float>(256, 0.1F), {}, {1, 0, 0, 0, 1, 0}};
    result.prediction.findings.push_back(finding);
    return result;
}

/// Runs statements on a file beside the library; the first value of the last one.
QVariant sqlValue(const fs::path& file, const QStringList& statements) {
    QVariant value;
    {
        auto database = QSqlDatabase::addDatabase("QSQLITE", "beside");
        database.setDatabaseName(QString::fromStdString(file.string()));
        database.open();
        QSqlQuery query(database);
        for (const auto& statement : statements)
            if (!query.exec(statement)) qWarning("%s", qPrintable(query.lastError().text()));
        if (query.next()) value = query.value(0);
        query.finish();
        database.close();
    }
    QSqlDatabase::removeDatabase("beside");
    return value;
}

/// Studies 0 to 199 with an answer and a result each, all in the file itself.
void writeLibrary(const fs::path& file) {
    {
        StudyLibrary library(file);
        for (int i = 0; i < 200; ++i) {
            const auto uid = "1." + std::to_string(i);
            library.remember(aStudy(uid));
            library.saveVerdict(uid, anAnswer("opacity", Answer::Agree));
            library.saveResults({aResult(uid, uid + ".1")});
        }
    }
    sqlValue(file, {"PRAGMA wal_checkpoint(TRUNCATE)"});
}

/// Overwrites the leaf page that holds a row of a table's tree, and no other.
void damageLeafOf(const fs::path& file, const QByteArray& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(stream)), {});
    const auto at = all.find(bytes.toStdString());
    QVERIFY(at != std::string::npos);
    stream.clear();
    stream.seekp(static_cast<std::streamoff>(at / kPage * kPage));
    stream << std::string(kPage, '\xff');
}

std::optional<Problem> problemOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.problem();
    }
    return std::nullopt;
}

QStringList filesIn(const fs::path& folder) {
    return QDir(QString::fromStdString(folder.string())).entryList(QDir::Files | QDir::Hidden, QDir::Name);
}

}  // namespace

/// Copies of the library, older and damaged ones.
class TestLibraryUpkeep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        file_ = fs::path(folder_->path().toStdString()) / "library.sqlite";
    }

    void listTellsImagesAnswersAndWhatWasFlagged() {
        StudyLibrary library(file_);
        library.remember(aStudy("1.2", {"/a/1.dcm", "/a/2.dcm", "/b/1.dcm"}));
        auto study = library.studies().at(0);
        QCOMPARE(study.images, 3);
        QCOMPARE(study.accession, std::string("A17"));
        QCOMPARE(study.modalities, std::string("MR"));
        QCOMPARE(study.folders, (std::vector<fs::path>{"/a", "/b"}));
        QCOMPARE(study.files, (std::vector<fs::path>{"/a/1.dcm", "/b/1.dcm"}));
        QVERIFY(!study.answer && !study.flagged);
        library.saveVerdict("1.2", anAnswer("opacity", Answer::Agree));
        library.saveVerdict("1.2", anAnswer("lesion", Answer::Unsure));
        library.setFlagged("1.2", {"Opacity", "Lesion"});
        study = library.studies().at(0);
        QCOMPARE(study.answer->finding, std::string("lesion"));
        QCOMPARE(*study.flagged, (std::vector<std::string>{"Opacity", "Lesion"}));
        library.saveVerdict("1.2", anAnswer("lesion", Answer::None));  // taken back
        library.setFlagged("1.2", {});
        study = library.studies().at(0);
        QCOMPARE(study.answer->finding, std::string("opacity"));
        QVERIFY(study.flagged && study.flagged->empty());
    }

    void partOfAStudyThatIsOpenedLeavesTheRestKnown() {
        StudyLibrary library(file_);
        library.remember(aStudy("1.2", {"/a/1.dcm", "/b/1.dcm", "/b/2.dcm"}));
        library.remember(aStudy("1.2", {"/a/1.dcm"}));
        QCOMPARE(library.studies()[0].images, 3);
        QCOMPARE(library.studies()[0].folders, (std::vector<fs::path>{"/a", "/b"}));
        library.relocate(aStudy("1.2", {"/c/1.dcm"}));
        QCOMPARE(library.studies()[0].images, 1);
        QCOMPARE(library.studies()[0].folders, (std::vector<fs::path>{"/c"}));
        library.remember(aStudy("1.2", {"/c/1.dcm", "/c/2.dcm"}));
        library.remember(aStudy("1.2", {"/c/1.dcm"}));  // where it was, images were deleted
        QCOMPARE(library.studies()[0].images, 1);
    }

    void version3IsCopiedAndBroughtUpToDate() {
        QStringList statements;
        for (std::size_t step = 0; step < 3; ++step) statements << libraryMigrations()[step];
        statements << "INSERT INTO study VALUES ('1.2', 'Müller, Änne', '4711', '20260301', 'Head', 2, 'T')"
                   << "INSERT INTO folder VALUES ('1.2', '/a')"
                   << "INSERT INTO verdict VALUES (1, '1.2', 'opacity', 2, '', 'R', 'T', 'hash')"
                   << "PRAGMA user_version = 3";
        sqlValue(file_, statements);
        {
            StudyLibrary library(file_);
            const auto study = library.studies().at(0);
            QCOMPARE(study.patientName, std::string("Müller, Änne"));
            QCOMPARE(study.state, StudyState::Read);
            QCOMPARE(study.images, 0);
            QVERIFY(!study.flagged);
            QCOMPARE(study.files, std::vector<fs::path>{""});
            QCOMPARE(study.answer->answer, Answer::Disagree);
            library.remember(aStudy("1.2"));
            QCOMPARE(library.studies()[0].images, 1);
        }
        QCOMPARE(sqlValue(file_, {"PRAGMA user_version"}).toInt(), StudyLibrary::schemaVersion);
        const auto copies = filesIn(file_.parent_path()).filter("library-schema3-");
        QCOMPARE(copies.size(), 1);
        const auto copy = file_.parent_path() / copies[0].toStdString();
        QCOMPARE(sqlValue(copy, {"PRAGMA user_version"}).toInt(), 3);
        QCOMPARE(sqlValue(copy, {"SELECT count(*) FROM verdict"}).toInt(), 1);
        QCOMPARE(fs::status(copy).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    }

    void olderLibraryWithoutRoomForItsCopyStaysAsItIs() {
        const test::SmallDisk disk(512);
        RESIDUA_NEEDS_SMALL_DISK(disk);
        file_ = disk.folder() / "library.sqlite";
        QStringList statements;
        for (std::size_t step = 0; step < 3; ++step) statements << libraryMigrations()[step];
        sqlValue(file_, statements + QStringList{"PRAGMA user_version = 3", "PRAGMA journal_mode = WAL"});
        disk.fill();
        const auto problem = problemOf([&] { StudyLibrary library(file_); });
        QVERIFY(problem);
        QVERIFY(problem->kind == ProblemKind::DiskFull || problem->kind == ProblemKind::LibraryUnusable);
        disk.makeRoom();
        QCOMPARE(sqlValue(file_, {"PRAGMA user_version"}).toInt(), 3);
        QVERIFY(filesIn(disk.folder()).filter("schema3").isEmpty());
    }

    void copyHoldsWhatIsSavedWhileWorkGoesOn() {
        StudyLibrary library(file_), other(file_);
        library.remember(aStudy("1.2"));
        other.saveVerdict("1.2", anAnswer("opacity", Answer::Agree));
        const auto target = file_.parent_path() / "copy.sqlite";
        std::ofstream(target) << "an older copy";
        library.backUp(target);
        other.saveVerdict("1.2", anAnswer("lesion", Answer::Agree));
        QCOMPARE(fs::status(target).permissions(), fs::perms::owner_read | fs::perms::owner_write);
        StudyLibrary copy(target);
        QCOMPARE(copy.studies().size(), std::size_t(1));
        QCOMPARE(copy.verdicts("1.2", "hash").size(), std::size_t(1));
        QCOMPARE(library.verdicts("1.2", "hash").size(), std::size_t(2));
    }

    void libraryInMemoryIsCopiedAsWell() {
        StudyLibrary library{fs::path()};
        library.saveVerdict("1.2", anAnswer("opacity", Answer::Agree));
        library.backUp(file_);
        QCOMPARE(StudyLibrary(file_).verdicts("1.2", "hash").size(), std::size_t(1));
    }

    void libraryIsNotItsOwnCopy() {
        StudyLibrary library(file_);
        library.remember(aStudy("1.2"));
        for (const char* name : {"library.sqlite", "library.sqlite-wal", "./library.sqlite"}) {
            const auto problem = problemOf([&] { library.backUp(file_.parent_path() / name); });
            QVERIFY2(problem && problem->kind == ProblemKind::WriteFailed, name);
        }
        QCOMPARE(library.studies().size(), std::size_t(1));
    }

    void copyThatCannotBeWrittenLeavesTheOlderOne() {
        const auto folder = file_.parent_path() / "closed";
        fs::create_directory(folder);
        std::ofstream(folder / "copy.sqlite") << "an older copy";
        StudyLibrary library(file_);
        ::chmod(folder.c_str(), 0555);
        const int before = ::setfsuid(::geteuid() == 0 ? 65534 : ::geteuid());  // root may write everywhere
        const auto problem = problemOf([&] { library.backUp(folder / "copy.sqlite"); });
        ::setfsuid(before);
        ::chmod(folder.c_str(), 0755);
        QVERIFY(problem);
        QCOMPARE(problem->kind, ProblemKind::WriteFailed);
        QCOMPARE(problem->path, folder / "copy.sqlite");
        QCOMPARE(fs::file_size(folder / "copy.sqlite"), std::uintmax_t(13));
    }

    void copyOntoAFullDiskIsTold() {
        const test::SmallDisk disk(128);
        RESIDUA_NEEDS_SMALL_DISK(disk);
        writeLibrary(file_);
        StudyLibrary library(file_);
        const auto problem = problemOf([&] { library.backUp(disk.folder() / "copy.sqlite"); });
        QVERIFY(problem);
        QCOMPARE(problem->kind, ProblemKind::DiskFull);
        QVERIFY(filesIn(disk.folder()).isEmpty());
    }

    void damagedPageIsFoundAndTheRestComesOver() {
        writeLibrary(file_);
        damageLeafOf(file_, "1.100Müller");
        const auto problem = problemOf([&] { StudyLibrary library(file_); });
        QVERIFY(problem);
        QCOMPARE(problem->kind, ProblemKind::LibraryDamaged);
        const auto before = fs::file_size(file_);
        const auto rebuilt = rebuildLibrary(file_);
        QVERIFY(!rebuilt.isWhole);
        QVERIFY2(rebuilt.studies >= 100 && rebuilt.studies < 200,
                 qPrintable(QString::number(rebuilt.studies)));
        QCOMPARE(rebuilt.answers, std::size_t(200));
        QCOMPARE(rebuilt.results, std::size_t(200));
        QVERIFY(rebuilt.kept.filename().string().starts_with("library-damaged-"));
        QCOMPARE(fs::file_size(rebuilt.kept), before);
        QCOMPARE(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
        StudyLibrary library(file_);
        QCOMPARE(library.studies().size(), rebuilt.studies);
        QCOMPARE(library.verdicts("1.100", "hash").size(), std::size_t(1));
        QCOMPARE(library.results("1.199", "hash").size(), std::size_t(1));
        std::set<std::string> uids;
        for (const auto& study : library.studies()) uids.insert(study.uid);
        QVERIFY(uids.contains("1.0") && uids.contains("1.199"));  // both sides of the damage
        QCOMPARE(filesIn(file_.parent_path()).filter("rebuilt").size(), 0);
    }

    void damagedAnswersLeaveTheOthers() {
        {
            StudyLibrary library(file_);
            for (int i = 0; i < 1000; ++i)
                library.saveVerdict("1." + std::to_string(i), anAnswer("opacity", Answer::Agree));
            for (int i = 0; i < 1000; ++i)
                library.saveVerdict("1.1", anAnswer("lesion", i < 999 ? Answer::Agree : Answer::Unsure));
        }
        damageLeafOf(file_, "1.500opacity");
        const auto rebuilt = rebuildLibrary(file_);
        QVERIFY2(rebuilt.answers > 1900 && rebuilt.answers < 2000,
                 qPrintable(QString::number(rebuilt.answers)));
        QCOMPARE(StudyLibrary(file_).verdicts("1.1", "hash")[0].answer, Answer::Unsure);  // the last one
        QCOMPARE(StudyLibrary(file_).verdicts("1.999", "hash").size(), std::size_t(1));
    }

    void damagedResultIsToldWhenItIsRead() {
        writeLibrary(file_);
        damageLeafOf(file_, "1.100.1hash1.100");
        StudyLibrary library(file_);  // not looked at yet
        std::optional<Problem> problem;
        for (int i = 0; i < 200 && !problem; ++i)
            problem = problemOf([&] { library.results("1." + std::to_string(i), "hash"); });
        QVERIFY(problem);
        QCOMPARE(problem->kind, ProblemKind::LibraryDamaged);
    }

    void fileThatIsNoDatabaseIsKeptBesideAnEmptyLibrary() {
        std::ofstream(file_) << std::string(20000, 'x');
        const auto rebuilt = rebuildLibrary(file_);
        QVERIFY(!rebuilt.isWhole);
        QCOMPARE(rebuilt.studies, std::size_t(0));
        QCOMPARE(fs::file_size(rebuilt.kept), std::uintmax_t(20000));
        StudyLibrary(file_).remember(aStudy("1.2"));
    }

    void truncatedLibraryKeepsItsFirstPages() {
        writeLibrary(file_);
        fs::resize_file(file_, fs::file_size(file_) / 2 / kPage * kPage);
        const auto problem = problemOf([&] { StudyLibrary library(file_); });
        QVERIFY(problem);
        QCOMPARE(problem->kind, ProblemKind::LibraryDamaged);
        const auto rebuilt = rebuildLibrary(file_);
        QVERIFY2(rebuilt.studies > 0, qPrintable(QString::number(rebuilt.studies)));
    }

    void rebuildingOnAFullDiskLeavesTheDamagedFile() {
        const test::SmallDisk disk(16 * 1024);
        RESIDUA_NEEDS_SMALL_DISK(disk);
        file_ = disk.folder() / "library.sqlite";
        writeLibrary(file_);
        damageLeafOf(file_, "1.100Müller");
        disk.fill();
        const auto before = fs::file_size(file_);
        const auto problem = problemOf([&] { rebuildLibrary(file_); });
        QVERIFY(problem);
        QVERIFY(problem->kind == ProblemKind::DiskFull || problem->kind == ProblemKind::LibraryUnusable);
        QCOMPARE(fs::file_size(file_), before);
        QCOMPARE(filesIn(disk.folder()).filter("rebuilt").size(), 0);
        disk.makeRoom();
    }

    void answersGivenMeanwhileComeOver() {
        writeLibrary(file_);
        damageLeafOf(file_, "1.100Müller");
        LibraryThread library(file_);
        QSignalSpy problems(&library, &LibraryThread::problem);
        QSignalSpy done(&library, &LibraryThread::rebuilt);
        library.tell([](StudyLibrary& session) {
            session.remember(aStudy("2.1"));
            session.remember(aStudy("1.5"));
            session.setState("1.5", StudyState::Read);
            session.saveVerdict("1.5", anAnswer("lesion", Answer::Unsure));
        });
        library.rebuild();
        QVERIFY(done.wait(20000));
        QCOMPARE(problems.size(), 1);
        QCOMPARE(done[0][0].value<RebuiltLibrary>().answers, std::size_t(201));
        std::vector<Verdict> verdicts;
        library.ask(
            this,
            [](StudyLibrary& l) {
                l.saveVerdict("2.1", anAnswer("opacity", Answer::Agree));  // it works on
                return l.verdicts("1.5", "hash");
            },
            [&](const std::vector<Verdict>& found) { verdicts = found; });
        QTRY_COMPARE(verdicts.size(), std::size_t(2));
        StudyLibrary file(file_);
        QCOMPARE(file.stateOf("1.5"), StudyState::Read);
        QCOMPARE(file.studies()[0].uid, std::string("1.5"));
        QCOMPARE(file.verdicts("2.1", "hash").size(), std::size_t(1));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path file_;
};

QTEST_GUILESS_MAIN(TestLibraryUpkeep)
#include "tst_library_upkeep.moc"
