// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <limits>

#include "encoded_dicom.h"
#include "pixel_files.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

Q_DECLARE_METATYPE(residua::test::KnownImage)

namespace {

std::vector<int> valuesOf(const KnownImage& image) {
    std::vector<int> values;
    for (const auto value : image.values)
        values.push_back(image.isSigned ? static_cast<std::int16_t>(value) : int{value});
    return values;
}

int largestDifference(const std::vector<int>& a, const std::vector<int>& b) {
    if (a.size() != b.size()) return std::numeric_limits<int>::max();
    int largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

}  // namespace

class TestPixelDecoder : public QObject {
    Q_OBJECT

    PixelFiles files_;

private Q_SLOTS:
    void everyTransferSyntaxGivesTheKnownPixels_data() {
        QTest::addColumn<QByteArray>("syntax");
        QTest::addColumn<KnownImage>("image");
        QTest::addColumn<int>("nearLossless");
        QTest::addColumn<int>("tolerance");
        struct Row {
            const char* name;
            std::string_view syntax;
            int nearLossless;
            int tolerance8, tolerance16;
        };
        const Row rows[] = {{"implicit", kImplicitLittle, 0, 0, 0},
                            {"explicit", kExplicitLittle, 0, 0, 0},
                            {"big endian", kExplicitBig, 0, 0, 0},
                            {"deflated", kDeflated, 0, 0, 0},
                            {"RLE", kRle, 0, 0, 0},
                            {"JPEG lossless", "1.2.840.10008.1.2.4.57", 0, 0, 0},
                            {"JPEG lossless SV1", kJpegLossless, 0, 0, 0},
                            {"JPEG-LS", kJpegLs, 0, 0, 0},
                            {"JPEG-LS near-lossless", "1.2.840.10008.1.2.4.81", 3, 3, 3}};
        for (const auto& row : rows) {
            const QByteArray uid(row.syntax.data(), static_cast<qsizetype>(row.syntax.size()));
            QTest::addRow("%s, 8 bits", row.name)
                << uid << knownImage(8, 8, false) << row.nearLossless << row.tolerance8;
            QTest::addRow("%s, 12 of 16 bits", row.name)
                << uid << knownImage(16, 12, false) << row.nearLossless << row.tolerance16;
            QTest::addRow("%s, 16 bits", row.name)
                << uid << knownImage(16, 16, false) << row.nearLossless << row.tolerance16;
            if (row.nearLossless != 0) continue;  // DCMTK does not encode near-lossless colour
            QTest::addRow("%s, RGB", row.name)
                << uid << knownImage(8, 8, false, 3) << row.nearLossless << row.tolerance8;
            QTest::addRow("%s, signed 16 bits", row.name) << uid << knownImage(16, 16, true) << 0 << 0;
        }
        QTest::addRow("JPEG baseline, 8 bits")
            << QByteArray("1.2.840.10008.1.2.4.50") << knownImage(8, 8, false) << 0 << 6;
        QTest::addRow("JPEG extended, 12 bits")
            << QByteArray("1.2.840.10008.1.2.4.51") << knownImage(16, 12, false) << 0 << 60;
    }
    void everyTransferSyntaxGivesTheKnownPixels() {
        QFETCH(QByteArray, syntax);
        QFETCH(KnownImage, image);
        QFETCH(int, nearLossless);
        QFETCH(int, tolerance);
        const fs::path path = files_.path("encoded.dcm");
        writeWithDcmtk(path, {syntax.data(), static_cast<std::size_t>(syntax.size())}, image, nearLossless);
        const auto decoded = decodeFrame(path);
        QCOMPARE(decoded->height, static_cast<int>(image.rows));
        QCOMPARE(decoded->width, static_cast<int>(image.columns));
        QCOMPARE(decoded->bitsStored, static_cast<int>(image.bitsStored));
        const int difference = largestDifference(valuesOf(*decoded), valuesOf(image));
        QVERIFY2(difference <= tolerance, qPrintable(QString::number(difference)));
    }

    void jpeg2000GivesTheKnownPixels_data() {
        QTest::addColumn<KnownImage>("image");
        QTest::addColumn<bool>("streamIsSigned");
        QTest::addRow("8 bits") << knownImage(8, 8, false) << false;
        QTest::addRow("12 of 16 bits") << knownImage(16, 12, false) << false;
        QTest::addRow("16 bits") << knownImage(16, 16, false) << false;
        QTest::addRow("signed 16 bits") << knownImage(16, 16, true) << true;
        QTest::addRow("signed 14 of 16 bits") << knownImage(16, 14, true) << true;
        QTest::addRow("header signed, stream unsigned") << knownImage(16, 13, true) << false;
        QTest::addRow("RGB with component transform") << knownImage(8, 8, false, 3) << false;
    }
    void jpeg2000GivesTheKnownPixels() {
        QFETCH(KnownImage, image);
        QFETCH(bool, streamIsSigned);
        DicomBytes dataset = image.samples == 3
                                 ? colourHeader(image.rows, image.columns, "YBR_RCT", 0)
                                 : greyHeader(image.rows, image.columns, image.bitsAllocated,
                                              image.bitsStored, image.bitsStored - 1, image.isSigned ? 1 : 0);
        dataset.fragments({jpeg2000Codestream(image, streamIsSigned)});
        QCOMPARE(valuesOf(*files_.decode(dataset, kJpeg2000)), valuesOf(image));
    }

    void bitsOutsideBitsStoredAreNoPixels_data() {
        QTest::addColumn<int>("stored");
        QTest::addColumn<int>("highBit");
        QTest::addColumn<int>("representation");
        QTest::addColumn<QList<int>>("expected");
        // Words F123, 0FFF, 8800.
        QTest::addRow("overlay in the upper 4 bits") << 12 << 11 << 0 << QList<int>{0x123, 0xFFF, 0x800};
        QTest::addRow("signed 12 bits") << 12 << 11 << 1 << QList<int>{0x123, -1, -2048};
        QTest::addRow("stored in the upper 12 bits") << 12 << 15 << 0 << QList<int>{0xF12, 0x0FF, 0x880};
        QTest::addRow("signed, in the upper 12 bits") << 12 << 15 << 1 << QList<int>{-238, 255, -1920};
        QTest::addRow("one bit of 16") << 1 << 0 << 0 << QList<int>{1, 1, 0};
    }
    void bitsOutsideBitsStoredAreNoPixels() {
        QFETCH(int, stored);
        QFETCH(int, highBit);
        QFETCH(int, representation);
        QFETCH(QList<int>, expected);
        for (const auto encoding :
             {Encoding::ExplicitLittle, Encoding::ExplicitBig, Encoding::ImplicitLittle}) {
            auto dataset = greyHeader(1, 3, 16, static_cast<unsigned>(stored), static_cast<unsigned>(highBit),
                                      static_cast<unsigned>(representation), encoding);
            dataset.raw(kPixelData, "OW", words({0xF123, 0x0FFF, 0x8800}, encoding));
            const auto syntax = encoding == Encoding::ExplicitBig      ? kExplicitBig
                                : encoding == Encoding::ImplicitLittle ? kImplicitLittle
                                                                       : kExplicitLittle;
            QCOMPARE(valuesOf(*files_.decode(dataset, syntax)),
                     std::vector<int>(expected.begin(), expected.end()));
        }
    }

    void eightBitSignedPixelsKeepTheirSign() {
        auto dataset = greyHeader(1, 4, 8, 8, 7, 1);
        dataset.raw(kPixelData, "OB", toBytes("\x7F\x80\xFF\x01"));
        QCOMPARE(valuesOf(*files_.decode(dataset)), (std::vector<int>{127, -128, -1, 1}));
    }

    void singleBitsFollowOneAnotherAcrossFrames() {
        // 3 × 3 pixels: the second frame begins with the 10th bit. PS3.5 8.1.1: the first bit is the lowest.
        auto dataset = std::move(DicomBytes()
                                     .us(0x00280002, {1})
                                     .text(0x00280004, "CS", "MONOCHROME2")
                                     .text(0x00280008, "IS", "2")
                                     .us(0x00280010, {3})
                                     .us(0x00280011, {3})
                                     .us(0x00280100, {1})
                                     .us(0x00280101, {1})
                                     .us(0x00280102, {0})
                                     .us(0x00280103, {0}));
        dataset.raw(kPixelData, "OB",
                    {std::byte{0b01010101}, std::byte{0b00000110}, std::byte{0b11}, std::byte{0}});
        QCOMPARE(valuesOf(*files_.decode(dataset)), (std::vector<int>{1, 0, 1, 0, 1, 0, 1, 0, 0}));
        QCOMPARE(valuesOf(*files_.decode(dataset, kExplicitLittle, 1)),
                 (std::vector<int>{1, 1, 0, 0, 0, 0, 0, 1, 1}));
    }

    void everyFrameIsItsOwn() {
        auto dataset = imageHeader(Encoding::ExplicitLittle, {.rows = 1, .columns = 2, .frames = 3});
        dataset.raw(kPixelData, "OB", toBytes("abcdef"));
        const auto path = files_.write(dicomFile(kExplicitLittle, dataset.bytes()));
        QCOMPARE(valuesOf(*decodeFrame(path, 1)), (std::vector<int>{'c', 'd'}));
        QCOMPARE(valuesOf(*decodeFrame(path, 2)), (std::vector<int>{'e', 'f'}));
        for (const int frame : {-1, 3})
            QCOMPARE(problemOf([&] { decodeFrame(path, frame); }), ProblemKind::FrameNumberInvalid);
    }

    void planarColourIsInterleaved() {
        auto dataset = colourHeader(1, 2, "RGB", 1);
        dataset.raw(kPixelData, "OB", toBytes("rRgGbB"));
        QCOMPARE(valuesOf(*files_.decode(dataset)), (std::vector<int>{'r', 'g', 'b', 'R', 'G', 'B'}));
    }

    void ybrBecomesRgb_data() {
        QTest::addColumn<QByteArray>("photometric");
        QTest::addColumn<QByteArray>("stored");
        const QList<int> red{254, 0, 0};
        // PS3.3 C.7.6.3.1.2: pure red is Y 76, Cb 85, Cr 255.
        QTest::addRow("full") << QByteArray("YBR_FULL") << QByteArray("\x4C\x55\xFF\x4C\x55\xFF", 6);
        QTest::addRow("4:2:2") << QByteArray("YBR_FULL_422") << QByteArray("\x4C\x4C\x55\xFF", 4);
        QTest::addRow("called 4:2:2, stored whole")
            << QByteArray("YBR_FULL_422") << QByteArray("\x4C\x55\xFF\x4C\x55\xFF", 6);
    }
    void ybrBecomesRgb() {
        QFETCH(QByteArray, photometric);
        QFETCH(QByteArray, stored);
        auto dataset = colourHeader(1, 2, photometric.toStdString(), 0);
        dataset.raw(kPixelData, "OB", toBytes({stored.data(), static_cast<std::size_t>(stored.size())}));
        QCOMPARE(valuesOf(*files_.decode(dataset)), (std::vector<int>{254, 0, 0, 254, 0, 0}));
    }

    void paletteGivesColoursAndClampsIndices() {
        auto dataset = std::move(DicomBytes()
                                     .us(0x00280002, {1})
                                     .text(0x00280004, "CS", "PALETTE COLOR")
                                     .us(0x00280010, {1})
                                     .us(0x00280011, {4})
                                     .us(0x00280100, {8})
                                     .us(0x00280101, {8})
                                     .us(0x00280102, {7})
                                     .us(0x00280103, {0}));
        for (const Tag tag : {0x00281101U, 0x00281102U, 0x00281103U}) dataset.us(tag, {2, 10, 16});
        dataset.raw(0x00281201, "OW", words({0x1000, 0x2000})).raw(0x00281202, "OW", words({0x3000, 0x4000}));
        dataset.raw(0x00281203, "OW", words({0xFF00, 0x0100}));
        dataset.raw(kPixelData, "OB", {std::byte{0}, std::byte{10}, std::byte{11}, std::byte{200}});
        const auto image = files_.decode(dataset);
        QVERIFY(image->isColour());
        QCOMPARE(valuesOf(*image),
                 (std::vector<int>{0x10, 0x30, 0xFF, 0x10, 0x30, 0xFF, 0x20, 0x40, 1, 0x20, 0x40, 1}));
    }

    void segmentedPaletteIsExpanded() {
        auto dataset = std::move(DicomBytes()
                                     .us(0x00280002, {1})
                                     .text(0x00280004, "CS", "PALETTE COLOR")
                                     .us(0x00280010, {1})
                                     .us(0x00280011, {2})
                                     .us(0x00280100, {8})
                                     .us(0x00280101, {8})
                                     .us(0x00280102, {7})
                                     .us(0x00280103, {0}));
        for (const Tag tag : {0x00281101U, 0x00281102U, 0x00281103U}) dataset.us(tag, {5, 0, 16});
        // One discrete entry 0, then four steps up to 0x4000.
        for (const Tag tag : {0x00281221U, 0x00281222U, 0x00281223U})
            dataset.raw(tag, "OW", words({0, 1, 0, 1, 4, 0x4000}));
        dataset.raw(kPixelData, "OB", {std::byte{1}, std::byte{4}});
        QCOMPARE(valuesOf(*files_.decode(dataset)), (std::vector<int>{0x10, 0x10, 0x10, 0x40, 0x40, 0x40}));
    }

    void framesOfSeveralFragmentsAreJoined_data() {
        QTest::addColumn<bool>("withOffsets");
        QTest::addRow("by the basic offset table") << true;
        QTest::addRow("by the streams' beginnings") << false;
    }
    void framesOfSeveralFragmentsAreJoined() {
        QFETCH(bool, withOffsets);
        const auto first = knownImage(8, 8, false);
        auto second = first;
        std::reverse(second.values.begin(), second.values.end());
        std::vector<Bytes> fragments;
        std::vector<std::uint32_t> offsets;
        std::uint32_t offset = 0;
        for (const auto& image : {first, second}) {
            const Bytes stream = jpeg2000Codestream(image, false);
            offsets.push_back(offset);
            const auto middle = stream.begin() + 40;
            fragments.emplace_back(stream.begin(), middle);
            fragments.emplace_back(middle, stream.end());
            offset += static_cast<std::uint32_t>(stream.size()) + 16;
        }
        auto dataset = imageHeader(Encoding::ExplicitLittle,
                                   {.rows = first.rows, .columns = first.columns, .frames = 2});
        dataset.fragments(fragments, withOffsets ? offsets : std::vector<std::uint32_t>{});
        QCOMPARE(valuesOf(*files_.decode(dataset, kJpeg2000, 0)), valuesOf(first));
        QCOMPARE(valuesOf(*files_.decode(dataset, kJpeg2000, 1)), valuesOf(second));
    }
};

QTEST_APPLESS_MAIN(TestPixelDecoder)
#include "tst_pixel_decoder.moc"
