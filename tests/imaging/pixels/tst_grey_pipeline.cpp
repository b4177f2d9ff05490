// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <limits>

#include "imaging/pixels/grey_pipeline.h"

using namespace residua;
using Levels = std::vector<std::uint8_t>;

namespace {

template <typename Value>
Image greyImage(std::vector<Value> values) {
    Image image;
    image.width = static_cast<int>(values.size());
    image.height = 1;
    image.bitsStored = 8 * sizeof(Value);
    image.pixels = std::move(values);
    return image;
}

Window linear(double center, double width) {
    return {center, width, WindowFunction::Linear, {}};
}

}  // namespace

class TestGreyPipeline : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linearWindowFollowsTheStandardsExample() {
        // PS3.3 C.11.2.1.2.1: c = 2048, w = 4096 maps 0 to 4095 onto the whole range.
        const auto image = greyImage<std::uint16_t>({0, 1, 2047, 2048, 4094, 4095});
        QCOMPARE(renderGrey8(image, linear(2048, 4096)), (Levels{0, 0, 127, 127, 254, 255}));
        // c = 0, w = 100: -50 and below are black, 49 and above white. w = 1: a threshold.
        QCOMPARE(renderGrey8(greyImage<std::int16_t>({-51, -50, 0, 49, 50}), linear(0, 100)),
                 (Levels{0, 0, 128, 255, 255}));
        QCOMPARE(renderGrey8(greyImage<std::int16_t>({-1, 0}), linear(0, 1)), (Levels{0, 255}));
    }

    void linearExactAndSigmoidFollowTheStandard() {
        const auto image = greyImage<std::int16_t>({-50, 0, 50});
        QCOMPARE(renderGrey8(image, Window{0, 100, WindowFunction::LinearExact, {}}), (Levels{0, 127, 255}));
        // 255 / (1 + exp(-4 x / w)) at -50, 0, 50 with w = 100: 30.4, 127.5, 224.6.
        QCOMPARE(renderGrey8(image, Window{0, 100, WindowFunction::Sigmoid, {}}), (Levels{30, 127, 224}));
    }

    void eightBitIdentityKeepsEveryLevel() {
        Levels all(256);
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
        QCOMPARE(renderGrey8(greyImage(all), linear(128, 256)), all);
        QCOMPARE(renderGrey8(greyImage(all), Window{127.5, 255, WindowFunction::LinearExact, {}}), all);
    }

    void rescaleComesBeforeTheWindow() {
        auto image = greyImage<std::uint16_t>({0, 1000, 2000});
        image.rescaleSlope = 2;
        image.rescaleIntercept = -1000;
        QCOMPARE(renderGrey8(image, Window{1000, 4000, WindowFunction::LinearExact, {}}),
                 (Levels{0, 127, 255}));
        QCOMPARE(modalityValues(image), (std::vector<float>{-1000, 1000, 3000}));
        QCOMPARE(modalityValueAt(image, 2, 0), std::optional(3000.0));
        QVERIFY(!modalityValueAt(image, 3, 0));
        QVERIFY(!modalityValueAt(image, 0, -1));
    }

    void modalityLutTakesThePlaceOfRescaleAndClampsItsInput() {
        auto image = greyImage<std::int16_t>({-5, 10, 11, 12, 99});
        image.rescaleSlope = 1000;
        image.modalityLut = LookupTable{10, 16, {7, 500, 60000}, {}};
        QCOMPARE(modalityValues(image), (std::vector<float>{7, 7, 500, 60000, 60000}));
    }

    void monochrome1IsInvertedAfterTheVoiLut() {
        auto image = greyImage<std::uint8_t>({0, 1, 2});
        image.photometric = Photometric::Monochrome1;
        const LookupTable voi{0, 8, {0, 55, 255}, {}};
        QCOMPARE(renderGrey8(image, voi), (Levels{255, 200, 0}));
        QCOMPARE(renderGrey8(image, voi, Polarity::Inverted), (Levels{0, 55, 255}));
    }

    void voiLutEntriesAreScaledByTheirDepth() {
        const auto image = greyImage<std::uint8_t>({0, 1, 200});
        QCOMPARE(renderGrey8(image, LookupTable{0, 12, {0, 4095, 2048}, {}}), (Levels{0, 255, 127}));
    }

    void displayImageIsOpaqueGrey() {
        const auto display = render(greyImage<std::uint8_t>({0, 128, 255}), linear(128, 256));
        QCOMPARE(display.argb, (std::vector<std::uint32_t>{0xff000000, 0xff808080, 0xffffffff}));
        QCOMPARE(display.width, 3);
        QCOMPARE(display.height, 1);
    }

    void colourIsShownAsItIsAndCanBeInverted() {
        Image image;
        image.width = image.height = 1;
        image.photometric = Photometric::Rgb;
        image.pixels = Levels{10, 20, 30};
        image.windows = {linear(40, 80)};  // a VOI is for grey images
        const auto voi = defaultVoi(image);
        QCOMPARE(render(image, voi).argb, (std::vector<std::uint32_t>{0xff0a141e}));
        QCOMPARE(render(image, voi, Polarity::Inverted).argb, (std::vector<std::uint32_t>{0xfff5ebe1}));
        QCOMPARE(renderGrey8(image, voi), (Levels{18}));  // 0.299 R + 0.587 G + 0.114 B
        QCOMPARE(modalityValueAt(image, 0, 0), std::optional(0.299 * 10 + 0.587 * 20 + 0.114 * 30));
    }

    void defaultIsTheVoiLutThenAUsableWindowThenPercentiles() {
        auto image = greyImage<std::uint8_t>({0, 100, 200});
        QCOMPARE(std::get<Window>(defaultVoi(image)).explanation, std::string("auto"));
        const double nan = std::numeric_limits<double>::quiet_NaN();
        image.windows = {linear(1, 0), linear(nan, 10), linear(5, -3), linear(5, nan), linear(50, 80)};
        QCOMPARE(std::get<Window>(defaultVoi(image)), linear(50, 80));
        image.voiLuts = {LookupTable{0, 8, {1, 2}, {}}};
        QCOMPARE(std::get<LookupTable>(defaultVoi(image)).entries, (std::vector<std::uint16_t>{1, 2}));
    }

    void percentileWindowLeavesOutliersAndPaddingAside() {
        std::vector<std::int16_t> values(1000);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int16_t>(i);
        values[999] = 32000;  // one hot pixel
        values.insert(values.end(), 5000, -2000);
        auto image = greyImage(values);
        image.padding = std::pair(-2000, -2000);
        const auto window = percentileWindow(image);
        QVERIFY(std::abs(window.center - window.width / 2 - 4) <= 1);
        QVERIFY(std::abs(window.center + window.width / 2 - 994) <= 1);
        const auto grey = renderGrey8(image, window);
        QCOMPARE(grey[0], std::uint8_t{0});
        QCOMPARE(grey[998], std::uint8_t{255});
    }

    void percentileWindowNeverHasZeroWidth() {
        QVERIFY(percentileWindow(greyImage(std::vector<std::uint16_t>(100, 7))).width > 0);
        QVERIFY(percentileWindow(greyImage(std::vector<std::uint16_t>{})).width > 0);
        auto allPadding = greyImage(std::vector<std::uint16_t>(100, 7));
        allPadding.padding = std::pair(7, 7);
        QVERIFY(percentileWindow(allPadding).width > 0);
        // A small object on a constant ground is shown, not lost.
        std::vector<std::uint16_t> values(10000, 50);
        values[17] = 90;
        const auto window = percentileWindow(greyImage(values));
        QCOMPARE(window.center, 70.0);
        QCOMPARE(window.width, 40.0);
    }

    void percentileWindowWorksOnTinyAndNegativeSlopes() {
        auto image = greyImage<std::uint16_t>({0, 1000, 2000, 3000});
        image.rescaleSlope = 5e-8;
        const auto tiny = percentileWindow(image, 0, 100);
        QCOMPARE(renderGrey8(image, tiny), (Levels{0, 85, 170, 255}));
        image.rescaleSlope = -1;
        QCOMPARE(renderGrey8(image, percentileWindow(image, 0, 100)), (Levels{255, 170, 85, 0}));
    }
};

QTEST_APPLESS_MAIN(TestGreyPipeline)
#include "tst_grey_pipeline.moc"
