// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>

#include <QtTest>
#include <cstring>

#include "encoded_dicom.h"
#include "imaging/pixels/jpeg2000_header.h"
#include "pixel_files.h"

using namespace residua;
using namespace residua::test;

class TestPixelRefusals : public QObject {
    Q_OBJECT

    PixelFiles files_;

private Q_SLOTS:
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
};

QTEST_APPLESS_MAIN(TestPixelRefusals)
#include "tst_pixel_refusals.moc"
