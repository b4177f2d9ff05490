// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <atomic>
#include <filesystem>

#include "imaging/error.h"
#include "imaging/study/study_scanner.h"
#include "tests/imaging/study/hostile_files.h"
#include "tests/support/real_data.h"
#include "tests/support/segmentation_bytes.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

/// An image of a study and a series of their own.
Bytes image(const std::string& study, const std::string& series, int number,
            const DicomBytes& more = DicomBytes()) {
    const auto uid = study + "." + series + "." + std::to_string(number);
    DicomBytes dataset;
    dataset.text(0x00080018, "UI", uid)
        .append(more.bytes())
        .text(0x0020000D, "UI", study)
        .text(0x0020000E, "UI", study + "." + series)
        .text(0x00200011, "IS", series)
        .text(0x00200013, "IS", std::to_string(number))
        .append(imageHeader(Encoding::ExplicitLittle).bytes())
        .raw(kPixelData, "OB", Bytes(16));
    return dicomFile(kExplicitLittle, dataset.bytes(), uid);
}

Bytes png(unsigned width, unsigned height, unsigned colourType) {
    Bytes bytes = toBytes(std::string_view("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", 16));
    for (const auto value : {width, height})
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<std::byte>(value >> shift & 0xFF));
    for (const auto value : {8u, colourType, 0u, 0u, 0u, 0u, 0u, 0u, 0u})
        bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

/// A JPEG's start: a comment, an odd fill byte, then the frame header.
Bytes jpeg(unsigned width, unsigned height, unsigned components) {
    Bytes bytes = toBytes(std::string_view("\xFF\xD8\xFF\xFE\0\x06text\xFF\xFF\xC0\0\x11\x08", 16));
    for (const auto value : {height, width}) {
        bytes.push_back(static_cast<std::byte>(value >> 8));
        bytes.push_back(static_cast<std::byte>(value & 0xFF));
    }
    bytes.push_back(static_cast<std::byte>(components));
    bytes.resize(bytes.size() + 20);
    return bytes;
}

class Folder {
public:
    const fs::path path() const { return fs::path(folder_.path().toStdString()); }
    fs::path add(const fs::path& name, const Bytes& bytes) const {
        fs::create_directories((path() / name).parent_path());
        writeBytes(path() / name, bytes);
        return path() / name;
    }

private:
    QTemporaryDir folder_;
};

std::vector<std::string> namesOf(const ScanResult& scan) {
    std::vector<std::string> names;
    for (const auto& problem : scan.problems) names.push_back(problem.path.filename().string());
    return names;
}

std::string summary(const ScanResult& scan) {
    std::string text;
    for (const auto& study : scan.studies) {
        text += study.uid + "\n";
        for (const auto& series : study.series) {
            text += " " + series.uid + "\n";
            for (const auto& instance : series.instances) text += "  " + instance.path.string() + "\n";
        }
    }
    for (const auto& problem : scan.problems)
        text += problem.path.string() + std::string(kindName(problem.kind)) + "\n";
    return text;
}

ProblemKind kindOf(const fs::path& path) {
    try {
        readStudyOfFile(path);
    } catch (const Error& error) {
        return error.problem().kind;
    }
    return ProblemKind::Cancelled;
}

}  // namespace

class TestStudyScanner : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void studiesSeriesAndInstancesAreSorted() {
        const Folder folder;
        const auto patient = [](const char* name, const char* date) {
            return DicomBytes().text(0x00080020, "DA", date).text(0x00100010, "PN", name);
        };
        folder.add("z/1", image("1.5", "2", 1, patient("Adams^A", "20200102")));
        folder.add("a/1", image("1.6", "1", 1, patient("Brown^B", "20200101")));
        folder.add("b/deep/er/2", image("1.5", "1", 2, patient("Adams^A", "20200102")));
        folder.add("b/deep/er/1", image("1.5", "1", 1, patient("Adams^A", "20200102")));
        folder.add("c/1.weird extension", image("1.7", "1", 1, patient("Adams^A", "20190102")));
        const auto scan = scanStudies({folder.path()});
        QCOMPARE(scan.studies.size(), std::size_t{3});
        QCOMPARE(scan.studies[0].uid, std::string("1.7"));
        QCOMPARE(scan.studies[1].uid, std::string("1.5"));
        QCOMPARE(scan.studies[2].patient.name, std::string("Brown, B"));
        QCOMPARE(scan.studies[1].series.size(), std::size_t{2});
        QCOMPARE(scan.studies[1].series[0].number, 1);
        QCOMPARE(scan.studies[1].series[0].instances.at(1).instanceNumber, 2);
        QCOMPARE(scan.filesRead, std::size_t{5});
        QVERIFY(scan.problems.empty());
    }

    void threadsChangeNothing() {
        const Folder folder;
        auto cut = imageFile();
        cut.erase(cut.end() - 3, cut.end());
        for (int i = 0; i < 200; ++i)
            folder.add("f" + std::to_string(i % 7) + "/" + std::to_string(i),
                       i % 11 == 0 ? cut : image("1." + std::to_string(i % 5), std::to_string(i % 3), i));
        const auto alone = scanStudies({folder.path()}, {.pictureModality = {}, .threads = 1});
        QCOMPARE(alone.problems.size(), std::size_t{19});
        for (int i = 0; i < 5; ++i)
            QCOMPARE(summary(scanStudies({folder.path()}, {.pictureModality = {}, .threads = 8})),
                     summary(alone));
    }

    void brokenFilesAreTellingProblemsAndStopNothing() {
        const Folder folder;
        const auto hostile = hostileFiles();
        for (const auto& file : hostile) folder.add(file.name + ".dcm", file.bytes);
        folder.add("good.dcm", image("1.5", "1", 1));
        folder.add("empty.dcm", {});
        folder.add("IM0007", {});
        folder.add("text.dcm", toBytes("this is not DICOM"));
        const auto scan = scanStudies({folder.path()});
        QVERIFY(std::ranges::any_of(scan.studies, [](const auto& study) { return study.uid == "1.5"; }));
        QCOMPARE(scan.filesRead, hostile.size() + 4);
        const auto names = namesOf(scan);
        for (const auto* name : {"empty.dcm", "IM0007", "text.dcm", "rows-as-bytes.dcm"})
            QVERIFY2(std::ranges::count(names, name) == 1, name);
        QVERIFY(std::ranges::is_sorted(names));
    }

    void otherFilesAreCountedOnly() {
        const Folder folder;
        folder.add("labels.csv", toBytes("path,label\n"));
        folder.add("notes.txt", toBytes("some notes that are longer than a header would be, to be sure"));
        folder.add(".gitkeep", {});
        folder.add("__init__.py", {});
        folder.add("DICOMDIR", dicomFile(kExplicitLittle, DicomBytes()
                                                              .text(0x00080016, "UI", "1.2.840.10008.1.3.10")
                                                              .text(0x00041130, "CS", "DISK")
                                                              .bytes()));
        const auto scan = scanStudies({folder.path()});
        QCOMPARE(scan.otherFiles, std::size_t{5});
        QVERIFY(scan.problems.empty() && scan.studies.empty());
    }

    void namedFileThatIsNoImageIsAProblem() {
        const Folder folder;
        const auto text = folder.add("notes.txt", toBytes("some notes"));
        const auto scan = scanStudies({text, folder.path() / "missing.dcm"});
        QCOMPARE(scan.problems.size(), std::size_t{2});
        QCOMPARE(scan.problems[0].kind, ProblemKind::FileMissing);
        QCOMPARE(scan.problems[1].kind, ProblemKind::NotAnImage);
    }

    void sameFileAppearsOnce() {
        const Folder folder;
        const auto file = folder.add("b.dcm", image("1.5", "1", 1));
        fs::create_hard_link(file, folder.path() / "a.dcm");
        fs::create_symlink(file, folder.path() / "c.dcm");
        folder.add("copy/d.dcm", image("1.5", "1", 1));
        const auto scan = scanStudies({folder.path(), file, folder.path() / "copy", file});
        QCOMPARE(scan.studies.size(), std::size_t{1});
        QCOMPARE(scan.studies[0].series.at(0).instances.size(), std::size_t{1});
        QCOMPARE(scan.studies[0].series[0].instances[0].path.filename(), fs::path("a.dcm"));
    }

    void linksThatLoopEnd() {
        const Folder folder;
        folder.add("a/b/1", image("1.5", "1", 1));
        fs::create_directory_symlink(folder.path(), folder.path() / "a/b/up");
        fs::create_directory_symlink("self", folder.path() / "self");
        fs::create_symlink("nowhere", folder.path() / "broken");
        const auto scan = scanStudies({folder.path()});
        QCOMPARE(scan.filesRead, std::size_t{1});
        QVERIFY(scan.problems.empty());
    }

    void pipeIsNotWaitedFor() {
        const Folder folder;
        const auto pipe = folder.path() / "pipe.dcm";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        QCOMPARE(scanStudies({folder.path()}).filesRead, std::size_t{0});
        QCOMPARE(kindOf(pipe), ProblemKind::FileUnreadable);
    }

    void folderWithoutRightsIsTold() {
        const Folder folder;
        folder.add("closed/1.dcm", image("1.5", "1", 1));
        folder.add("open/1.dcm", image("1.5", "1", 2));
        fs::permissions(folder.path(), fs::perms::all);
        fs::permissions(folder.path() / "closed", fs::perms::none);
        // Root may read everything: become nobody for a moment.
        const auto user = ::geteuid();
        if (user == 0) QCOMPARE(::seteuid(65534), 0);
        const auto scan = scanStudies({folder.path()});
        QCOMPARE(::seteuid(user), 0);
        fs::permissions(folder.path() / "closed", fs::perms::owner_all);
        QCOMPARE(scan.problems.size(), std::size_t{1});
        QCOMPARE(scan.problems[0].kind, ProblemKind::FolderUnreadable);
        QCOMPARE(scan.studies.size(), std::size_t{1});
    }

    void picturesBecomeStudiesOfTheirFolder() {
        const Folder folder;
        folder.add("brain/p2.png", png(300, 200, 0));
        folder.add("brain/p1.jpeg", jpeg(640, 480, 1));
        folder.add("My X-Ray films/film", jpeg(2000, 2500, 3));
        folder.add("elsewhere/p.png", png(10, 10, 2));
        auto scan = scanStudies({folder.path()});
        QCOMPARE(scan.studies.size(), std::size_t{3});
        std::ranges::sort(scan.studies, {}, &Study::description);
        const auto& film = scan.studies[0].series.at(0);
        QCOMPARE(film.modality, std::string("DX"));
        QCOMPARE(film.instances.at(0).photometric, std::string("RGB"));
        QCOMPARE(film.instances[0].columns, 2000);
        QCOMPARE(film.instances[0].rows, 2500);
        const auto& brain = scan.studies[1].series.at(0);
        QCOMPARE(brain.modality, std::string("MR"));
        QCOMPARE(brain.instances.size(), std::size_t{2});
        QCOMPARE(brain.instances[0].columns, 640);
        QCOMPARE(brain.instances[1].instanceNumber, 2);
        QVERIFY(brain.instances[0].fileKind == FileKind::Picture && brain.instances[0].hasPixels);
        QCOMPARE(scan.studies[2].series.at(0).modality, std::string("OT"));
        QCOMPARE(summary(scanStudies({folder.path()})), summary(scanStudies({folder.path()})));
        const auto asked = scanStudies({folder.path()}, {.pictureModality = "CR", .threads = 0});
        QCOMPARE(asked.studies[0].series[0].modality, std::string("CR"));
    }

    void brokenPicturesAreProblems_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("kind");
        const auto row = [](const char* name, const Bytes& bytes, ProblemKind kind) {
            QTest::addRow("%s", name)
                << QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size()))
                << int(kind);
        };
        const auto cut = [](Bytes bytes, std::size_t size) {
            bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(size), bytes.end());
            return bytes;
        };
        row("png cut in its header", cut(png(4, 4, 0), 20), ProblemKind::PictureInvalid);
        row("png without width", png(0, 4, 0), ProblemKind::PictureInvalid);
        row("gigantic png", png(0x7FFFFFFF, 0x7FFFFFFF, 0), ProblemKind::FrameTooLarge);
        row("negative png", png(0xFFFFFFFF, 4, 0), ProblemKind::PictureInvalid);
        row("jpeg cut before its frame", cut(jpeg(4, 4, 1), 14), ProblemKind::PictureInvalid);
        row("jpeg without height", jpeg(4, 0, 1), ProblemKind::PictureInvalid);
        row("jpeg of one marker", toBytes("\xFF\xD8\xFF"), ProblemKind::PictureInvalid);
        row("jpeg with a segment of no length",
            toBytes(std::string_view("\xFF\xD8\xFF\xE0\0\0\0\0\0\0\0\0", 12)), ProblemKind::PictureInvalid);
    }
    void brokenPicturesAreProblems() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, kind);
        const Folder folder;
        QCOMPARE(int(kindOf(folder.add("picture", toBytes({bytes.data(), std::size_t(bytes.size())})))),
                 kind);
    }

    void imagesWithoutPixelsAreNamed() {
        const Folder folder;
        const auto noPixels =
            folder.add("a", dicomFile(kExplicitLittle, imageHeader(Encoding::ExplicitLittle).bytes()));
        QCOMPARE(kindOf(noPixels), ProblemKind::PixelDataMissing);
        const auto report = folder.add(
            "c", dicomFile(kExplicitLittle, DicomBytes()
                                                .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.88.11")
                                                .text(0x00080060, "CS", "SR")
                                                .bytes()));
        QVERIFY(!readStudyOfFile(report).series.at(0).instances.at(0).hasPixels);
    }

    void reportsAndSegmentationsAreOtherFiles() {
        const Folder folder;
        folder.add("a", slicedImage("1.2.3.9", 4, 4, "0\\0\\0"));
        WrittenSegmentation marks;
        marks.frames = {{1, {{"1.2.3.9", ""}}, "0\\0\\0", std::vector<std::uint8_t>(16, 1)}};
        folder.add("seg.dcm", segmentationFile(marks));
        const auto object = [](std::string_view sopClass, std::string_view uid) {
            DicomBytes d;
            d.text(0x00080016, "UI", sopClass).text(0x00080018, "UI", uid);
            return dicomFile(kExplicitLittle, d.text(0x0020000D, "UI", "1.2.3").bytes(), uid);
        };
        folder.add("sr.dcm", object("1.2.840.10008.5.1.4.1.1.88.11", "1.2.3.20"));
        folder.add("state.dcm", object("1.2.840.10008.5.1.4.1.1.11.1", "1.2.3.21"));
        const auto scan = scanStudies({folder.path()});
        QCOMPARE(scan.otherFiles, std::size_t{3});
        QVERIFY(scan.problems.empty());
        QCOMPARE(scan.studies.size(), std::size_t{1});
        QCOMPARE(scan.studies[0].series.size(), std::size_t{1});
        QCOMPARE(scan.studies[0].series[0].modality, std::string("CT"));
    }

    void realObjectsOfOtherProgramsAreToldInOneNumber() {
        RESIDUA_NEEDS_DATA("dicom/results");
        const auto scan = scanStudies({realData() / "dicom/results"});
        QVERIFY(scan.problems.empty());
        QCOMPARE(scan.otherFiles, std::size_t{27});
        std::size_t images = 0;
        for (const auto& study : scan.studies) {
            images += imageCount(study);
            for (const auto& series : study.series)
                QVERIFY(series.modality == "CT" || series.modality == "DX");
        }
        QCOMPARE(images, std::size_t{11});  // eight files of one image, one of three
    }

    void headerBehindLargeElementsIsFound() {
        // 1 MB of private data before the image elements: stepped over, not read.
        const Folder folder;
        const auto file = folder.add(
            "large",
            image("1.5", "1", 1,
                  DicomBytes().raw(0x00091010, "OB", Bytes(1'000'000)).text(0x00100010, "PN", "Behind^It")));
        QCOMPARE(readStudyOfFile(file).patient.name, std::string("Behind, It"));
    }

    void scanCanBeStopped() {
        const Folder folder;
        for (int i = 0; i < 50; ++i) folder.add(std::to_string(i), image("1.5", "1", i));
        std::stop_source source;
        const auto scan = scanStudies({folder.path()}, {.pictureModality = {}, .threads = 1},
                                      source.get_token(), [&](std::size_t done, std::size_t) {
                                          if (done == 10) source.request_stop();
                                      });
        QCOMPARE(scan.filesRead, std::size_t{10});
        QCOMPARE(scan.studies.at(0).series.at(0).instances.size(), std::size_t{10});
    }

    void progressReachesTheTotal() {
        const Folder folder;
        for (int i = 0; i < 50; ++i) folder.add(std::to_string(i), image("1.5", "1", i));
        std::size_t last = 0, total = 0;
        scanStudies({folder.path()}, {}, {}, [&](std::size_t done, std::size_t all) {
            QVERIFY(done >= last);
            last = done;
            total = all;
        });
        QCOMPARE(last, std::size_t{50});
        QCOMPARE(total, std::size_t{50});
    }

    void realHeadIsOneSeries() {
        RESIDUA_NEEDS_DATA("dicom/mr-t1");
        const auto scan = scanStudies({realData() / "dicom/mr-t1"});
        QCOMPARE(scan.studies.size(), std::size_t{1});
        QCOMPARE(scan.studies[0].series.size(), std::size_t{1});
        QCOMPARE(scan.studies[0].series[0].instances.size(), std::size_t{384});
        QCOMPARE(scan.studies[0].series[0].modality, std::string("MR"));
        QVERIFY(scan.problems.empty());
    }

    void everyOddFileIsAnInstanceOrAProblem() {
        RESIDUA_NEEDS_DATA("dicom/odd");
        int instances = 0, problems = 0;
        for (const auto& entry : fs::directory_iterator(realData() / "dicom/odd")) {
            try {
                instances += readStudyOfFile(entry.path()).series.at(0).instances.size() == 1 ? 1 : 0;
            } catch (const Error& error) {
                QVERIFY(error.problem().kind != ProblemKind::Unexpected);
                ++problems;
            }
        }
        QCOMPARE(instances + problems, 87);
        QVERIFY2(problems <= 10, qPrintable(QString::number(problems)));
    }
};

QTEST_APPLESS_MAIN(TestStudyScanner)
#include "tst_study_scanner.moc"
