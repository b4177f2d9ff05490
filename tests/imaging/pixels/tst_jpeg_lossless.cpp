// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "imaging/error.h"
#include "imaging/pixels/jpeg_lossless.h"
#include "imaging/pixels/pixel_decoder.h"
#include "tests/imaging/pixels/encoded_dicom.h"
#include "tests/imaging/pixels/pixel_files.h"

using namespace residua;
using namespace residua::test;

namespace {

using Stream = std::vector<std::uint8_t>;

/// 8 columns, 8 bits; codes: 0 = no difference, 10 and a bit = -1 or 1, 110 = 32768.
Stream streamOf(std::uint8_t rows, std::uint8_t restartPixels, const Stream& scan,
                std::uint8_t pointTransform = 0) {
    Stream stream;
    const auto add = [&stream](const Stream& part) { stream.insert(stream.end(), part.begin(), part.end()); };
    add({0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 8, 0, rows, 0, 8, 1, 1, 0x11, 0});
    add({0xFF, 0xC4, 0, 22, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 16});
    if (restartPixels) add({0xFF, 0xDD, 0, 4, 0, restartPixels});
    add({0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 0, pointTransform});
    add(scan);
    add({0xFF, 0xD9});
    return stream;
}

std::vector<int> decoded(const Stream& stream, std::size_t count) {
    const auto bytes = std::as_bytes(std::span(stream));
    std::vector<std::uint8_t> samples(count);
    const bool done =
        decodeLosslessJpeg(bytes, walkJpegMarkers(bytes), std::as_writable_bytes(std::span(samples)));
    return done ? std::vector<int>(samples.begin(), samples.end()) : std::vector<int>();
}

std::vector<int> rowsOf(std::initializer_list<int> values) {
    std::vector<int> all;
    for (const int value : values) all.insert(all.end(), 8, value);
    return all;
}

// A row of 8 that rises by one at its first pixel: 101 0000000, filled up with ones.
const Stream kRising{0xA0, 0x3F};

}  // namespace

class TestJpegLossless : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPredictorGivesTheKnownPixels_data() {
        QTest::addColumn<int>("predictor");
        QTest::addColumn<int>("samples");
        for (int predictor = 1; predictor <= 7; ++predictor)
            for (const int samples : {1, 3})
                QTest::addRow("predictor %d, %d samples", predictor, samples) << predictor << samples;
    }
    void everyPredictorGivesTheKnownPixels() {
        QFETCH(int, predictor);
        QFETCH(int, samples);
        const auto image = samples == 3 ? knownImage(8, 8, false, 3) : knownImage(16, 12, false);
        const PixelFiles files;
        writeWithDcmtk(files.path(), "1.2.840.10008.1.2.4.57", image, 0, predictor);
        QCOMPARE(valuesOf(*decodeFrame(files.path())),
                 std::vector<int>(image.values.begin(), image.values.end()));
    }

    void predictionBeginsAnewBehindARestartMarker() {
        Stream scan = kRising;
        scan.insert(scan.end(), {0xFF, 0xD0});
        scan.insert(scan.end(), kRising.begin(), kRising.end());
        QCOMPARE(decoded(streamOf(2, 8, scan), 16), rowsOf({129, 129}));
    }

    void rowsRiseFromTheRowAboveWithoutRestarts() {
        // Two rows of ten bits each: 1010000000 1010000000, filled up.
        QCOMPARE(decoded(streamOf(2, 0, {0xA0, 0x28, 0x0F}), 16), rowsOf({129, 130}));
    }

    void pointTransformShiftsThePixels() {
        QCOMPARE(decoded(streamOf(1, 0, kRising, 2), 8), rowsOf({(32 + 1) << 2}));
    }

    void differenceOf32768HasNoFurtherBits() {
        // 110 0000000: modulo 2^16 as T.81 H.1.2.1 asks, of which 8 bits stay.
        QCOMPARE(decoded(streamOf(1, 0, {0xC0, 0x3F}), 8), rowsOf({128}));
    }

    void oddRestartIntervalsAreLeftToAnotherDecoder() {
        QVERIFY(decoded(streamOf(1, 5, kRising), 8).empty());
    }

    void damagedScansAreRefused_data() {
        QTest::addColumn<QByteArray>("scan");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("restart");
        QTest::addRow("ends early") << QByteArray("\xA0", 1) << 1 << 0;
        QTest::addRow("nearly empty, many rows") << QByteArray("\xA0", 1) << 64 << 0;
        QTest::addRow("a code in no table") << QByteArray("\xFF\x00\xFF\x00", 4) << 1 << 0;
        QTest::addRow("a restart marker is missing") << QByteArray("\xA0\x3F\xA0\x3F", 4) << 2 << 8;
        QTest::addRow("a restart marker too many") << QByteArray("\xA0\x3F\xFF\xD0\xA0\x3F", 6) << 1 << 8;
        QTest::addRow("an interval ends early") << QByteArray("\xFF\xD0\xA0\x3F\xA0\x3F", 6) << 2 << 8;
    }
    void damagedScansAreRefused() {
        QFETCH(QByteArray, scan);
        QFETCH(int, rows);
        QFETCH(int, restart);
        const auto stream = streamOf(static_cast<std::uint8_t>(rows), static_cast<std::uint8_t>(restart),
                                     Stream(scan.begin(), scan.end()));
        QCOMPARE(problemOf([&] { decoded(stream, static_cast<std::size_t>(8 * rows)); }),
                 ProblemKind::CodestreamInvalid);
    }

    void anyChangedByteIsDecodedOrRefused() {
        Stream scan = kRising;
        scan.insert(scan.end(), {0xFF, 0xD0});
        scan.insert(scan.end(), kRising.begin(), kRising.end());
        const Stream whole = streamOf(2, 8, scan);
        for (std::size_t at = 0; at < whole.size(); ++at) {
            for (int value = 0; value < 256; ++value) {
                Stream changed = whole;
                changed[at] = static_cast<std::uint8_t>(value);
                try {
                    const auto bytes = std::as_bytes(std::span(changed));
                    const auto marked = walkJpegMarkers(bytes);
                    const auto count =
                        static_cast<std::size_t>(marked.width * marked.height * marked.components);
                    if (count > 1 << 16 || marked.frameMarker != 0xC3) continue;
                    std::vector<std::byte> samples(count * (marked.precision > 8 ? 2 : 1));
                    decodeLosslessJpeg(bytes, marked, samples);
                } catch (const Error&) {
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestJpegLossless)
#include "tst_jpeg_lossless.moc"
