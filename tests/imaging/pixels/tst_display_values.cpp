// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "imaging/study/dicom_header.h"
#include "imaging/study/file_gate.h"
#include "pixel_files.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

Q_DECLARE_METATYPE(residua::test::Bytes)

class TestDisplayValues : public QObject {
    Q_OBJECT

    PixelFiles files_;

private Q_SLOTS:
    void displayValuesAreReadWithTheirMeaning() {
        auto dataset = std::move(DicomBytes()
                                     .us(0x00280002, {1})
                                     .text(0x00280004, "CS", "MONOCHROME1")
                                     .us(0x00280010, {1})
                                     .us(0x00280011, {2})
                                     .text(0x00280030, "DS", "0.5\\0.25")
                                     .us(0x00280100, {16})
                                     .us(0x00280101, {16})
                                     .us(0x00280102, {15})
                                     .us(0x00280103, {1})
                                     .us(0x00280120, {63536})
                                     .us(0x00280121, {63546})
                                     .text(0x00281050, "DS", "+40\\400")
                                     .text(0x00281051, "DS", "80\\1500")
                                     .text(0x00281052, "DS", "-1024")
                                     .text(0x00281053, "DS", "2.5")
                                     .text(0x00281054, "LO", "HU")
                                     .text(0x00281055, "LO", "BRAIN\\BONE")
                                     .text(0x00281056, "CS", "SIGMOID"));
        dataset.raw(kPixelData, "OW", words({0, 1}));
        const auto image = files_.decode(dataset);
        QCOMPARE(image->photometric, Photometric::Monochrome1);
        QCOMPARE(image->rescaleSlope, 2.5);
        QCOMPARE(image->rescaleIntercept, -1024.0);
        QCOMPARE(image->units, std::string("HU"));
        QCOMPARE(image->windows, (std::vector<Window>{{40, 80, WindowFunction::Sigmoid, "BRAIN"},
                                                      {400, 1500, WindowFunction::Sigmoid, "BONE"}}));
        QCOMPARE(image->padding,
                 std::optional(std::pair(-2000, -1990)));  // US in the file, signed by meaning
        QCOMPARE(image->spacing, (Spacing{SpacingKind::Patient, 0.5, 0.25}));
    }

    void rescaleBeyondFloatIsIgnored_data() {
        QTest::addColumn<QByteArray>("intercept");
        QTest::addColumn<QByteArray>("slope");
        QTest::addColumn<double>("expected");
        QTest::addRow("huge slope") << QByteArray("5") << QByteArray("1e300") << 1.0;
        QTest::addRow("huge negative slope") << QByteArray("5") << QByteArray("-1e308") << 1.0;
        QTest::addRow("zero slope") << QByteArray("5") << QByteArray("0") << 1.0;
        QTest::addRow("small slope") << QByteArray("5") << QByteArray("1e-7") << 1e-7;
    }
    void rescaleBeyondFloatIsIgnored() {
        QFETCH(QByteArray, intercept);
        QFETCH(QByteArray, slope);
        QFETCH(double, expected);
        auto dataset = greyHeader(1, 2, 8, 8, 7, 0);
        dataset.text(0x00281052, "DS", intercept.data()).text(0x00281053, "DS", slope.data());
        dataset.raw(kPixelData, "OB", toBytes("ab"));
        const auto image = files_.decode(dataset);
        QCOMPARE(image->rescaleSlope, expected);
        QCOMPARE(image->rescaleIntercept, 5.0);
    }

    void modalityLutSequenceTakesThePlaceOfRescale() {
        auto dataset = greyHeader(1, 2, 8, 8, 7, 0);
        DicomBytes lut;
        lut.us(0x00283002, {3, 5, 12}).text(0x00283004, "LO", "OD").us(0x00283006, {100, 200, 4000});
        dataset.text(0x00281052, "DS", "7").text(0x00281053, "DS", "1").sequence(0x00283000, {lut});
        dataset.raw(kPixelData, "OB", toBytes("ab"));
        const auto image = files_.decode(dataset);
        QVERIFY(image->modalityLut);
        QCOMPARE(image->modalityLut->firstInput, 5);
        QCOMPARE(image->modalityLut->bits, 12);
        QCOMPARE(image->modalityLut->entries, (std::vector<std::uint16_t>{100, 200, 4000}));
        QCOMPARE(image->units, std::string("OD"));
    }

    void voiLutSequenceOfPackedBytesIsRead() {
        auto dataset = greyHeader(1, 2, 8, 8, 7, 0);
        DicomBytes lut;
        lut.us(0x00283002, {4, 0, 8}).raw(0x00283006, "OW", toBytes("\x01\x02\x03\x04"));
        dataset.sequence(0x00283010, {lut}).raw(kPixelData, "OB", toBytes("ab"));
        const auto image = files_.decode(dataset);
        QCOMPARE(image->voiLuts.size(), std::size_t{1});
        QCOMPARE(image->voiLuts[0].entries, (std::vector<std::uint16_t>{1, 2, 3, 4}));
        QCOMPARE(image->voiLuts[0].bits, 8);
    }

    void spacingIsThatOfTheStudyList_data() {
        QTest::addColumn<Bytes>("dataset");
        QTest::addColumn<int>("kind");
        const auto row = [](const char* name, const char* modality, const char* imager, const char* pixel,
                            SpacingKind kind) {
            auto dataset = std::move(DicomBytes()
                                         .text(0x00080060, "CS", modality)
                                         .text(0x00181164, "DS", imager)
                                         .us(0x00280002, {1})
                                         .text(0x00280004, "CS", "MONOCHROME2")
                                         .us(0x00280010, {1})
                                         .us(0x00280011, {2})
                                         .text(0x00280030, "DS", pixel)
                                         .us(0x00280100, {8})
                                         .us(0x00280101, {8})
                                         .us(0x00280102, {7})
                                         .us(0x00280103, {0})
                                         .raw(kPixelData, "OB", toBytes("ab")));
            QTest::addRow("%s", name) << dataset.bytes() << static_cast<int>(kind);
        };
        row("slice", "MR", "", "0.5\\0.25", SpacingKind::Patient);
        row("film without a word on calibration", "CR", "", "0.2\\0.2", SpacingKind::Detector);
        row("film copied from the detector", "DX", "0.15\\0.15", "0.15\\0.15", SpacingKind::Detector);
        row("film that differs from the detector", "DX", "0.15\\0.15", "0.12\\0.12", SpacingKind::Calibrated);
        row("decimal commas", "MR", "", "0,5\\0,5", SpacingKind::None);
        row("none", "DX", "", "", SpacingKind::None);
    }
    void spacingIsThatOfTheStudyList() {
        QFETCH(Bytes, dataset);
        QFETCH(int, kind);
        const auto file = readGatedFile(files_.write(dicomFile(kExplicitLittle, dataset)));
        const Spacing spacing = decodeFrame(file, 0)->spacing;
        QCOMPARE(static_cast<int>(spacing.kind), kind);
        QCOMPARE(spacing, readHeader(file).series.front().instances.front().spacing);
    }
};

QTEST_APPLESS_MAIN(TestDisplayValues)
#include "tst_display_values.moc"
