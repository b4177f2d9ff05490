// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>

#include "imaging/error.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/dicom_header.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/dicom_bytes.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

/// The header of an image file with these elements before the pixels.
Study headerOf(const DicomBytes& elements, std::string_view syntax = kExplicitLittle,
               std::size_t pixelBytes = 16) {
    auto dataset = DicomBytes(encodingOf(syntax))
                       .append(elements.bytes())
                       .append(imageHeader(encodingOf(syntax)).bytes())
                       .raw(kPixelData, "OB", Bytes(pixelBytes));
    GatedFile file;
    file.path = "/folder/image.dcm";
    file.bytes = dicomFile(syntax, dataset.bytes());
    return readHeader(file);
}
const Series& seriesOf(const Study& study) {
    return study.series.front();
}
const Instance& imageOf(const Study& study) {
    return study.series.front().instances.front();
}

QString shown(const std::string& text) {
    return QString::fromStdString(text);
}

}  // namespace

class TestDicomHeader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textsBecomeUtf8_data() {
        QTest::addColumn<QString>("characterSet");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* set, const QByteArray& bytes, const char* expected) {
            QTest::addRow("%s", *set ? set : "none") << QString(set) << bytes << QString::fromUtf8(expected);
        };
        // PS3.5 annexes H to K and the sets of PS3.3 C.12.1.1.2.
        row("", "Smith", "Smith");
        row("ISO_IR 6", "Smith", "Smith");
        row("ISO_IR 100", "Buc^J\xE9r\xF4me", "Buc, Jérôme");
        row("ISO_IR 101", "\xA3uk\xB3", "Łukł");
        row("ISO_IR 109",
            "\xC6"
            "ar\xA1",
            "ĈarĦ");
        row("ISO_IR 110", "J\xE0nis", "Jānis");
        row("ISO_IR 144", "\xBB\xEE\xDA", "Люк");
        row("ISO_IR 127", "\xE2\xC8\xC7\xE6\xEA^\xE4\xE6\xD2\xC7\xD1", "قباني, لنزار");
        row("ISO_IR 126", "\xC4\xE9\xEF\xED", "Διον");
        row("ISO_IR 138", "\xF9\xF8\xE5\xEF^\xE3\xE1\xE5\xF8\xE4", "שרון, דבורה");
        row("ISO_IR 148",
            "\xC7"
            "avu\xFEo\xF0lu",
            "Çavuşoğlu");
        row("ISO_IR 203", "\xBD\xA4", "œ€");
        row("ISO_IR 166", "\xA1\xD2", "กา");
        row("ISO_IR 13", "\xD4\xCF\xC0\xDE^\xC0\xDB\xB3", "ﾔﾏﾀﾞ, ﾀﾛｳ");
        row("ISO_IR 192", "Wang^XiaoDong=\xE7\x8E\x8B^\xE5\xB0\x8F\xE4\xB8\x9C", "Wang, XiaoDong");
        row("GB18030", "\xCD\xF5^\xD0\xA1\xB6\xAB", "王, 小东");
        row("GBK", "\xCD\xF5^\xD0\xA1\xB6\xAB", "王, 小东");
        // The second byte of this character is that of '\\'.
        row("GBK ", "\x81\x5C^\xD0\xA1", "乗, 小");
        row("ISO 2022 IR 6\\ISO 2022 IR 87", "\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B", "山田, 太郎");
        row("\\ISO 2022 IR 159", "\x1B$(D0!\x1B(B", "丂");
        row("ISO 2022 IR 13\\ISO 2022 IR 87", "=\x1B$B;3ED\x1B(J^\x1B$BB@O:\x1B(J", "山田, 太郎");
        row("\\ISO 2022 IR 149", "\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7", "洪, 吉洞");
        row("\\ISO 2022 IR 58", "\x1B$)A\xD5\xC5^\x1B$)A\xD0\xA1\xB6\xAB", "张, 小东");
        row("ISO 2022 IR 100\\ISO 2022 IR 144", "Buc^J\xE9r\x1B-L\xBB", "Buc, JérЛ");
        // What writers get wrong.
        row("ISO-IR 100", "J\xE9r\xF4me", "Jérôme");
        row("UTF-8", "J\xC3\xA9r\xC3\xB4me", "Jérôme");
        row("  ", "J\xC3\xA9r\xC3\xB4me", "Jérôme");
        row("", "J\xE9r\xF4me", "Jérôme");
        row("ISO_IR 192 ", "J\xE9r\xF4me", "Jérôme");
        row("KLINGON", "J\xE9r\xF4me", "Jérôme");
    }
    void textsBecomeUtf8() {
        QFETCH(QString, characterSet);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, expected);
        const auto study = headerOf(DicomBytes()
                                        .text(0x00080005, "CS", characterSet.toStdString())
                                        .text(0x00100010, "PN", {bytes.data(), std::size_t(bytes.size())}));
        QCOMPARE(shown(study.patient.name), expected);
    }

    void impossibleBytesAreReplacedNotLost() {
        const auto study = headerOf(DicomBytes()
                                        .text(0x00080005, "CS", "\\ISO 2022 IR 149")
                                        .text(0x00100010, "PN",
                                              "A\x1B$)C\xFF\xFF"
                                              "B"));
        QVERIFY(shown(study.patient.name).startsWith('A') && shown(study.patient.name).endsWith('B'));
        QVERIFY(shown(study.patient.name).contains(QChar(0xFFFD)));
    }

    void realNamesAreRead_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* file, const char* expected) {
            QTest::addRow("%s", file) << QString(file) << QString::fromUtf8(expected);
        };
        row("fo-chrArab.dcm", "قباني, لنزار");
        row("fo-chrGB2312.dcm", "Zhang, XiaoDong");
        row("fo-chrGreek.dcm", "Διονυσιος");
        row("fo-chrH32.dcm", "ﾔﾏﾀﾞ, ﾀﾛｳ");
        row("fo-chrI2.dcm", "Hong, Gildong");
        row("fo-chrJapMultiExplicitIR6.dcm", "やまだ, たろう");
        row("fo-chrRuss.dcm", "Люкceмбypг");
        row("fo-chrSQEncoding1.dcm", "");  // its name stands in an item only
        row("fo-chrX2.dcm", "Wang, XiaoDong");
    }
    void realNamesAreRead() {
        RESIDUA_NEEDS_DATA("dicom/odd");
        QFETCH(QString, file);
        QFETCH(QString, expected);
        const auto gated = readGatedFile(realData() / "dicom/odd" / file.toStdString());
        QCOMPARE(shown(readHeader(gated).patient.name), expected);
    }

    void nameIsShownFamilyFirst_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("expected");
        QTest::addRow("both") << "Doe^Jane"
                              << "Doe, Jane";
        QTest::addRow("family alone") << "Doe"
                                      << "Doe";
        QTest::addRow("given alone") << "^Jane"
                                     << "Jane";
        QTest::addRow("all five") << "Adams^John^Robert^Rev.^B.A."
                                  << "Adams, Rev. John Robert B.A.";
        QTest::addRow("second group") << "=Yamada^Taro"
                                      << "Yamada, Taro";
        QTest::addRow("empty components") << "^^^^=Yamada^Taro"
                                          << "Yamada, Taro";
        QTest::addRow("third group") << "==Yamada"
                                     << "Yamada";
        QTest::addRow("nothing") << "^^^^"
                                 << "";
    }
    void nameIsShownFamilyFirst() {
        QFETCH(QString, name);
        QFETCH(QString, expected);
        QCOMPARE(shown(shownPersonName(name.toStdString())), expected);
    }

    void namesInOtherScriptsAreKept_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("expected");
        QTest::addRow("one group") << "Doe^Jane"
                                   << "";
        QTest::addRow("three groups") << "Yamada^Tarou=山田^太郎=やまだ^たろう"
                                      << "山田, 太郎 = やまだ, たろう";
        QTest::addRow("the first one empty") << "=山田^太郎=やまだ^たろう"
                                             << "やまだ, たろう";
        QTest::addRow("the second one empty") << "Hong^Gildong==홍^길동"
                                              << "홍, 길동";
    }
    void namesInOtherScriptsAreKept() {
        QFETCH(QString, name);
        QFETCH(QString, expected);
        QCOMPARE(shown(otherPersonNames(name.toStdString())), expected);
    }

    void spacingIsNamed_data() {
        QTest::addColumn<QString>("modality");
        QTest::addColumn<QString>("pixel");
        QTest::addColumn<QString>("imager");
        QTest::addColumn<QString>("magnification");
        QTest::addColumn<QString>("calibration");
        QTest::addColumn<int>("kind");
        QTest::addColumn<double>("row");
        using enum SpacingKind;
        const auto row = [](const char* name, const char* modality, const char* pixel, const char* imager,
                            const char* magnification, const char* calibration, SpacingKind kind,
                            double value) {
            QTest::addRow("%s", name)
                << modality << pixel << imager << magnification << calibration << int(kind) << value;
        };
        row("MR", "MR", "0.5\\0.7", "", "", "", Patient, 0.5);
        row("DX at the detector", "DX", "", "0.15\\0.15", "", "", Detector, 0.15);
        row("DX copied from the detector", "DX", "0.15\\0.15", "0.15\\0.15", "", "", Detector, 0.15);
        row("DX copied, yet called calibrated", "DX", "0.15\\0.15", "0.15\\0.15", "", "FIDUCIAL", Detector,
            0.15);
        row("DX calibrated", "DX", "0.12\\0.12", "0.15\\0.15", "", "FIDUCIAL", Calibrated, 0.12);
        row("DX that differs from the detector", "DX", "0.12\\0.12", "0.15\\0.15", "", "", Calibrated, 0.12);
        row("DX calibrated by geometry alone", "DX", "0.12\\0.12", "", "", "GEOMETRY", Calibrated, 0.12);
        row("CR without a word on calibration", "CR", "0.2\\0.2", "", "", "", Detector, 0.2);
        row("XA magnified", "XA", "", "0.3\\0.3", "1.5", "", MagnificationCorrected, 0.2);
        row("none", "DX", "", "", "", "", None, 1);
        row("zero", "MR", "0\\0", "", "", "", None, 1);
        row("negative", "MR", "-1\\1", "", "", "", None, 1);
        row("no numbers", "MR", "abc", "", "", "", None, 1);
    }
    void spacingIsNamed() {
        QFETCH(QString, modality);
        QFETCH(QString, pixel);
        QFETCH(QString, imager);
        QFETCH(QString, magnification);
        QFETCH(QString, calibration);
        QFETCH(int, kind);
        QFETCH(double, row);
        const auto study = headerOf(DicomBytes()
                                        .text(0x00080060, "CS", modality.toStdString())
                                        .text(0x00181114, "DS", magnification.toStdString())
                                        .text(0x00181164, "DS", imager.toStdString())
                                        .text(0x00280030, "DS", pixel.toStdString())
                                        .text(0x00280A02, "CS", calibration.toStdString()));
        QCOMPARE(int(imageOf(study).spacing.kind), kind);
        QCOMPARE(imageOf(study).spacing.row, row);
    }

    void bValueIsReadFromEachVendor_data() {
        QTest::addColumn<QByteArray>("elements");
        QTest::addColumn<double>("b");
        const auto row = [](const char* name, const DicomBytes& elements, double b) {
            QTest::addRow("%s", name) << QByteArray(reinterpret_cast<const char*>(elements.bytes().data()),
                                                    qsizetype(elements.size()))
                                      << b;
        };
        row("standard", DicomBytes().fd(0x00189087, {800}), 800);
        row("Siemens",
            DicomBytes().text(0x00190010, "LO", "SIEMENS MR HEADER").text(0x0019100C, "IS", "1000"), 1000);
        row("GE",
            DicomBytes().text(0x00430010, "LO", "GEMS_PARM_01").text(0x00431039, "IS", "1000000700\\8\\0\\0"),
            700);
        row("Philips",
            DicomBytes()
                .text(0x20010010, "LO", "Philips Imaging DD 001")
                .header(0x20011003, "FL", 4)
                .put(0x447A0000, 4),
            1000);
        row("another owner of the same number",
            DicomBytes().text(0x00190010, "LO", "SOMEBODY ELSE").text(0x0019100C, "IS", "1000"), -1);
    }
    void bValueIsReadFromEachVendor() {
        QFETCH(QByteArray, elements);
        QFETCH(double, b);
        const auto study =
            headerOf(DicomBytes().append(toBytes({elements.data(), std::size_t(elements.size())})));
        QCOMPARE(imageOf(study).bValue.value_or(-1), b);
    }

    void geometryAndTimesAreRead() {
        for (const auto syntax : {kExplicitLittle, kImplicitLittle, kExplicitBig}) {
            const auto study = headerOf(DicomBytes(encodingOf(syntax))
                                            .text(0x00180050, "DS", "5.5")
                                            .text(0x00180081, "DS", "30.25")
                                            .text(0x00200012, "IS", "7")
                                            .text(0x00200032, "DS", "-1.5\\+2e1\\ 3 ")
                                            .text(0x00200037, "DS", "1\\0\\0\\0\\0\\-1")
                                            .text(0x00200100, "IS", "3"),
                                        syntax);
            const auto& image = imageOf(study);
            QCOMPARE(image.position, std::optional(std::array{-1.5, 20.0, 3.0}));
            QCOMPARE(image.orientation, std::optional(std::array{1.0, 0.0, 0.0, 0.0, 0.0, -1.0}));
            QCOMPARE(image.sliceThickness, 5.5);
            QCOMPARE(image.echoTime, std::optional(30.25));
            QCOMPARE(image.temporalPosition, std::optional(3.0));
            QCOMPARE(image.acquisitionNumber, std::optional(7));
            QCOMPARE(image.rows, 4);
        }
    }

    void impossibleOrientationIsNone() {
        for (const auto* cosines : {"0\\0\\0\\0\\0\\0", "1\\0\\0\\1\\0\\0", "1\\0\\0", "nan\\0\\0\\0\\1\\0"})
            QVERIFY(!imageOf(headerOf(DicomBytes().text(0x00200037, "DS", cosines))).orientation);
    }

    void regionAndViewAlsoComeFromCodes() {
        const auto code = [](std::string_view meaning) {
            return DicomBytes().text(0x00080104, "LO", meaning);
        };
        const auto study = headerOf(DicomBytes()
                                        .sequence(0x00082218, {code("Chest")})
                                        .sequence(0x00400275, {code("not this")})
                                        .sequence(0x00540220, {code("postero-anterior")}));
        QCOMPARE(seriesOf(study).bodyPart, std::string("Chest"));
        QCOMPARE(imageOf(study).viewPosition, std::string("postero-anterior"));
        const auto both =
            headerOf(DicomBytes().sequence(0x00082218, {code("Chest")}).text(0x00180015, "CS", "THORAX"));
        QCOMPARE(seriesOf(both).bodyPart, std::string("THORAX"));
    }

    void framesAreCountedAsTheGateCountsThem() {
        const auto frames = [](const char* text) {
            return imageOf(headerOf(DicomBytes().text(0x00280008, "IS", text), kExplicitLittle, 12 * 16))
                .frames;
        };
        QCOMPARE(frames("12"), 12);
        QCOMPARE(frames(" 7 "), 7);
        for (const char* none : {"", "0", "-3", "x", "1e9"}) QCOMPARE(frames(none), 1);
    }

    void framesBeyondAllFilesAreRefusedByHeaderScanAndDecoder() {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "frames.dcm";
        for (const char* many : {"99999999999", "4294967297", "18446744073709551617"}) {
            const auto dataset = DicomBytes()
                                     .text(0x00280008, "IS", many)
                                     .append(imageHeader(Encoding::ExplicitLittle).bytes())
                                     .raw(kPixelData, "OB", Bytes(16));
            writeBytes(path, dicomFile(kExplicitLittle, dataset.bytes()));
            QVERIFY_THROWS_EXCEPTION(Error, headerOf(DicomBytes().text(0x00280008, "IS", many)));
            QVERIFY_THROWS_EXCEPTION(Error, decodeFrame(path, 0));
            const auto scan = scanStudies({path});
            QCOMPARE(scan.problems.size(), std::size_t{1});
            QCOMPARE(scan.problems.front().kind, ProblemKind::PixelDataTooShort);
        }
    }

    void decoderHasAsManyFramesAsTheHeaderSays() {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "frames.dcm";
        for (const char* text : {"3", "1e9", " 2 ", "x", "3\\4", "+3"}) {
            const auto dataset = DicomBytes()
                                     .text(0x00280008, "IS", text)
                                     .append(imageHeader(Encoding::ExplicitLittle).bytes())
                                     .raw(kPixelData, "OB", Bytes(std::size_t{5} * 16));
            writeBytes(path, dicomFile(kExplicitLittle, dataset.bytes()));
            const int frames = imageOf(readStudyOfFile(path)).frames;
            QCOMPARE(imageOf(readHeader(readGatedFile(path))).frames, frames);
            QVERIFY(decodeFrame(path, frames - 1));
            QVERIFY_THROWS_EXCEPTION(Error, decodeFrame(path, frames));
        }
    }

    void enhancedImageTakesSpacingFromItsSharedGroups() {
        const auto measures = DicomBytes().text(0x00180050, "DS", "3").text(0x00280030, "DS", "0.9\\0.8");
        const auto study =
            headerOf(DicomBytes()
                         .text(0x00080060, "CS", "MR")
                         .sequence(0x52009229, {DicomBytes().sequence(0x00289110, {measures})}));
        QCOMPARE(imageOf(study).spacing, (Spacing{SpacingKind::Patient, 0.9, 0.8}));
        QCOMPARE(imageOf(study).sliceThickness, 3.0);
    }

    void ageComesFromTheDatesWhereItIsNotGiven() {
        const auto age = [](const char* birth, const char* study) {
            return headerOf(DicomBytes().text(0x00080020, "DA", study).text(0x00100030, "DA", birth))
                .patientAge;
        };
        QCOMPARE(age("20100615", "20180614"), std::string("007Y"));
        QCOMPARE(age("20100615", "20180615"), std::string("008Y"));
        QCOMPARE(age("20170101", "20180215"), std::string("013M"));
        QCOMPARE(age("20200101", "20180215"), std::string());
        QCOMPARE(age("", "20180215"), std::string());
        QCOMPARE(headerOf(DicomBytes().text(0x00101010, "AS", "018M")).patientAge, std::string("018M"));
    }

    void oldDatesAndTimesLoseTheirPunctuation() {
        const auto study =
            headerOf(DicomBytes().text(0x00080020, "DA", "1996.10.29").text(0x00080030, "TM", "15:18:59"));
        QCOMPARE(study.date, std::string("19961029"));
        QCOMPARE(study.time, std::string("151859"));
    }

    void missingUidsAreMadeAndStayTheSame() {
        GatedFile file;
        file.path = "/folder/image.dcm";
        file.bytes = dicomFile(kExplicitLittle,
                               DicomBytes()
                                   .us(0x00280010, {2})
                                   .us(0x00280011, {2})
                                   .us(0x00280100, {8})
                                   .raw(kPixelData, "OB", Bytes(4))
                                   .bytes(),
                               "");
        const auto first = readHeader(file), second = readHeader(file);
        QVERIFY(first.uid.starts_with("2.25.") && first.uid.size() <= 64);
        QVERIFY(!imageOf(first).sopInstanceUid.empty());
        QCOMPARE(first.uid, second.uid);
        QCOMPARE(imageOf(first).sopInstanceUid, imageOf(second).sopInstanceUid);
        QVERIFY(first.uid != seriesOf(first).uid);
    }
};

QTEST_APPLESS_MAIN(TestDicomHeader)
#include "tst_dicom_header.moc"
