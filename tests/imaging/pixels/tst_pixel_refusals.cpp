// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>

#include <QtTest>
#include <cstring>

#include "encoded_dicom.h"
#include "imaging/pixels/jpeg2000_header.h"
#include "imaging/study/file_gate.h"
#include "pixel_files.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

Q_DECLARE_METATYPE(residua::test::Bytes)

class TestPixelRefusals : public QObject {
    Q_OBJECT

    PixelFiles files_;

private Q_SLOTS:
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
        add("32 bits", greyHeader(2, 2, 32, 32, 31, 0), ProblemKind::PixelFormatUnsupported);
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
        const auto path = files_.write(dicomFile(kExplicitLittle, dataset));
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
        QCOMPARE(problemOf([&] { files_.decode(dataset, "1.2.840.10008.1.2.4.94"); }),
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
            QCOMPARE(problemOf([&] { files_.decode(dataset, syntax); }), ProblemKind::CodestreamMismatch);
        }
    }

    void jpeg2000StreamsThatAskForMillionsOfPartsAreRefused_data() {
        QTest::addColumn<int>("place");
        QTest::addColumn<QByteArray>("bytes");
        // ISO 15444-1 A.5.1, from SOC on: XTsiz and YTsiz stand at byte 24.
        QTest::addRow("tiles of one pixel") << 24 << QByteArray("\0\0\0\1\0\0\0\1", 8);
        QTest::addRow("tiles of no pixel") << 24 << QByteArray("\0\0\0\0\0\0\0\0", 8);
        QTest::addRow("image without width") << 8 << QByteArray("\0\0\0\0", 4);
    }
    void jpeg2000StreamsThatAskForMillionsOfPartsAreRefused() {
        QFETCH(int, place);
        QFETCH(QByteArray, bytes);
        const auto image = knownImage(8, 8, false);
        Bytes stream = jpeg2000Codestream(image, false);
        std::memcpy(&stream[static_cast<std::size_t>(place)], bytes.data(),
                    static_cast<std::size_t>(bytes.size()));
        auto dataset = greyHeader(image.rows, image.columns, 8, 8, 7, 0);
        dataset.fragments({stream});
        QCOMPARE(problemOf([&] { files_.decode(dataset, kJpeg2000); }), ProblemKind::CodestreamInvalid);
    }

    void precinctsBeyondTheStreamAreRefusedBeforeMemoryIsTaken() {
        // 4096 × 4096 in precincts of one pixel (A.6.1, Scod 1): 22 million of them in a hundred bytes.
        DicomBytes code(Encoding::ExplicitBig);
        code.put(0xFF4F, 2).put(0xFF51, 2).put(41, 2).put(0, 2).put(4096, 4).put(4096, 4).put(0, 8);
        code.put(4096, 4).put(4096, 4).put(0, 8).put(1, 2).put(7, 1).put(1, 1).put(1, 1);
        code.put(0xFF52, 2).put(14, 2).put(1, 1).put(0, 1).put(1, 2).put(0, 1);
        code.put(1, 1).put(4, 1).put(4, 1).put(0, 1).put(1, 1).put(0, 2).put(0xFF90, 2);
        PixelHeader header;
        header.rows = header.columns = 4096;
        header.bitsAllocated = header.bitsStored = 8;
        QCOMPARE(problemOf([&] { checkJpeg2000Header(code.bytes(), header); }),
                 ProblemKind::CodestreamInvalid);
    }

    void rleTooShortForItsFrameIsRefusedBeforeMemoryIsTaken() {
        auto dataset = greyHeader(512, 512, 8, 8, 7, 0);
        dataset.fragments({Bytes(512)});
        QCOMPARE(problemOf([&] { files_.decode(dataset, kRle); }), ProblemKind::FragmentInvalid);
    }

    void pipeIsNotWaitedFor() {
        const auto pipe = files_.path("pipe.dcm");
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        QCOMPARE(problemOf([&] { decodeFrame(pipe); }), ProblemKind::FileUnreadable);
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
            const fs::path path = files_.path("encoded.dcm");
            writeWithDcmtk(path, syntax.toStdString(), image);
            const GatedFile file = readGatedFile(path);
            const auto fragment =
                file.report.pixelDataOffset + 8 + 4 + 8;  // table of one offset, item header
            stream.assign(file.bytes.begin() + static_cast<std::ptrdiff_t>(fragment), file.bytes.end() - 8);
        }
        stream.resize(stream.size() * 3 / 4 / 2 * 2);
        dataset.fragments({stream});
        const ProblemKind kind = problemOf([&] { files_.decode(dataset, syntax.toStdString()); });
        QVERIFY2(kind == ProblemKind::CodestreamInvalid || kind == ProblemKind::FragmentInvalid,
                 kindName(kind).data());
    }
};

QTEST_APPLESS_MAIN(TestPixelRefusals)
#include "tst_pixel_refusals.moc"
