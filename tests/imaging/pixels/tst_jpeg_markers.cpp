// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "imaging/error.h"
#include "imaging/pixels/jpeg.h"
#include "imaging/pixels/jpeg_markers.h"
#include "tests/support/dicom_bytes.h"

using namespace residua;
using namespace residua::test;

namespace {

const std::string kSoi("\xFF\xD8", 2);
const std::string kEoi("\xFF\xD9", 2);
const std::string kFrame("\xFF\xC0\0\x0B\x08\0\x10\0\x20\1\1\x11\0", 13);  // 32 × 16, 8 bits, 1 component
const std::string kScan("\xFF\xDA\0\x08\1\1\0\0\x3F\0", 10);
const std::string kColourFrame("\xFF\xC0\0\x11\x08\0\x10\0\x20\3\1\x22\0\2\x11\0\3\x11\0", 19);
const std::string kColourIds("\xFF\xC0\0\x11\x08\0\x10\0\x20\3R\x11\0G\x11\0B\x11\0", 19);
const std::string kPlainFrame("\xFF\xC0\0\x11\x08\0\x10\0\x20\3\1\x11\0\2\x11\0\3\x11\0", 19);
const std::string kJfif("\xFF\xE0\0\x07JFIF\0", 9);
const std::string kAdobeRgb(
    "\xFF\xEE\0\x0E"
    "Adobe\0\x64\0\0\0\0\0",
    16);
const std::string kAdobeYbr(
    "\xFF\xEE\0\x0E"
    "Adobe\0\x64\0\0\0\0\1",
    16);

JpegStream walk(const std::string& stream) {
    return walkJpegMarkers(toBytes(stream));
}

}  // namespace

class TestJpegMarkers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void frameIsDescribed() {
        const auto marked = walk(kSoi + kFrame + kScan + "data" + kEoi);
        QCOMPARE(marked.frameMarker, std::uint8_t{0xC0});
        QCOMPARE(marked.width, 32);
        QCOMPARE(marked.height, 16);
        QCOMPARE(marked.precision, 8);
        QCOMPARE(marked.components, 1);
    }

    void entropyDataMayHoldStuffingAndRestarts() {
        const std::string data("\x12\xFF\0\xFF\xD0\x34\xFF\xFF\xD7", 9);
        QCOMPARE(walk(kSoi + kFrame + kScan + data + kEoi).width, 32);
    }

    void jpegLsStuffsABitBehindFF() {
        const std::string frame("\xFF\xF7\0\x0B\x0C\0\x10\0\x20\1\1\x11\0", 13);
        const std::string scan("\xFF\xDA\0\x08\1\1\0\0\0\0", 10);
        const auto marked = walk(kSoi + frame + scan + std::string("\xFF\x7F\xFF\x01", 4) + kEoi);
        QCOMPARE(marked.frameMarker, std::uint8_t{0xF7});
        QCOMPARE(marked.precision, 12);
    }

    void flatImagesOfManyPixelsAreLetPass() {
        // 1024 × 1024 flat samples take two bits for a block of 64 (T.81 F.1.2).
        const std::string frame("\xFF\xC0\0\x0B\x08\x04\0\x04\0\1\1\x11\0", 13);
        QCOMPARE(walk(kSoi + frame + kScan + std::string(4096, '\x28') + kEoi).width, 1024);
    }

    void severalScansAndAMissingEndAreLetPass() {
        QCOMPARE(walk(kSoi + kPlainFrame + kScan + "one" + kScan + "two").height, 16);
    }

    void badStreamsAreRefused_data() {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<ProblemKind>("kind");
        const auto add = [](const char* name, const std::string& stream, ProblemKind kind) {
            QTest::addRow("%s", name) << QByteArray::fromStdString(stream) << kind;
        };
        using enum ProblemKind;
        add("FF01 before the frame: decoders loop for ever", kSoi + "\xFF\x01" + kFrame + kScan + kEoi,
            JpegMarkerForbidden);
        add("FF01 behind the frame", kSoi + kFrame + "\xFF\x01" + kScan + kEoi, JpegMarkerForbidden);
        add("FF01 in the scan", kSoi + kFrame + kScan + "ab\xFF\x01" + kEoi, JpegMarkerForbidden);
        add("a restart outside a scan", kSoi + "\xFF\xD3" + kFrame + kScan + kEoi, JpegMarkerForbidden);
        add("a second start", kSoi + kSoi + kFrame + kScan + kEoi, JpegMarkerForbidden);
        add("a reserved marker", kSoi + "\xFF\x42" + kFrame + kScan + kEoi, JpegMarkerForbidden);
        add("no start", kFrame + kScan + kEoi, CodestreamInvalid);
        add("nothing", "", CodestreamInvalid);
        add("no frame", kSoi + kScan + "ab" + kEoi, CodestreamInvalid);
        add("no scan", kSoi + kFrame + kEoi, CodestreamInvalid);
        add("two frames", kSoi + kFrame + kFrame + kScan + kEoi, CodestreamInvalid);
        add("segment beyond the end", kSoi + kFrame + std::string("\xFF\xC4\x7F\xFF", 4) + kEoi,
            CodestreamInvalid);
        add("segment of length 1", kSoi + std::string("\xFF\xC4\0\1", 4) + kFrame + kScan + kEoi,
            CodestreamInvalid);
        add("rubbish between segments", kSoi + "rubbish" + kFrame + kScan + kEoi, CodestreamInvalid);
        add("sampling factor 0",
            kSoi + std::string("\xFF\xC0\0\x0B\x08\0\x10\0\x20\1\1\0\0", 13) + kScan + kEoi,
            CodestreamInvalid);
        add("a frame of 128 × 256 that so few bytes cannot fill",
            kSoi + std::string("\xFF\xC0\0\x0B\x08\0\x80\1\0\1\1\x11\0", 13) + kScan + kEoi,
            CodestreamInvalid);
        add("lossless samples of less than a bit",
            kSoi + std::string("\xFF\xC3\0\x0B\x10\0\x40\0\x40\1\1\x11\0", 13) + kScan + "ab" + kEoi,
            CodestreamInvalid);
        std::string manyScans =
            kSoi + std::string("\xFF\xC2\0\x0B\x08\x10\0\x10\0\1\1\x11\0", 13);  // 4096 × 4096
        for (int i = 0; i < 100; ++i) manyScans += kScan + std::string(i == 0 ? 40'000 : 100, 'a');
        add("a hundred scans over a large frame", manyScans + kEoi, FrameTooLarge);
        add("more components than the segment holds",
            kSoi + std::string("\xFF\xC0\0\x0B\x08\0\x10\0\x20\3\1\x11\0", 13) + kScan + kEoi,
            CodestreamInvalid);
    }
    void badStreamsAreRefused() {
        QFETCH(QByteArray, stream);
        QFETCH(ProblemKind, kind);
        try {
            walk(stream.toStdString());
            QFAIL("the stream must be refused");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, kind);
        }
    }

    void everyTruncationIsRefusedOrWhole() {
        const std::string stream = kSoi + kJfif + kAdobeYbr + kColourFrame + kScan + "data" + kEoi;
        const std::size_t scanned = stream.size() - kEoi.size() - 4;  // from here on frame and scan are there
        for (std::size_t length = 0; length < stream.size(); ++length) {
            bool refused = false;
            try {
                walk(stream.substr(0, length));
            } catch (const Error&) {
                refused = true;
            }
            QCOMPARE(refused, length < scanned);
        }
    }

    void markersTellTheColours_data() {
        QTest::addColumn<QByteArray>("segments");
        QTest::addColumn<bool>("rgbOtherwise");
        QTest::addColumn<bool>("rgb");
        const auto add = [](const char* name, const std::string& segments, bool otherwise, bool rgb) {
            QTest::addRow("%s", name) << QByteArray::fromStdString(segments) << otherwise << rgb;
        };
        add("Adobe says RGB", kAdobeRgb + kPlainFrame, false, true);
        add("Adobe says YCbCr", kAdobeYbr + kPlainFrame, true, false);
        add("JFIF is YCbCr", kJfif + kPlainFrame, true, false);
        add("components named R, G, B", kColourIds, false, true);
        add("only chroma is subsampled", kColourFrame, true, false);
        add("nothing said: the header counts", kPlainFrame, true, true);
        add("nothing said: YCbCr by the header", kPlainFrame, false, false);
    }
    void markersTellTheColours() {
        QFETCH(QByteArray, segments);
        QFETCH(bool, rgbOtherwise);
        QFETCH(bool, rgb);
        const auto marked = walk(kSoi + segments.toStdString() + kScan + kEoi);
        const auto colour = jpegColour(marked, rgbOtherwise ? JpegColour::Rgb : JpegColour::Ybr);
        QCOMPARE(colour == JpegColour::Rgb, rgb);
    }
};

QTEST_APPLESS_MAIN(TestJpegMarkers)
#include "tst_jpeg_markers.moc"
