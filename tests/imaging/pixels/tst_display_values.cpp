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

    void eachFrameHasItsOwnGroups_data() {
        QTest::addColumn<QByteArray>("syntax");
        QTest::addColumn<bool>("isUndefined");
        for (const auto syntax : {kExplicitLittle, kImplicitLittle, kExplicitBig})
            for (const bool isUndefined : {false, true})
                QTest::addRow("%s, %s", std::string(syntax).c_str(), isUndefined ? "undefined" : "defined")
                    << QByteArray(syntax.data(), qsizetype(syntax.size())) << isUndefined;
    }
    void eachFrameHasItsOwnGroups() {
        QFETCH(QByteArray, syntax);
        QFETCH(bool, isUndefined);
        const auto encoding = encodingOf(syntax.toStdString());
        const auto sequence = [&](DicomBytes& to, Tag tag, const std::vector<DicomBytes>& items) {
            isUndefined ? to.sequenceUndefined(tag, items) : to.sequence(tag, items);
        };
        const auto group = [&](const char* slope) {
            DicomBytes item(encoding);
            sequence(item, 0x00289145,
                     {DicomBytes(encoding).text(0x00281052, "DS", "7").text(0x00281053, "DS", slope)});
            return item;
        };
        // Behind the per-frame groups stands what they must not swallow.
        DicomBytes dataset(encoding);
        dataset.text(0x00280008, "IS", "3").append(greyHeader(1, 2, 8, 8, 7, 0, encoding).bytes());
        sequence(dataset, 0x52009230, {group("2"), group("3"), group("4")});
        dataset.text(0x52009999, "LO", "").raw(kPixelData, "OB", toBytes("abcdef"));
        const auto file = readGatedFile(files_.write(dicomFile(syntax.toStdString(), dataset.bytes())));
        for (int frame = 0; frame < 3; ++frame) {
            const auto image = decodeFrame(file, frame);
            QCOMPARE(image->rescaleSlope, 2.0 + frame);
            QCOMPARE(image->rescaleIntercept, 7.0);
            QCOMPARE(valuesOf(*image).front(), 'a' + 2 * frame);
        }
    }

    void paletteThatBeginsLikeAnItemIsNoSequence() {
        const auto words16 = [](std::initializer_list<unsigned> values) {
            return words(values, Encoding::ImplicitLittle);
        };
        DicomBytes dataset(Encoding::ImplicitLittle);
        dataset.us(0x00280002, {1}).text(0x00280004, "CS", "PALETTE COLOR");
        dataset.us(0x00280010, {2}).us(0x00280011, {2}).us(0x00280100, {8}).us(0x00280101, {8});
        dataset.us(0x00280102, {7}).us(0x00280103, {0});
        for (const Tag tag : {0x00281101, 0x00281102, 0x00281103}) dataset.us(tag, {4, 0, 16});
        for (const Tag tag : {0x00281201, 0x00281202, 0x00281203})
            dataset.raw(tag, "OW", words16({0xFFFE, 0xE000, 0x0100, 0x0200}));
        dataset.raw(kPixelData, "OW", toBytes(std::string_view("\0\1\2\3", 4)));
        const auto image = files_.decode(dataset, kImplicitLittle);
        QCOMPARE(valuesOf(*image), (std::vector{255, 255, 255, 224, 224, 224, 1, 1, 1, 2, 2, 2}));
    }

    void firstOfTwoEqualElementsCounts() {
        auto dataset = greyHeader(1, 2, 8, 8, 7, 0);
        dataset.text(0x00281052, "DS", "1").text(0x00281053, "DS", "2").text(0x00281052, "DS", "9");
        dataset.raw(kPixelData, "OB", toBytes("ab"));
        QCOMPARE(files_.decode(dataset)->rescaleIntercept, 1.0);
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
