// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "imaging/error.h"
#include "imaging/study/dicomdir.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/dicom_bytes.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDicomdirClass = "1.2.840.10008.1.3.10";

/// A directory record; `id` empty = none, as records of patients have.
DicomBytes record(std::string_view type, std::string_view id, unsigned inUse = 0xFFFF) {
    DicomBytes item;
    item.ul(0x00041400, {0}).us(0x00041410, {inUse}).ul(0x00041420, {0}).text(0x00041430, "CS", type);
    if (!id.empty()) item.text(0x00041500, "CS", id);
    return item;
}

Bytes withMeta(const Bytes& dataset) {
    DicomBytes meta;
    meta.text(0x00020002, "UI", kDicomdirClass).text(0x00020010, "UI", kExplicitLittle);
    DicomBytes file;
    file.append(Bytes(128)).append(toBytes("DICM"));
    file.ul(0x00020000, {static_cast<unsigned>(meta.size())}).append(meta.bytes()).append(dataset);
    return file.bytes();
}

Bytes dicomdir(const std::vector<DicomBytes>& records) {
    DicomBytes dataset;
    dataset.text(0x00041130, "CS", "DISK").sequenceUndefined(0x00041220, records);
    return withMeta(dataset.bytes());
}

Bytes dicomdirOf(const std::vector<std::string>& ids) {
    std::vector<DicomBytes> records{record("PATIENT", ""), record("STUDY", ""), record("SERIES", "")};
    for (const auto& id : ids) records.push_back(record("IMAGE", id));
    return dicomdir(records);
}

/// "DIR\\IM1" from dir/im1, as ids are written.
std::string idOf(const fs::path& file, const fs::path& folder) {
    std::string id;
    for (const auto& part : file.lexically_relative(folder)) id += (id.empty() ? "" : "\\") + part.string();
    return id;
}

struct Counts {
    std::size_t studies = 0, series = 0, instances = 0, problems = 0;
    bool operator==(const Counts&) const = default;
};

Counts countsOf(const std::vector<fs::path>& paths) {
    const auto scan = scanStudies(paths);
    Counts counts{.studies = scan.studies.size(), .problems = scan.problems.size()};
    for (const auto& study : scan.studies) {
        counts.series += study.series.size();
        for (const auto& series : study.series) counts.instances += series.instances.size();
    }
    return counts;
}

std::vector<fs::path> filesOfType(const fs::path& folder, const fs::path& extension) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == extension) files.push_back(entry.path());
    return files;
}

std::vector<fs::path> filesIn(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) files.push_back(entry.path());
    return files;
}

}  // namespace

class TestDicomdir : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        holder_ = std::make_unique<QTemporaryDir>();
        top_ = holder_->path().toStdString();
        medium_ = top_ / "medium";
        fs::create_directories(medium_);
    }

    void folderFilesAndDicomdirOpenTheSame() {
        writeBrain(medium_ / "DICOM" / "BRAIN", 6);
        writeChest(medium_ / "DICOM" / "CHEST");
        const auto files = filesIn(medium_);
        std::vector<std::string> ids;
        for (const auto& file : files) ids.push_back(idOf(file, medium_));
        write("DICOMDIR", dicomdirOf(ids));
        const auto counts = countsOf({medium_});
        QCOMPARE(counts.instances, std::size_t{7});
        QVERIFY(counts == countsOf(files));
        QVERIFY(counts == countsOf({medium_ / "DICOMDIR"}));
    }

    void realDicomdirOpensItsFilesAlone() {
        // It refers to four of the six files beside it, and has its SOP class in the dataset alone.
        RESIDUA_NEEDS_DATA("dicom/mr-small/bbmri.dcmdir");
        const auto folder = realData() / "dicom/mr-small";
        const std::vector<fs::path> four{folder / "bbmri-53323131.dcm", folder / "bbmri-53323275.dcm",
                                         folder / "bbmri-53323419.dcm", folder / "bbmri-53323563.dcm"};
        const auto counts = countsOf({folder / "bbmri.dcmdir"});
        QCOMPARE(counts.instances, std::size_t{4});
        QVERIFY(counts == countsOf(four));
        QCOMPARE(countsOf({folder}).instances, std::size_t{6});
        QVERIFY(countsOf({folder}) == countsOf(filesOfType(folder, ".dcm")));
    }

    void onlyReferencedFilesAreOpened() {
        writeBrain(medium_ / "IN", 3);
        writeBrain(medium_ / "OUT", 3, 2);
        std::vector<std::string> ids;
        for (const auto& file : filesIn(medium_ / "IN")) ids.push_back(idOf(file, medium_));
        QCOMPARE(countsOf({write("any name", dicomdirOf(ids))}).instances, std::size_t{3});
    }

    void inFoldersTheDicomdirIsOneOfTheOtherFiles() {
        write("IM1", imageFile());
        write("DICOMDIR", dicomdirOf({"NOWHERE"}));
        const auto scan = scanStudies({medium_});
        QCOMPARE(scan.otherFiles, std::size_t{1});
        QVERIFY(scan.problems.empty());
    }

    void namesThatDifferAsMediaWriteThem_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("file");
        QTest::addRow("exact") << "DICOM\\IM0001"
                               << "DICOM/IM0001";
        QTest::addRow("lower case") << "DICOM\\IM0001"
                                    << "dicom/im0001";
        QTest::addRow("mixed case") << "DICOM\\IM0001"
                                    << "Dicom/Im0001";
        QTest::addRow("version") << "DICOM\\IM0001"
                                 << "DICOM/IM0001;1";
        QTest::addRow("dot") << "DICOM\\IM0001"
                             << "dicom/im0001.";
        QTest::addRow("dot and version") << "DICOM\\IM0001"
                                         << "dicom/im0001.;1";
        QTest::addRow("longer than eight components") << "A\\B\\C\\D\\E\\F\\G\\H\\I\\LONGERTHANEIGHT.DCM"
                                                      << "A/B/C/D/E/F/G/H/I/LONGERTHANEIGHT.DCM";
    }
    void namesThatDifferAsMediaWriteThem() {
        QFETCH(QString, id);
        QFETCH(QString, file);
        const auto image = write(file.toStdString(), imageFile());
        const auto list = listDicomdir(write("DICOMDIR", dicomdirOf({id.toStdString()})));
        QVERIFY(list && list->problems.empty());
        QCOMPARE(list->files.size(), std::size_t{1});
        QCOMPARE(list->files[0].path, image);
    }

    void nearestNameWins() {
        write("im1", imageFile());
        write("Im1", imageFile());
        const auto exact = write("IM1", imageFile());
        const auto dir = write("DICOMDIR", dicomdirOf({"IM1"}));
        QCOMPARE(listDicomdir(dir)->files.at(0).path, exact);
        fs::remove(exact);
        QCOMPARE(listDicomdir(dir)->files.at(0).path, medium_ / "im1");
    }

    void inactiveRecordsAreLeftOut() {
        write("A", imageFile(kExplicitLittle, {}, "1.2.1"));
        write("B", imageFile(kExplicitLittle, {}, "1.2.2"));
        const auto dir = write("DICOMDIR", dicomdir({record("IMAGE", "A", 0), record("IMAGE", "B")}));
        QCOMPARE(listDicomdir(dir)->files.size(), std::size_t{1});
        QCOMPARE(listDicomdir(dir)->files[0].path.filename(), fs::path("B"));
    }

    void aFileReferencedTwiceCountsOnce() {
        write("IM1", imageFile());
        const auto dir = write("DICOMDIR", dicomdirOf({"IM1", "IM1", "im1"}));
        QCOMPARE(listDicomdir(dir)->files.size(), std::size_t{1});
        QCOMPARE(countsOf({dir, medium_ / "IM1"}).instances, std::size_t{1});
    }

    void everyMissingFileIsTold() {
        std::vector<std::string> ids;
        for (int i = 0; i < 300; ++i) ids.push_back("GONE\\IM" + std::to_string(i));
        write("HERE", imageFile());
        ids.push_back("HERE");
        const auto scan = scanStudies({write("DICOMDIR", dicomdirOf(ids))});
        QCOMPARE(scan.problems.size(), std::size_t{300});
        QVERIFY(std::ranges::all_of(scan.problems, [&](const Problem& problem) {
            return problem.kind == ProblemKind::FileMissing && problem.path.parent_path() == medium_ / "GONE";
        }));
        QCOMPARE(scan.studies.size(), std::size_t{1});
    }

    void idsThatLeaveTheFolderAreRefused_data() {
        QTest::addColumn<QString>("id");
        for (const char* id : {"..\\SECRET", "A\\..\\..\\SECRET", "\\SECRET", "/SECRET", "A/SECRET",
                               "A\\\\SECRET", ".\\SECRET", "A\\", "LINK", "LINKED\\SECRET"})
            QTest::addRow("%s", id) << QString(id);
        QTest::addRow("absolute") << QString::fromStdString((top_ / "SECRET").string());
        QTest::addRow("3,000 bytes") << QString(3000, 'A');
    }
    void idsThatLeaveTheFolderAreRefused() {
        QFETCH(QString, id);
        writeBytes(top_ / "SECRET", imageFile());
        fs::create_directories(medium_ / "A");
        fs::create_symlink(top_ / "SECRET", medium_ / "LINK");
        fs::create_directory_symlink(top_, medium_ / "LINKED");
        const auto list = listDicomdir(write("DICOMDIR", dicomdirOf({id.toStdString()})));
        QVERIFY(list && list->files.empty());
        QCOMPARE(list->problems.size(), std::size_t{1});
        QCOMPARE(list->problems[0].kind, ProblemKind::DicomdirInvalid);
        QCOMPARE(list->problems[0].path, medium_ / "DICOMDIR");
    }

    void linksThatStayInTheFolderAreFollowed() {
        write("DATA/IM1", imageFile());
        fs::create_symlink("DATA/IM1", medium_ / "LINK");
        QCOMPARE(countsOf({write("DICOMDIR", dicomdirOf({"LINK"}))}).instances, std::size_t{1});
    }

    void linksInACircleAreMissingFiles() {
        fs::create_symlink("B", medium_ / "A");
        fs::create_symlink("A", medium_ / "B");
        fs::create_directory_symlink(".", medium_ / "UP");
        std::string deep = "UP";
        for (int i = 0; i < 200; ++i) deep += "\\UP";
        const auto list = listDicomdir(write("DICOMDIR", dicomdirOf({"A", "B", deep + "\\A"})));
        QVERIFY(list && list->files.empty());
        QCOMPARE(list->problems.size(), std::size_t{3});
        for (const auto& problem : list->problems) QCOMPARE(problem.kind, ProblemKind::FileMissing);
    }

    void otherDicomdirsAreNotFollowed() {
        write("SUB/IM1", imageFile());
        write("SUB/DICOMDIR", dicomdirOf({"IM1"}));
        const auto dir = write("DICOMDIR", dicomdirOf({"SUB\\DICOMDIR", "DICOMDIR"}));
        const auto scan = scanStudies({dir});
        QVERIFY(scan.studies.empty());
        QCOMPARE(scan.problems.size(), std::size_t{2});
        for (const auto& problem : scan.problems) QCOMPARE(problem.kind, ProblemKind::NotAnImage);
    }

    void whatLiesBeforeACutIsOpened() {
        write("IM1", imageFile(kExplicitLittle, {}, "1.2.1"));
        write("IM2", imageFile(kExplicitLittle, {}, "1.2.2"));
        auto bytes = dicomdirOf({"IM1", "IM2"});
        bytes.resize(bytes.size() - 40);
        const auto scan = scanStudies({write("DICOMDIR", bytes)});
        QCOMPARE(scan.problems.size(), std::size_t{1});
        QCOMPARE(scan.problems[0].kind, ProblemKind::DicomTruncated);
        QCOMPARE(scan.studies.at(0).series.at(0).instances.size(), std::size_t{1});
    }

    void aDicomdirWithoutFilesIsTold() {
        const auto list = listDicomdir(write("DICOMDIR", dicomdir({record("PATIENT", "")})));
        QVERIFY(list && list->files.empty());
        QCOMPARE(list->problems.at(0).kind, ProblemKind::NotAnImage);
    }

    void otherFilesAreNoDicomdir() {
        QVERIFY(!listDicomdir(write("IM1", imageFile())));
        QVERIFY(!listDicomdir(write("DICOMDIR", toBytes("a text of that name"))));
        QVERIFY(!listDicomdir(write("empty", {})));
        QVERIFY(!listDicomdir(medium_ / "gone"));
    }

    void aDicomdirWithoutMetaClassIsToldByItsDataset() {
        write("IM1", imageFile());
        DicomBytes meta, file, dataset;
        meta.text(0x00020010, "UI", kExplicitLittle);
        dataset.sequence(0x00041220, {record("IMAGE", "IM1")}).text(0x00080016, "UI", kDicomdirClass);
        file.append(Bytes(128)).append(toBytes("DICM")).append(meta.bytes()).append(dataset.bytes());
        QCOMPARE(countsOf({write("index", file.bytes())}).instances, std::size_t{1});
    }

    void aHundredThousandRecordsThatPointNowhereEnd() {
        std::vector<std::string> ids;
        for (int i = 0; i < 100'000; ++i)
            ids.push_back((i % 2 ? "SUB\\IM" : "GONE\\SUB\\IM") + std::to_string(i));
        write("SUB/IM", imageFile());
        const auto dir = write("DICOMDIR", dicomdirOf(ids));
        QElapsedTimer time;
        time.start();
        const auto list = listDicomdir(dir);
        QVERIFY2(time.elapsed() < 10'000, qPrintable(QString::number(time.elapsed())));
        QCOMPARE(list->problems.size(), std::size_t{1001});
        QCOMPARE(list->problems.back().path, dir);
        QVERIFY(list->problems.back().detail.find("99000 more are missing") != std::string::npos);
    }

    void recordsInsideNestedSequencesAreNone() {
        write("IM1", imageFile());
        write("IM2", imageFile());
        DicomBytes nested = record("IMAGE", "IM2");
        for (int i = 0; i < 60; ++i) nested = DicomBytes().sequence(0x00041220, {nested});
        const auto list = listDicomdir(write("DICOMDIR", dicomdir({nested, record("IMAGE", "IM1")})));
        QCOMPARE(list->files.size(), std::size_t{1});
        QCOMPARE(list->files[0].path.filename(), fs::path("IM1"));
        for (int i = 0; i < 10; ++i) nested = DicomBytes().sequence(0x00041220, {nested});
        const auto deeper = listDicomdir(write("DICOMDIR", dicomdir({record("IMAGE", "IM1"), nested})));
        QCOMPARE(deeper->files.size(), std::size_t{1});
        QCOMPARE(deeper->problems.at(0).kind, ProblemKind::DicomNestingTooDeep);
    }

    void aStopEndsTheList() {
        write("IM1", imageFile());
        std::stop_source stop;
        stop.request_stop();
        const auto list = listDicomdir(write("DICOMDIR", dicomdirOf({"IM1"})), stop.get_token());
        QVERIFY(list && list->files.empty());
    }

private:
    fs::path write(const fs::path& name, const Bytes& bytes) const {
        fs::create_directories((medium_ / name).parent_path());
        writeBytes(medium_ / name, bytes);
        return medium_ / name;
    }

    std::unique_ptr<QTemporaryDir> holder_;
    fs::path top_, medium_;
};

QTEST_APPLESS_MAIN(TestDicomdir)
#include "tst_dicomdir.moc"
