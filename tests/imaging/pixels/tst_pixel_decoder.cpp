// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "encoded_dicom.h"
#include "imaging/error.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/file_gate.h"
#include "small_dataset.h"
#include "tests/support/dicom_bytes.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

Q_DECLARE_METATYPE(residua::test::KnownImage)
Q_DECLARE_METATYPE(residua::test::Bytes)

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

    QTemporaryDir folder_;

    fs::path write(const Bytes& file) {
        const fs::path path = fs::path(folder_.path().toStdString()) / "image.dcm";
        writeBytes(path, file);
        return path;
    }
    std::shared_ptr<const Image> decodeDataset(const DicomBytes& dataset,
                                               std::string_view syntax = kExplicitLittle, int frame = 0) {
        return decodeFrame(write(dicomFile(syntax, dataset.bytes())), frame);
    }
    template <typename Work>
    static ProblemKind problemOf(Work work) {
        try {
            work();
        } catch (const Error& error) {
            return error.problem().kind;
        }
        return ProblemKind::Unexpected;
    }

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
        const fs::path path = fs::path(folder_.path().toStdString()) / "encoded.dcm";
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
        QCOMPARE(valuesOf(*decodeDataset(dataset, kJpeg2000)), valuesOf(image));
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
            QCOMPARE(valuesOf(*decodeDataset(dataset, syntax)),
                     std::vector<int>(expected.begin(), expected.end()));
        }
    }

    void eightBitSignedPixelsKeepTheirSign() {
        auto dataset = greyHeader(1, 4, 8, 8, 7, 1);
        dataset.raw(kPixelData, "OB", toBytes("\x7F\x80\xFF\x01"));
        QCOMPARE(valuesOf(*decodeDataset(dataset)), (std::vector<int>{127, -128, -1, 1}));
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
        QCOMPARE(valuesOf(*decodeDataset(dataset)), (std::vector<int>{1, 0, 1, 0, 1, 0, 1, 0, 0}));
        QCOMPARE(valuesOf(*decodeDataset(dataset, kExplicitLittle, 1)),
                 (std::vector<int>{1, 1, 0, 0, 0, 0, 0, 1, 1}));
    }

    void everyFrameIsItsOwn() {
        auto dataset = imageHeader(Encoding::ExplicitLittle, {.rows = 1, .columns = 2, .frames = 3});
        dataset.raw(kPixelData, "OB", toBytes("abcdef"));
        const auto path = write(dicomFile(kExplicitLittle, dataset.bytes()));
        QCOMPARE(valuesOf(*decodeFrame(path, 1)), (std::vector<int>{'c', 'd'}));
        QCOMPARE(valuesOf(*decodeFrame(path, 2)), (std::vector<int>{'e', 'f'}));
        for (const int frame : {-1, 3})
            QCOMPARE(problemOf([&] { decodeFrame(path, frame); }), ProblemKind::FrameNumberInvalid);
    }

    void planarColourIsInterleaved() {
        auto dataset = colourHeader(1, 2, "RGB", 1);
        dataset.raw(kPixelData, "OB", toBytes("rRgGbB"));
        QCOMPARE(valuesOf(*decodeDataset(dataset)), (std::vector<int>{'r', 'g', 'b', 'R', 'G', 'B'}));
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
        QCOMPARE(valuesOf(*decodeDataset(dataset)), (std::vector<int>{254, 0, 0, 254, 0, 0}));
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
        QCOMPARE(valuesOf(*decodeDataset(dataset, kJpeg2000, 0)), valuesOf(first));
        QCOMPARE(valuesOf(*decodeDataset(dataset, kJpeg2000, 1)), valuesOf(second));
    }

    void headersThatContradictThemselvesAreNamed_data() {
        QTest::addColumn<Bytes>("dataset");
        QTest::addColumn<ProblemKind>("kind");
        const auto add = [](const char* name, DicomBytes header, ProblemKind kind) {
            QTest::addRow("%s", name) << header.raw(kPixelData, "OW", Bytes(64)).bytes() << kind;
        };
        add("more bits stored than allocated", greyHeader(2, 2, 8, 12, 11, 0),
            ProblemKind::PixelHeaderInvalid);
        add("no bits stored", greyHeader(2, 2, 8, 0, 7, 0), ProblemKind::PixelHeaderInvalid);
        add("high bit below the stored ones", greyHeader(2, 2, 16, 12, 7, 0),
            ProblemKind::PixelHeaderInvalid);
        add("high bit outside the container", greyHeader(2, 2, 16, 12, 16, 0),
            ProblemKind::PixelHeaderInvalid);
        add("no rows", greyHeader(0, 2, 8, 8, 7, 0), ProblemKind::PixelHeaderInvalid);
        add("24 bits", greyHeader(2, 2, 24, 24, 23, 0), ProblemKind::PixelFormatUnsupported);
        add("colour with one sample",
            std::move(DicomBytes()
                          .us(0x00280002, {1})
                          .text(0x00280004, "CS", "RGB")
                          .us(0x00280010, {2})
                          .us(0x00280011, {2})
                          .us(0x00280100, {8})
                          .us(0x00280101, {8})
                          .us(0x00280102, {7})
                          .us(0x00280103, {0})),
            ProblemKind::PixelHeaderInvalid);
        add("no photometric interpretation",
            std::move(DicomBytes()
                          .us(0x00280002, {1})
                          .us(0x00280010, {2})
                          .us(0x00280011, {2})
                          .us(0x00280100, {8})
                          .us(0x00280101, {8})
                          .us(0x00280102, {7})
                          .us(0x00280103, {0})),
            ProblemKind::PixelHeaderInvalid);
        add("a colour space of the past", colourHeader(2, 2, "HSV", 0), ProblemKind::PixelFormatUnsupported);
        add("palette colour without a palette",
            std::move(DicomBytes()
                          .us(0x00280002, {1})
                          .text(0x00280004, "CS", "PALETTE COLOR")
                          .us(0x00280010, {2})
                          .us(0x00280011, {2})
                          .us(0x00280100, {8})
                          .us(0x00280101, {8})
                          .us(0x00280102, {7})
                          .us(0x00280103, {0})),
            ProblemKind::PixelHeaderInvalid);
        QTest::addRow("no pixels") << greyHeader(2, 2, 8, 8, 7, 0).bytes() << ProblemKind::PixelDataMissing;
    }
    void headersThatContradictThemselvesAreNamed() {
        QFETCH(Bytes, dataset);
        QFETCH(ProblemKind, kind);
        const auto path = write(dicomFile(kExplicitLittle, dataset));
        try {
            decodeFrame(path);
            QFAIL("the header must be refused");
        } catch (const Error& error) {
            QCOMPARE(QString::fromStdString(std::string(kindName(error.problem().kind))),
                     QString::fromStdString(std::string(kindName(kind))));
            QCOMPARE(error.problem().path, path);
        }
    }

    void unknownTransferSyntaxIsNamed() {
        auto dataset = imageHeader(Encoding::ExplicitLittle);
        dataset.fragments({Bytes(100)});
        QCOMPARE(problemOf([&] { decodeDataset(dataset, "1.2.840.10008.1.2.4.94"); }),
                 ProblemKind::TransferSyntaxUnsupported);
        QVERIFY(!canDecode("1.2.840.10008.1.2.4.94"));
        QVERIFY(canDecode("1.2.840.10008.1.2.4.201"));
    }

    void codestreamOfAnotherSizeIsRefusedBeforeItIsDecoded() {
        const auto image = knownImage(8, 8, false);
        for (const auto syntax : {kJpeg2000, kJpegBaseline}) {
            auto dataset = greyHeader(image.rows, image.columns + 1, 8, 8, 7, 0);
            const Bytes jpeg =
                toBytes(std::string_view("\xFF\xD8\xFF\xC0\0\x0B\x08\0\x14\0\x1A\1\1\x11\0"
                                         "\xFF\xDA\0\x08\1\1\0\0\x3F\0\0\xFF\xD9",
                                         29));
            dataset.fragments({syntax == kJpeg2000 ? jpeg2000Codestream(image, false) : jpeg});
            QCOMPARE(problemOf([&] { decodeDataset(dataset, syntax); }), ProblemKind::CodestreamMismatch);
        }
    }

    void streamsThatEndEarlyAreRefused_data() {
        QTest::addColumn<QByteArray>("syntax");
        for (const auto syntax : {kJpegBaseline, kJpegLossless, kJpegLs, kJpeg2000, kRle})
            QTest::addRow("%s", syntax.data()) << QByteArray(syntax.data());
    }
    void streamsThatEndEarlyAreRefused() {
        QFETCH(QByteArray, syntax);
        const auto image = knownImage(8, 8, false);
        auto dataset = greyHeader(image.rows, image.columns, 8, 8, 7, 0);
        Bytes stream;
        if (syntax == QByteArray(kJpeg2000.data())) {
            stream = jpeg2000Codestream(image, false);
        } else {
            const fs::path path = fs::path(folder_.path().toStdString()) / "encoded.dcm";
            writeWithDcmtk(path, syntax.toStdString(), image);
            const GatedFile file = readGatedFile(path);
            const auto fragment =
                file.report.pixelDataOffset + 8 + 4 + 8;  // table of one offset, item header
            stream.assign(file.bytes.begin() + static_cast<std::ptrdiff_t>(fragment), file.bytes.end() - 8);
        }
        stream.resize(stream.size() * 3 / 4 / 2 * 2);
        dataset.fragments({stream});
        const ProblemKind kind = problemOf([&] { decodeDataset(dataset, syntax.toStdString()); });
        QVERIFY2(kind == ProblemKind::CodestreamInvalid || kind == ProblemKind::FragmentInvalid,
                 kindName(kind).data());
    }
};

QTEST_APPLESS_MAIN(TestPixelDecoder)
#include "tst_pixel_decoder.moc"
