// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "imaging/containers/zip_archive.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/file_bytes.h"
#include "imaging/study/file_list.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/real_data.h"
#include "tests/support/zip_file.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

struct Counts {
    std::size_t studies = 0, series = 0, images = 0, others = 0;
    bool operator==(const Counts&) const = default;
};

Counts countsOf(const ScanResult& scan) {
    Counts counts{scan.studies.size(), 0, 0, scan.otherFiles};
    for (const auto& study : scan.studies) {
        counts.series += study.series.size();
        counts.images += imageCount(study);
    }
    return counts;
}

ScanOptions with(const ArchivePasswords& passwords) {
    return {.pictureModality = {}, .threads = 0, .passwords = passwords};
}

void append(std::string& bytes, std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * i & 0xFF);
}

/// An archive of one stored file, whose directory claims what it is told to (APPNOTE 4.3.7, 4.3.12, 4.3.16).
std::string forgedZip(const std::string& name, std::uint32_t packed, std::uint32_t unpacked, int method,
                      const std::string& content) {
    const auto fields = [&](std::string& bytes) {
        append(bytes, 20, 2);
        append(bytes, 0, 2);
        append(bytes, static_cast<std::uint64_t>(method), 2);
        append(bytes, 0, 4);
        append(bytes, 0, 4);
        append(bytes, packed, 4);
        append(bytes, unpacked, 4);
        append(bytes, name.size(), 2);
        append(bytes, 0, 2);
    };
    std::string bytes = "PK\x03\x04";
    fields(bytes);
    bytes += name + content;
    const auto directory = bytes.size();
    bytes += "PK\x01\x02";
    append(bytes, 20, 2);
    fields(bytes);
    bytes.append(2 + 2 + 2 + 4 + 4, '\0');
    bytes += name;
    const auto size = bytes.size() - directory;
    bytes += "PK\x05\x06";
    append(bytes, 0, 4);
    append(bytes, 1, 2);
    append(bytes, 1, 2);
    append(bytes, size, 4);
    append(bytes, directory, 4);
    append(bytes, 0, 2);
    return bytes;
}

}  // namespace

class TestZipArchive : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->path().toStdString();
    }

    void archiveHoldsWhatItsFolderHolds() {
        writeBrain(path_ / "study" / "mr");
        writeChest(path_ / "study" / "dx");
        std::ofstream(path_ / "study" / "readme.txt") << "not an image";
        writeZip(path_ / "study.zip", membersOf(path_ / "study"));
        const auto folder = scanStudies({path_ / "study"}), archive = scanStudies({path_ / "study.zip"});
        QVERIFY(countsOf(archive) == countsOf(folder));
        QCOMPARE(countsOf(archive).images, std::size_t(13));
        QVERIFY(archive.problems.empty());
        QCOMPARE(archive.studies[0].series[0].uid, folder.studies[0].series[0].uid);
    }

    void imageInAnArchiveIsDecodedAsOnTheDisk() {
        writeBrain(path_ / "study", 3);
        writeZip(path_ / "study.zip", membersOf(path_ / "study"));
        const auto scan = scanStudies({path_ / "study.zip"});
        for (const auto& instance : scan.studies.at(0).series.at(0).instances) {
            const auto onDisk = path_ / "study" / instance.path.lexically_relative(path_ / "study.zip");
            QVERIFY(decodeFrame(instance.path)->pixels == decodeFrame(onDisk)->pixels);
            QCOMPARE(readStudyOfFile(instance.path).uid, readStudyOfFile(onDisk).uid);
        }
    }

    void realSeriesIsTheSameByEachWay() {
        RESIDUA_NEEDS_DATA("dicom/mr-small");
        const auto data = realData() / "dicom" / "mr-small";
        writeZip(path_ / "all.zip", membersOf(data));
        std::vector<fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(data))
            if (entry.is_regular_file() && entry.path().filename() != "DICOMDIR")
                files.push_back(entry.path());
        const auto counts = countsOf(scanStudies({data}));
        QCOMPARE(counts.images, std::size_t(6));
        QVERIFY(countsOf(scanStudies({path_ / "all.zip"})) == counts);
        QCOMPARE(countsOf(scanStudies(files)).images, counts.images);
    }

    void archiveInAFolderIsOpened() {
        writeChest(path_ / "study");
        fs::create_directory(path_ / "download");
        writeZip(path_ / "download" / "STUDY.ZIP", membersOf(path_ / "study"));
        QCOMPARE(countsOf(scanStudies({path_ / "download"})).images, std::size_t(1));
    }

    void namedArchiveNeedsNoExtension() {
        writeChest(path_ / "study");
        writeZip(path_ / "export", membersOf(path_ / "study"));
        QCOMPARE(countsOf(scanStudies({path_ / "export"})).images, std::size_t(1));
    }

    void pathsLeadIntoAnArchive() {
        writeBrain(path_ / "study" / "mr");
        writeChest(path_ / "study" / "dx");
        writeZip(path_ / "study.zip", membersOf(path_ / "study"));
        QCOMPARE(countsOf(scanStudies({path_ / "study.zip" / "mr"})).images, std::size_t(12));
        const auto gone = scanStudies({path_ / "study.zip" / "us"});
        QVERIFY(gone.studies.empty());
        QCOMPARE(gone.problems.at(0).kind, ProblemKind::FileMissing);
        QCOMPARE(gone.problems.at(0).path, path_ / "study.zip" / "us");
    }

    void encryptedArchiveAsksForItsPassword_data() {
        QTest::addColumn<int>("encryption");
        QTest::addRow("PKWARE") << static_cast<int>(ZipEncryption::Traditional);
        QTest::addRow("AES") << static_cast<int>(ZipEncryption::Aes256);
    }

    void encryptedArchiveAsksForItsPassword() {
        QFETCH(int, encryption);
        writeBrain(path_ / "study", 4);
        const auto archive = path_ / "study.zip";
        writeZip(archive, membersOf(path_ / "study", static_cast<ZipEncryption>(encryption)), "sésame");

        const auto locked = scanStudies({archive});
        QVERIFY(locked.studies.empty());
        QCOMPARE(locked.problems.size(), std::size_t(1));
        QCOMPARE(locked.problems[0].kind, ProblemKind::ArchivePasswordNeeded);
        QCOMPARE(locked.problems[0].path, archive);

        const auto wrong = scanStudies({archive}, with({{archive, "open"}}));
        QVERIFY(wrong.studies.empty());
        QCOMPARE(wrong.problems.at(0).kind, ProblemKind::ArchivePasswordWrong);

        const ArchivePasswords right{{archive, "sésame"}};
        const auto open = scanStudies({archive}, with(right));
        QVERIFY(open.problems.empty());
        QCOMPARE(countsOf(open).images, std::size_t(4));
        const auto file = open.studies[0].series[0].instances[0].path;
        const auto onDisk = path_ / "study" / file.lexically_relative(archive);
        QVERIFY(decodeFrame(file, 0, right)->pixels == decodeFrame(onDisk)->pixels);
        QVERIFY_THROWS_EXCEPTION(Error, decodeFrame(file));
    }

    void oneWrongPasswordInManyIsStillTold() {
        // PKWARE's own check lets one password in 256 through; the checksum of what comes out does not.
        writeChest(path_ / "study");
        const auto archive = path_ / "study.zip";
        writeZip(archive, membersOf(path_ / "study", ZipEncryption::Traditional), "right");
        for (int i = 0; i < 600; ++i) {
            const auto list = listFiles({archive}, {}, {{archive, "wrong" + std::to_string(i)}});
            QVERIFY(list.files.empty());
            QCOMPARE(list.problems.at(0).kind, ProblemKind::ArchivePasswordWrong);
        }
    }

    void openFilesOfAHalfEncryptedArchiveAreRead() {
        writeBrain(path_ / "study", 4);
        auto members = membersOf(path_ / "study");
        members[0].encryption = ZipEncryption::Aes256;
        writeZip(path_ / "study.zip", members, "secret");
        const auto scan = scanStudies({path_ / "study.zip"});
        QCOMPARE(countsOf(scan).images, std::size_t(3));
        QCOMPARE(scan.problems.at(0).kind, ProblemKind::ArchivePasswordNeeded);
    }

    void namesThatLeaveTheArchiveAreRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::addRow("up") << "../evil.dcm";
        QTest::addRow("up from below") << "mr/../../evil.dcm";
        QTest::addRow("root") << "/etc/evil.dcm";
        QTest::addRow("empty part") << "mr//evil.dcm";
        QTest::addRow("here") << "./evil.dcm";
    }

    void namesThatLeaveTheArchiveAreRefused() {
        QFETCH(QString, name);
        writeChest(path_ / "study");
        auto members = membersOf(path_ / "study");
        members.push_back({name.toStdString(), members[0].bytes});
        writeZip(path_ / "study.zip", members);
        const auto list = listFiles({path_ / "study.zip"});
        QCOMPARE(list.files.size(), std::size_t(1));
        QCOMPARE(list.problems.size(), std::size_t(1));
        QCOMPARE(list.problems[0].kind, ProblemKind::ArchiveNameRefused);
        QVERIFY(list.problems[0].detail.find(name.toStdString()) != std::string::npos);
    }

    void brokenArchiveIsOneProblem_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("kind");
        const auto kind = [](ProblemKind one) { return static_cast<int>(one); };
        const auto row = [](const char* name, const std::string& bytes, int kind) {
            QTest::addRow("%s", name) << QByteArray::fromStdString(bytes) << kind;
        };
        row("cut short", std::string("PK\x03\x04") + std::string(200, '\x01'),
            kind(ProblemKind::ArchiveInvalid));
        // 42.zip's trick in one layer: a few bytes that claim gigabytes.
        row("bomb", forgedZip("a.dcm", 4000, 1u << 30, 8, std::string(4000, '\0')),
            kind(ProblemKind::ArchiveInvalid));
        row("more than 2 GiB", forgedZip("a.dcm", 0xF0000000u, 0xF0000000u, 0, "x"),
            kind(ProblemKind::FileTooLarge));
        row("claims more than it holds", forgedZip("a.dcm", 500, 500, 0, std::string(20, 'x')),
            kind(ProblemKind::ArchiveInvalid));
        row("unknown compression", forgedZip("a.dcm", 20, 20, 77, std::string(20, 'x')),
            kind(ProblemKind::ArchiveInvalid));
    }

    void brokenArchiveIsOneProblem() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, kind);
        std::ofstream(path_ / "bad.zip", std::ios::binary) << bytes.toStdString();
        const auto scan = scanStudies({path_ / "bad.zip"});
        QVERIFY(scan.studies.empty());
        QCOMPARE(scan.problems.size(), std::size_t(1));
        QCOMPARE(static_cast<int>(scan.problems[0].kind), kind);
    }

    void damagedFileInAnArchiveLeavesTheOthers() {
        writeBrain(path_ / "study", 4);
        writeZip(path_ / "study.zip", membersOf(path_ / "study"));
        const auto scan = scanStudies({path_ / "study.zip"});
        const auto victim = scan.studies.at(0).series.at(0).instances.at(1).path;
        auto bytes = readFileBytes(path_ / "study.zip");
        // The last bytes of the second file's packed data.
        const ZipArchive archive(path_ / "study.zip");
        const auto third = archive.members().at(2).name;
        const auto text = std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        const auto header = text.find(third) - 30;
        for (std::size_t i = 60; i < 80; ++i) bytes[header - i] ^= std::byte{0x55};
        std::ofstream(path_ / "study.zip", std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        std::set<ProblemKind> kinds;
        int whole = 0;
        for (const auto& instance : scan.studies[0].series[0].instances) {
            try {
                decodeFrame(instance.path);
                ++whole;
            } catch (const Error& error) {
                kinds.insert(error.problem().kind);
                QCOMPARE(error.problem().path, instance.path);
            }
        }
        QCOMPARE(whole, 3);
        QVERIFY(kinds == std::set{ProblemKind::ArchiveInvalid});
    }

    void archiveThatVanishesIsMissing() {
        writeChest(path_ / "study");
        writeZip(path_ / "study.zip", membersOf(path_ / "study"));
        const auto file = scanStudies({path_ / "study.zip"}).studies.at(0).series.at(0).instances.at(0).path;
        fs::remove(path_ / "study.zip");
        try {
            decodeFrame(file);
            QFAIL("decoded");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::FileMissing);
        }
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path_;
};

QTEST_GUILESS_MAIN(TestZipArchive)
#include "tst_zip_archive.moc"
