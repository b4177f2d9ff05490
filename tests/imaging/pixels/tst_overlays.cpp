// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "imaging/pixels/grey_pipeline.h"
#include "tests/imaging/pixels/pixel_files.h"

using namespace residua;
using namespace residua::test;

namespace {

/// 8-bit pixels 0, 1, 2, …
DicomBytes ramp(unsigned side, const DicomBytes& before, const DicomBytes& overlays, unsigned frames = 1) {
    DicomBytes dataset = before;
    DicomBytes header = greyHeader(side, side, 8, 8, 7, 0);
    dataset.append(header.bytes());
    if (frames > 1) dataset.text(0x00280008, "IS", std::to_string(frames));
    Bytes pixels;
    for (unsigned i = 0; i < side * side * frames; ++i) pixels.push_back(static_cast<std::byte>(i));
    if (pixels.size() % 2 != 0) pixels.push_back(std::byte{0});
    return std::move(dataset.append(overlays.bytes()).raw(kPixelData, "OW", pixels));
}

/// An overlay plane of its own element.
struct Plane {
    unsigned rows = 2, columns = 2, top = 1, left = 1;
    std::initializer_list<unsigned> bits;
    const char* type = "G";
    unsigned group = 0x6000;
};

DicomBytes overlay(const Plane& plane) {
    const auto tag = [&](unsigned element) { return plane.group << 16 | element; };
    DicomBytes bytes;
    bytes.us(tag(0x0010), {plane.rows}).us(tag(0x0011), {plane.columns}).text(tag(0x0040), "CS", plane.type);
    bytes.raw(tag(0x0050), "SS", words({plane.top, plane.left})).us(tag(0x0100), {1}).us(tag(0x0102), {0});
    return std::move(bytes.raw(tag(0x3000), "OW", words(plane.bits)));
}

/// The numbers of the pixels that have the bit.
std::vector<int> covered(const Image& image, std::uint8_t bit) {
    std::vector<int> pixels;
    for (std::size_t i = 0; i < image.cover.size(); ++i)
        if ((image.cover[i] & bit) != 0) pixels.push_back(static_cast<int>(i));
    return pixels;
}

/// The numbers of the pixels that are open, where there is a shutter.
std::vector<int> open(const Image& image) {
    std::vector<int> pixels;
    for (std::size_t i = 0; i < image.cover.size(); ++i)
        if ((image.cover[i] & kShuttered) == 0) pixels.push_back(static_cast<int>(i));
    return pixels;
}

using Pixels = std::vector<int>;

DicomBytes rectangle(const char* left, const char* right, const char* upper, const char* lower) {
    return std::move(DicomBytes()
                         .text(0x00181600, "CS", "RECTANGULAR")
                         .text(0x00181602, "IS", left)
                         .text(0x00181604, "IS", right)
                         .text(0x00181606, "IS", upper)
                         .text(0x00181608, "IS", lower));
}

}  // namespace

/// What lies over an image: overlays and display shutters.
class TestOverlays : public QObject {
    Q_OBJECT

    PixelFiles files_;

private Q_SLOTS:
    void overlayLiesOverItsPixelsAndChangesNone() {
        const auto image = files_.decode(ramp(4, {}, overlay({.top = 2, .left = 3, .bits = {0b1001}})));
        QCOMPARE(covered(*image, kOverlaid), (Pixels{6, 11}));
        QCOMPARE(valuesOf(*image), valuesOf(*files_.decode(ramp(4, {}, {}))));
        QCOMPARE(percentileWindow(*image), percentileWindow(*files_.decode(ramp(4, {}, {}))));
    }

    void overlayBeyondTheImageIsClipped() {
        const Plane early{.rows = 3, .columns = 3, .top = 0, .left = 0, .bits = {0x1FF}};
        QCOMPARE(covered(*files_.decode(ramp(4, {}, overlay(early))), kOverlaid), (Pixels{0, 1, 4, 5}));
        const Plane far{.top = 60000, .left = 30000, .bits = {0xF}};
        QCOMPARE(files_.decode(ramp(4, {}, overlay(far)))->covered, std::uint8_t{0});
        // As large as can be said, with 16 bits of its first row.
        const Plane huge{.rows = 65535, .columns = 65535, .bits = {0xFFFF}};
        QCOMPARE(covered(*files_.decode(ramp(4, {}, overlay(huge))), kOverlaid), (Pixels{0, 1, 2, 3}));
        const Plane negative{.rows = 4, .columns = 4, .top = 0x8000, .left = 0x8000, .bits = {0xFFFF}};
        QCOMPARE(files_.decode(ramp(4, {}, overlay(negative)))->covered, std::uint8_t{0});
    }

    void eachFrameHasItsOwnPlane() {
        auto plane = overlay({.bits = {0xF}});
        const auto last = ramp(4, {}, DicomBytes(plane).text(0x60000015, "IS", "1").us(0x60000051, {2}), 2);
        QCOMPARE(files_.decode(last, kExplicitLittle, 0)->covered, std::uint8_t{0});
        QCOMPARE(covered(*files_.decode(last, kExplicitLittle, 1), kOverlaid), (Pixels{0, 1, 4, 5}));
        const auto both = ramp(4, {}, plane, 2);
        QCOMPARE(covered(*files_.decode(both, kExplicitLittle, 1), kOverlaid), (Pixels{0, 1, 4, 5}));
    }

    void regionIsShownByItsOutline() {
        const Plane region{.rows = 4, .columns = 4, .bits = {0xFFFF}, .type = "R"};
        QCOMPARE(covered(*files_.decode(ramp(4, {}, overlay(region))), kOverlaid),
                 (Pixels{0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 14, 15}));
    }

    void severalOverlaysLieTogether() {
        auto both = overlay({.bits = {1}});
        both.append(overlay({.bits = {8}, .group = 0x601E}).bytes());
        QCOMPARE(covered(*files_.decode(ramp(4, {}, both)), kOverlaid), (Pixels{0, 5}));
    }

    void unusedBitsOfThePixelsAreAnOverlayAndNoValue() {
        const auto dataset = [](unsigned bit) {
            auto grey = greyHeader(2, 2, 16, 12, 11, 0);
            grey.us(0x60000010, {2}).us(0x60000011, {2}).text(0x60000040, "CS", "G");
            grey.us(0x60000100, {16}).us(0x60000102, {bit});
            return std::move(grey.raw(kPixelData, "OW", words({0x1123, 0x2FFF, 0x3800, 0x0001})));
        };
        const auto image = files_.decode(dataset(12));
        QCOMPARE(covered(*image, kOverlaid), (Pixels{0, 2}));
        QCOMPARE(valuesOf(*image), (Pixels{0x123, 0xFFF, 0x800, 1}));
        QCOMPARE(covered(*files_.decode(dataset(13)), kOverlaid), (Pixels{1, 2}));
        QCOMPARE(files_.decode(dataset(11))->covered, std::uint8_t{0});  // a bit of the values
        QCOMPARE(files_.decode(dataset(16))->covered, std::uint8_t{0});  // no bit at all
    }

    void overlayIsPaintedLightWithADarkEdgeAndCanBeHidden() {
        const auto image = files_.decode(ramp(4, {}, overlay({.rows = 1, .columns = 1, .bits = {1}})));
        const Window identity{127.5, 255, WindowFunction::LinearExact, {}};
        const auto plain = render(*image, identity, Polarity::AsStored, Covers::Hidden).argb;
        const auto shown = render(*image, identity).argb;
        QCOMPARE(plain[0], 0xff000000U);
        QCOMPARE(plain[4], 0xff040404U);
        QVERIFY((shown[0] & 0xFF00U) > 0xC000U);
        QCOMPARE(shown[4], 0xff020202U);
        QCOMPARE(shown[2], plain[2]);
    }

    void shutterLeavesItsEdgesOpen() {
        const auto image = files_.decode(ramp(4, rectangle("2", "3", "2", "3"), {}));
        QCOMPARE(open(*image), (Pixels{5, 6, 9, 10}));
        const auto shown = render(*image, Window{127.5, 255, WindowFunction::LinearExact, {}}).argb;
        QCOMPARE(shown[15], 0xff000000U);
        QCOMPARE(shown[10], 0xff0a0a0aU);
    }

    void shutterHasTheGreyOfItsFile() {
        auto shutter = rectangle("1", "2", "1", "4");
        shutter.us(0x00181622, {0x8080});
        const auto image = files_.decode(ramp(4, shutter, {}));
        const auto voi = defaultVoi(*image);
        QCOMPARE(render(*image, voi).argb[3], 0xff808080U);
        QCOMPARE(render(*image, voi, Polarity::Inverted).argb[3], 0xff808080U);
    }

    void circleAndPolygonAreOpenInside() {
        const auto circle = DicomBytes()
                                .text(0x00181600, "CS", "CIRCULAR")
                                .text(0x00181610, "IS", "3\\3")
                                .text(0x00181612, "IS", "1");
        QCOMPARE(open(*files_.decode(ramp(5, circle, {}))), (Pixels{7, 11, 12, 13, 17}));
        const auto polygon =
            DicomBytes().text(0x00181600, "CS", "POLYGONAL").text(0x00181620, "IS", "2\\2\\2\\4\\4\\4\\4\\2");
        QCOMPARE(open(*files_.decode(ramp(5, polygon, {}))), (Pixels{6, 7, 8, 11, 12, 13, 16, 17, 18}));
    }

    void severalShapesLeaveOpenWhatIsInAll() {
        const auto both = DicomBytes()
                              .text(0x00181600, "CS", "RECTANGULAR\\CIRCULAR")
                              .text(0x00181602, "IS", "1")
                              .text(0x00181604, "IS", "3")
                              .text(0x00181606, "IS", "1")
                              .text(0x00181608, "IS", "5")
                              .text(0x00181610, "IS", "3\\3")
                              .text(0x00181612, "IS", "1");
        QCOMPARE(open(*files_.decode(ramp(5, both, {}))), (Pixels{7, 11, 12, 17}));
    }

    void bitmapShutterIsAShutterAndNoOverlay() {
        auto shutter = DicomBytes().text(0x00181600, "CS", "BITMAP").us(0x00181623, {0x6002});
        const Plane plane{.bits = {0b0110}, .group = 0x6002};
        const auto image = files_.decode(ramp(4, shutter, overlay(plane)));
        QCOMPARE(covered(*image, kShuttered), (Pixels{1, 4}));
        QCOMPARE(covered(*image, kOverlaid), Pixels{});
    }

    void automaticWindowLeavesOutWhatIsShuttered() {
        const auto image = files_.decode(ramp(4, rectangle("2", "3", "2", "3"), {}));
        const auto window = percentileWindow(*image, 0, 100);
        QCOMPARE(window.center - window.width / 2, 5.0);
        QCOMPARE(window.center + window.width / 2, 10.0);
    }

    void shutterThatSaysNothingUsefulIsLeftAway_data() {
        QTest::addColumn<Bytes>("shutter");
        QTest::addRow("nothing open") << rectangle("9", "12", "9", "12").bytes();
        QTest::addRow("edges crossed") << rectangle("3", "2", "3", "2").bytes();
        QTest::addRow("no radius")
            << DicomBytes().text(0x00181600, "CS", "CIRCULAR").text(0x00181610, "IS", "3\\3").bytes();
        QTest::addRow("two vertices") << DicomBytes()
                                             .text(0x00181600, "CS", "POLYGONAL")
                                             .text(0x00181620, "IS", "1\\1\\4\\4\\2")
                                             .bytes();
        QTest::addRow("numbers beyond all") << DicomBytes()
                                                   .text(0x00181600, "CS", "CIRCULAR")
                                                   .text(0x00181610, "IS", "99999999999\\3")
                                                   .text(0x00181612, "IS", "9")
                                                   .bytes();
        QTest::addRow("unknown shape") << DicomBytes().text(0x00181600, "CS", "HEART").bytes();
    }
    void shutterThatSaysNothingUsefulIsLeftAway() {
        QFETCH(Bytes, shutter);
        QCOMPARE(files_.decode(ramp(4, DicomBytes().append(shutter), {}))->covered, std::uint8_t{0});
    }
};

QTEST_APPLESS_MAIN(TestOverlays)
#include "tst_overlays.moc"
