// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <filesystem>
#include <optional>

#include "imaging/error.h"
#include "imaging/study/file_gate.h"
#include "imaging/study/study_scanner.h"
#include "tests/imaging/study/hostile_files.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

std::optional<ProblemKind> kindOf(const Bytes& bytes) {
    try {
        walkDicom(bytes, "x.dcm");
    } catch (const Error& error) {
        return error.problem().kind;
    }
    return std::nullopt;
}

/// Walks a mutant: a report within the file's bounds, or a named problem; anything else fails.
bool endsWell(const Bytes& bytes) {
    try {
        const auto report = walkDicom(bytes, {});
        // A deflated dataset is larger than its file.
        const bool fits = report.datasetEnd <= bytes.size() || report.transferSyntaxUid == kDeflated;
        return fits && report.pixelDataOffset + report.pixelDataLength <= report.datasetEnd;
    } catch (const Error&) {
        return true;
    }
}

Bytes withDataset(std::string_view syntax, const DicomBytes& dataset) {
    return dicomFile(syntax, dataset.bytes());
}

}  // namespace

class TestFileGate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hostileFileGivesItsProblem_data() {
        QTest::addColumn<int>("index");
        const auto files = hostileFiles();
        for (int i = 0; i < static_cast<int>(files.size()); ++i)
            QTest::addRow("%s", files[static_cast<std::size_t>(i)].name.c_str()) << i;
    }
    void hostileFileGivesItsProblem() {
        QFETCH(int, index);
        static const auto files = hostileFiles();  // the deflated ones take their time to make
        const auto& file = files[static_cast<std::size_t>(index)];
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / (file.name + ".dcm");
        writeBytes(path, file.bytes);
        try {
            readGatedFile(path);
            QFAIL(("let through: " + file.story).c_str());
        } catch (const Error& error) {
            QCOMPARE(QString::fromStdString(std::string(kindName(error.problem().kind))),
                     QString::fromStdString(std::string(kindName(file.kind))));
            QCOMPARE(error.problem().path, path);
        }
        // The scan may stop earlier (it does not read fragments), but never finds a second image or ends.
        const auto scan = scanStudies({path.parent_path()});
        QCOMPARE(scan.filesRead, std::size_t{1});
        QCOMPARE(scan.problems.size() + scan.studies.size(), std::size_t{1});
    }

    void sixtyFourSequencesAreRead() {
        DicomBytes inner;
        for (int i = 0; i < 64; ++i) inner = DicomBytes().sequenceUndefined(0x00081140, {inner});
        QVERIFY(!kindOf(withDataset(kExplicitLittle, inner)));
        inner = DicomBytes().sequenceUndefined(0x00081140, {inner});
        QCOMPARE(kindOf(withDataset(kExplicitLittle, inner)),
                 std::optional(ProblemKind::DicomNestingTooDeep));
    }

    void everyEncodingGivesItsElements_data() {
        QTest::addColumn<QByteArray>("syntax");
        for (const auto syntax : {kExplicitLittle, kImplicitLittle, kExplicitBig})
            QTest::addRow("%s", std::string(syntax).c_str())
                << QByteArray(syntax.data(), qsizetype(syntax.size()));
    }
    void everyEncodingGivesItsElements() {
        QFETCH(QByteArray, syntax);
        const auto file = imageFile(syntax.toStdString(), {.rows = 3, .columns = 5});
        std::vector<std::uint16_t> rows;
        const auto report = walkDicom(file, {}, [&](const GateElement& element) {
            if (element.group != 0x0028 || element.element != 0x0010) return;
            const auto low =
                std::to_integer<unsigned>(element.value[element.byteOrder == std::endian::big ? 1 : 0]);
            rows.push_back(static_cast<std::uint16_t>(low));
        });
        QCOMPARE(rows, std::vector<std::uint16_t>{3});
        QCOMPARE(QByteArray::fromStdString(report.transferSyntaxUid), syntax);
        QVERIFY(report.hasPixelData && !report.encapsulated);
        QCOMPARE(report.pixelDataLength, std::size_t{16});
        QCOMPARE(report.pixelDataOffset, file.size() - 16);
    }

    void nestedElementsTellTheirDepth() {
        const auto code = DicomBytes().text(0x00080100, "SH", "T-1");
        std::vector<int> depths;
        walkDicom(withDataset(kExplicitLittle,
                              DicomBytes().sequence(0x00400275,
                                                    {DicomBytes().sequenceUndefined(0x00400008, {code})})),
                  {}, [&](const GateElement& element) {
                      if (element.group != 2) depths.push_back(element.depth);
                  });
        QCOMPARE(depths, (std::vector{0, 1, 2}));
    }

    void fileWithoutMetaHeaderIsReadAndGetsOne() {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "IM0001";
        for (const auto encoding :
             {Encoding::ImplicitLittle, Encoding::ExplicitLittle, Encoding::ExplicitBig}) {
            const auto dataset = imageHeader(encoding).raw(kPixelData, "OB", Bytes(16)).bytes();
            QVERIFY(looksLikeDicom(dataset));
            writeBytes(path, dataset);
            const auto file = readGatedFile(path);
            QVERIFY(file.report.datasetOffset > 132);
            const auto again = walkDicom(file.bytes, path);
            QCOMPARE(again.transferSyntaxUid, file.report.transferSyntaxUid);
            QCOMPARE(again.pixelDataOffset, file.report.pixelDataOffset);
            QCOMPARE(again.datasetEnd, file.bytes.size());
        }
    }

    void missingPreambleIsReadAsWell() {
        auto file = imageFile();
        file.erase(file.begin(), file.begin() + 128);
        QVERIFY(walkDicom(file, {}).hasPixelData);
        file.erase(file.begin(), file.begin() + 4);
        QVERIFY(walkDicom(file, {}).hasPixelData);
    }

    void datasetThatContradictsItsHeaderIsReadAsItIs() {
        const auto implicit = imageHeader(Encoding::ImplicitLittle).raw(kPixelData, "", Bytes(16));
        QCOMPARE(walkDicom(withDataset(kExplicitLittle, implicit), {}).transferSyntaxUid,
                 std::string(kImplicitLittle));
        const auto explicitly = imageHeader(Encoding::ExplicitLittle).raw(kPixelData, "OB", Bytes(16));
        QCOMPARE(walkDicom(withDataset(kImplicitLittle, explicitly), {}).transferSyntaxUid,
                 std::string(kExplicitLittle));
    }

    void habitsOfRealFilesAreFollowed_data() {
        QTest::addColumn<QByteArray>("before");
        const auto add = [](const char* name, const DicomBytes& elements) {
            QTest::addRow("%s", name) << QByteArray(reinterpret_cast<const char*>(elements.bytes().data()),
                                                    qsizetype(elements.size()));
        };
        const auto implicitItem = DicomBytes(Encoding::ImplicitLittle).text(0x00080100, "", "T-1");
        add("odd length", DicomBytes().raw(0x00080060, "CS", toBytes("MRX")));
        add("unknown VR of two letters", DicomBytes().header(0x00080061, "ZZ", 4).append(Bytes(4)));
        add("VR of blanks", DicomBytes().header(0x00080061, "  ", 4).append(Bytes(4)));
        add("stray delimiter", DicomBytes().header(0xFFFEE00D, "", 0));
        add("implicit items in UN (CP-246)", DicomBytes()
                                                 .header(0x00091001, "UN", kUndefinedLength)
                                                 .raw(0xFFFEE000, "", implicitItem.bytes())
                                                 .header(0xFFFEE0DD, "", 0));
        add("implicit items in SQ", DicomBytes()
                                        .header(0x00091001, "SQ", kUndefinedLength)
                                        .raw(0xFFFEE000, "", implicitItem.bytes())
                                        .header(0xFFFEE0DD, "", 0));
        add("UN that only starts like items", DicomBytes().raw(0x00091001, "UN",
                                                               toBytes("\xFE\xFF\x00\xE0"
                                                                       "abcdefgh")));
        add("item without its end", DicomBytes()
                                        .header(0x00081140, "SQ", kUndefinedLength)
                                        .header(0xFFFEE000, "", kUndefinedLength)
                                        .text(0x00080100, "SH", "T-1")
                                        .header(0xFFFEE0DD, "", 0));
        add("item's end inside a defined length", DicomBytes()
                                                      .header(0x00081140, "SQ", 28)
                                                      .header(0xFFFEE000, "", 20)
                                                      .text(0x00080100, "SH", "T-1")
                                                      .header(0xFFFEE00D, "", 0));
        add("group length", DicomBytes().ul(0x00080000, {12345}));
    }
    void habitsOfRealFilesAreFollowed() {
        QFETCH(QByteArray, before);
        DicomBytes dataset;
        dataset.append(toBytes({before.data(), std::size_t(before.size())}))
            .append(imageHeader(Encoding::ExplicitLittle).bytes())
            .raw(kPixelData, "OB", Bytes(16));
        const auto report = walkDicom(withDataset(kExplicitLittle, dataset), {});
        QVERIFY(report.hasPixelData);
        QCOMPARE(report.pixelDataLength, std::size_t{16});
    }

    void whatFollowsThePixelsIsCutOff_data() {
        QTest::addColumn<QByteArray>("tail");
        QTest::addRow("zeros") << QByteArray(1000, '\0');
        QTest::addRow("rubbish") << QByteArray(1000, '\xAB');
        QTest::addRow("three bytes") << QByteArray("abc");
    }
    void whatFollowsThePixelsIsCutOff() {
        QFETCH(QByteArray, tail);
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "tail.dcm";
        auto bytes = imageFile();
        const auto size = bytes.size();
        const auto more = toBytes({tail.data(), std::size_t(tail.size())});
        bytes.insert(bytes.end(), more.begin(), more.end());
        writeBytes(path, bytes);
        QCOMPARE(readGatedFile(path).bytes.size(), size);
    }

    void missingEndOfTheFragmentsIsAdded() {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "open.dcm";
        const auto whole = dicomFile(kRle, imageHeader(Encoding::ExplicitLittle)
                                               .append(DicomBytes().fragments({Bytes(64)}).bytes())
                                               .bytes());
        writeBytes(path, Bytes(whole.begin(), whole.end() - 8));
        QCOMPARE(readGatedFile(path).bytes, whole);
    }

    void deflatedDatasetIsInflatedBehindItsHeader() {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "deflated.dcm";
        const auto dataset =
            imageHeader(Encoding::ExplicitLittle).raw(kPixelData, "OB", Bytes(16, std::byte{9}));
        writeBytes(path, deflatedFile(dataset.bytes()));
        const auto file = readGatedFile(path);
        QVERIFY(
            std::ranges::equal(std::span(file.bytes).subspan(file.report.datasetOffset), dataset.bytes()));
        QCOMPARE(file.bytes[file.report.pixelDataOffset], std::byte{9});
        QCOMPARE(walkDicom(file.bytes, path).transferSyntaxUid, std::string(kExplicitLittle));
    }

    void otherFilesAreNoImages() {
        QVERIFY(!looksLikeDicom(toBytes("%PDF-1.4 and much more text than sixteen bytes")));
        QVERIFY(!looksLikeDicom(toBytes("path,label\n")));
        QVERIFY(!looksLikeDicom({}));
        QCOMPARE(kindOf(toBytes("path,label\nimages/1.png,normal\n")),
                 std::optional(ProblemKind::NotAnImage));
        QCOMPARE(kindOf({}), std::optional(ProblemKind::FileEmpty));
    }

    void unreadableFilesAreNamed() {
        QTemporaryDir folder;
        const auto kind = [](const fs::path& path) {
            try {
                readGatedFile(path);
            } catch (const Error& error) {
                return std::optional(error.problem().kind);
            }
            return std::optional<ProblemKind>();
        };
        QCOMPARE(kind("/nonexistent/x.dcm"), std::optional(ProblemKind::FileMissing));
        QCOMPARE(kind(folder.path().toStdString()), std::optional(ProblemKind::FileUnreadable));
    }

    void fileCutAnywhereEndsWell() {
        for (const auto& whole : validFiles()) {
            QVERIFY(!kindOf(whole));
            for (std::size_t size = 0; size < whole.size(); ++size) {
                const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
                QVERIFY2(endsWell(part), qPrintable(QString("cut at %1").arg(size)));
            }
        }
    }

    void fileCutInsideItsPixelsShowsNothing() {
        const auto whole = imageFile();
        for (std::size_t missing = 1; missing <= 16; ++missing)
            QCOMPARE(kindOf(Bytes(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(missing))),
                     std::optional(ProblemKind::DicomTruncated));
    }

    void fileWithAnyByteChangedEndsWell() {
        for (const auto& whole : validFiles())
            for (std::size_t i = 128; i < whole.size(); ++i)
                for (const unsigned change : {0x01u, 0x10u, 0x80u, 0xFFu}) {
                    Bytes mutant = whole;
                    mutant[i] ^= static_cast<std::byte>(change);
                    QVERIFY2(endsWell(mutant), qPrintable(QString("byte %1, bits %2").arg(i).arg(change)));
                }
    }

    void oddRealFilesGiveAnImageOrAProblem() {
        RESIDUA_NEEDS_DATA("dicom/odd");
        int images = 0, problems = 0;
        for (const auto& entry : fs::directory_iterator(realData() / "dicom/odd")) {
            try {
                images += readGatedFile(entry.path()).report.hasPixelData ? 1 : 0;
            } catch (const Error& error) {
                QVERIFY(error.problem().kind != ProblemKind::Unexpected);
                ++problems;
            }
        }
        // 83 readable datasets, 8 of them without pixels (a report, a DICOMDIR, parts of headers).
        QCOMPARE(problems, 4);
        QCOMPARE(images, 75);
    }
};

QTEST_APPLESS_MAIN(TestFileGate)
#include "tst_file_gate.moc"
