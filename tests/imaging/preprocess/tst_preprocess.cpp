// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>

#include "imaging/error.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/preprocess/preprocess.h"
#include "tests/support/real_data.h"

using namespace residua;
using Fit = PreprocessSpec::Fit;

namespace {

Image grey16(int width, int height, std::uint16_t value, int bits = 12) {
    Image image;
    image.width = width;
    image.height = height;
    image.bitsStored = bits;
    image.pixels =
        std::vector<std::uint16_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), value);
    return image;
}

std::vector<std::uint16_t>& pixelsOf(Image& image) {
    return std::get<std::vector<std::uint16_t>>(image.pixels);
}

void fillBox(Image& image, int left, int top, int width, int height, std::uint16_t value) {
    for (int y = top; y < top + height; ++y)
        std::fill_n(pixelsOf(image).begin() + static_cast<std::ptrdiff_t>(y) * image.width + left, width,
                    value);
}

/// The image's own window over 12 bits, values as they are in [0, 1].
PreprocessSpec plainSpec(Fit fit, int width, int height) {
    PreprocessSpec spec;
    spec.window = PreprocessSpec::WindowChoice::Image;
    spec.fit = fit;
    spec.width = width;
    spec.height = height;
    spec.mean = {0};
    spec.std = {1};
    return spec;
}

void setWindow(Image& image) {
    image.windows = {Window{2048, 4096, WindowFunction::Linear, {}}};
}

/// Where a bright square lies in a network input: its edges from the sums along each axis, in network pixels.
struct Edges {
    double left, top, right, bottom;
};

Edges edgesOf(const NetworkInput& input) {
    double sum = 0, sumX = 0, sumY = 0, peakX = 0, peakY = 0;
    std::vector<double> columns(static_cast<std::size_t>(input.width)),
        rows(static_cast<std::size_t>(input.height));
    for (int y = 0; y < input.height; ++y)
        for (int x = 0; x < input.width; ++x) {
            const double value = input.values[static_cast<std::size_t>(y * input.width + x)];
            sum += value, sumX += value * x, sumY += value * y;
            columns[static_cast<std::size_t>(x)] += value, rows[static_cast<std::size_t>(y)] += value;
        }
    peakX = *std::max_element(columns.begin(), columns.end());
    peakY = *std::max_element(rows.begin(), rows.end());
    const double halfX = sum / peakX / 2, halfY = sum / peakY / 2;  // area over height = width
    return {sumX / sum - halfX, sumY / sum - halfY, sumX / sum + halfX, sumY / sum + halfY};
}

}  // namespace

class TestPreprocess : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void networksDoNotSeeWhatLiesOverAnImage() {
        Image plain = grey16(40, 30, 100), covered = plain;
        setWindow(plain), setWindow(covered);
        for (std::size_t i = 0; i < 400; ++i) coverPixel(covered, 2 * i, kOverlaid);
        const auto spec = plainSpec(Fit::Pad, 24, 24);
        QCOMPARE(preprocess(covered, spec).values, preprocess(plain, spec).values);
    }

    void plantedSquareIsFoundAtAllCorners_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("fit");
        QTest::addColumn<int>("netWidth");
        QTest::addColumn<int>("netHeight");
        const std::pair<const char*, Fit> fits[] = {
            {"pad", Fit::Pad}, {"stretch", Fit::Stretch}, {"crop", Fit::Crop}};
        const std::pair<int, int> sizes[] = {{512, 512},   {1001, 733}, {333, 1200},
                                             {2500, 2048}, {97, 101},   {224, 224}};
        for (const auto& [name, fit] : fits)
            for (const auto& [width, height] : sizes)
                for (const auto& [netWidth, netHeight] : {std::pair{224, 224}, std::pair{192, 256}})
                    QTest::addRow("%s %dx%d to %dx%d", name, width, height, netWidth, netHeight)
                        << width << height << static_cast<int>(fit) << netWidth << netHeight;
    }
    void plantedSquareIsFoundAtAllCorners() {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(int, fit);
        QFETCH(int, netWidth);
        QFETCH(int, netHeight);
        Image image = grey16(width, height, 0);
        setWindow(image);
        const int side = std::min(width, height) / 4;
        const int left = width / 2 - side / 3;  // off the middle, inside what fit 'crop' keeps
        const int top = height / 2 - 2 * side / 3;
        fillBox(image, left, top, side, side, 4095);
        const auto input = preprocess(image, plainSpec(static_cast<Fit>(fit), netWidth, netHeight));
        const Edges edges = edgesOf(input);
        const Point first = input.toImage({edges.left, edges.top});
        const Point last = input.toImage({edges.right, edges.bottom});
        // within half a pixel of the coarser of the two grids
        const double limitX = 0.5 * std::max(input.toImage.a, 1.0),
                     limitY = 0.5 * std::max(input.toImage.e, 1.0);
        QVERIFY(std::abs(first.x - (left - 0.5)) < limitX);
        QVERIFY(std::abs(first.y - (top - 0.5)) < limitY);
        QVERIFY(std::abs(last.x - (left + side - 0.5)) < limitX);
        QVERIFY(std::abs(last.y - (top + side - 0.5)) < limitY);
    }

    void smallSquaresInTheCornersOfTheImageStayThere_data() {
        QTest::addColumn<int>("fit");
        QTest::addRow("pad") << static_cast<int>(Fit::Pad);
        QTest::addRow("stretch") << static_cast<int>(Fit::Stretch);
    }
    void smallSquaresInTheCornersOfTheImageStayThere() {
        QFETCH(int, fit);
        for (const bool right : {false, true})
            for (const bool bottom : {false, true}) {
                Image image = grey16(1500, 1100, 0);
                setWindow(image);
                const int left = right ? 1500 - 60 : 0, top = bottom ? 1100 - 60 : 0;
                fillBox(image, left, top, 60, 60, 4095);
                const auto input = preprocess(image, plainSpec(static_cast<Fit>(fit), 224, 224));
                const Edges edges = edgesOf(input);
                const Point centre =
                    input.toImage({(edges.left + edges.right) / 2, (edges.top + edges.bottom) / 2});
                QVERIFY(std::abs(centre.x - (left + 29.5)) < 0.5 * input.toImage.a);
                QVERIFY(std::abs(centre.y - (top + 29.5)) < 0.5 * input.toImage.e);
            }
    }

    void padKeepsTheAspectAndFillsWithBlack() {
        Image image = grey16(400, 100, 4095);
        setWindow(image);
        const auto input = preprocess(image, plainSpec(Fit::Pad, 200, 200));
        QCOMPARE(input.toImage.a, input.toImage.e);
        QCOMPARE(input.values.at(0), 0.F);
        QCOMPARE(input.values.at(74 * 200 + 100), 0.F);
        QCOMPARE(input.values.at(75 * 200 + 100), 1.F);
        QCOMPARE(input.values.at(124 * 200 + 100), 1.F);
        QCOMPARE(input.values.at(125 * 200 + 100), 0.F);
    }

    void stretchScalesEachAxisByItself() {
        const auto input = preprocess(grey16(400, 100, 7), plainSpec(Fit::Stretch, 200, 200));
        QCOMPARE(input.toImage, (Affine{2, 0, 0.5, 0, 0.5, -0.25}));
    }

    void shrinkingDoesNotAlias() {
        Image image = grey16(2000, 2000, 0);  // stripes of one pixel: their mean, everywhere
        setWindow(image);
        for (int x = 0; x < 2000; x += 2) fillBox(image, x, 0, 1, 2000, 4095);
        const auto input = preprocess(image, plainSpec(Fit::Stretch, 224, 224));
        const auto [low, high] = std::minmax_element(input.values.begin(), input.values.end());
        QVERIFY(*low > 0.45F && *high < 0.55F);
    }

    void monochrome1IsInverted() {
        Image image = grey16(64, 64, 0);
        setWindow(image);
        image.photometric = Photometric::Monochrome1;
        fillBox(image, 0, 0, 32, 64, 4095);
        const auto input = preprocess(image, plainSpec(Fit::Stretch, 64, 64));
        QCOMPARE(input.values.at(5), 0.F);
        QCOMPARE(input.values.at(60), 1.F);
    }

    void paddingStaysBlack_data() {
        QTest::addColumn<bool>("inverted");
        QTest::addColumn<int>("window");
        for (const bool inverted : {false, true})
            for (const auto window :
                 {PreprocessSpec::WindowChoice::Image, PreprocessSpec::WindowChoice::Percentiles})
                QTest::addRow("%s %d", inverted ? "MONOCHROME1" : "MONOCHROME2", static_cast<int>(window))
                    << inverted << static_cast<int>(window);
    }
    void paddingStaysBlack() {
        QFETCH(bool, inverted);
        QFETCH(int, window);
        Image image = grey16(100, 100, 4095);
        for (std::size_t i = 0; i < 10000; ++i)
            pixelsOf(image)[i] = static_cast<std::uint16_t>(1000 + i % 100);
        if (inverted) image.photometric = Photometric::Monochrome1;
        fillBox(image, 0, 0, 50, 100, 4000);
        image.padding = std::pair{4000, 4000};
        auto spec = plainSpec(Fit::Stretch, 50, 50);
        spec.window = static_cast<PreprocessSpec::WindowChoice>(window);
        const auto input = preprocess(image, spec);
        for (const int y : {0, 25, 49})
            for (const int x : {0, 10, 23})
                QCOMPARE(input.values.at(static_cast<std::size_t>(y * 50 + x)), 0.F);
        // The rest uses the whole range: padding took no part in the window.
        QVERIFY(*std::max_element(input.values.begin(), input.values.end()) > 0.9F);
    }

    void moreThan8BitsReachTheNetwork() {
        Image image = grey16(128, 128, 0);
        setWindow(image);
        std::iota(pixelsOf(image).begin(), pixelsOf(image).begin() + 4096, std::uint16_t{0});
        const auto input = preprocess(image, plainSpec(Fit::Stretch, 128, 128));
        QCOMPARE(std::set<float>(input.values.begin(), input.values.end()).size(), std::size_t{4096});
    }

    void negativeModalityValuesKeepTheirOrder() {
        Image image;
        image.width = image.height = 32;
        std::vector<std::int16_t> pixels(1024);
        for (int i = 0; i < 1024; ++i)
            pixels[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(i - 512);
        image.pixels = pixels;
        image.bitsStored = 16;
        image.rescaleSlope = 2;
        image.rescaleIntercept = -1000;
        image.windows = {Window{-1000, 2048, WindowFunction::LinearExact, {}}};
        const auto input = preprocess(image, plainSpec(Fit::Stretch, 32, 32));
        QVERIFY(std::is_sorted(input.values.begin(), input.values.end()));
        QVERIFY(std::abs(input.values.front()) < 1e-6F);
        QVERIFY(std::abs(input.values.at(512) - 0.5F) < 1e-6F);
    }

    void channelsRepeatWithTheirOwnMeanAndStd() {
        Image image = grey16(8, 8, 4095);
        setWindow(image);
        auto spec = plainSpec(Fit::Stretch, 8, 8);
        spec.channels = 3;
        spec.mean = {0.5F, 0.25F, 0};
        spec.std = {0.5F, 0.25F, 2};
        const auto input = preprocess(image, spec);
        QCOMPARE(input.values.size(), std::size_t{192});
        QCOMPARE(input.values.at(0), 1.F);
        QCOMPARE(input.values.at(64), 3.F);
        QCOMPARE(input.values.at(128), 0.5F);
    }

    void foregroundCropFollowsTheLargestBrightPart() {
        Image image = grey16(1000, 800, 100);
        setWindow(image);
        fillBox(image, 300, 200, 500, 400, 3000);
        fillBox(image, 20, 20, 30, 30, 3500);  // a marker beside the body
        auto spec = plainSpec(Fit::Stretch, 250, 200);
        spec.crop = PreprocessSpec::Crop::Foreground;
        const auto input = preprocess(image, spec);
        const Point first = input.toImage({-0.5, -0.5});
        const Point last = input.toImage({249.5, 199.5});
        QVERIFY(std::abs(first.x - 290) < 5 && std::abs(first.y - 192) < 5);
        QVERIFY(std::abs(last.x - 810) < 5 && std::abs(last.y - 608) < 5);
    }

    void foregroundCropKeepsAQuarterOfEachSide() {
        Image image = grey16(800, 800, 100);
        setWindow(image);
        fillBox(image, 780, 10, 15, 15, 3000);
        auto spec = plainSpec(Fit::Stretch, 100, 100);
        spec.crop = PreprocessSpec::Crop::Foreground;
        const auto input = preprocess(image, spec);
        QCOMPARE(input.toImage({-0.5, -0.5}).x, 599.5);
        QCOMPARE(input.toImage({-0.5, -0.5}).y, -0.5);
        QCOMPARE(input.toImage.a, 2.0);
    }

    void oddSizesDoNotCrash_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addRow("1x1") << 1 << 1;
        QTest::addRow("1x5000") << 1 << 5000;
        QTest::addRow("5000x1") << 5000 << 1;
        QTest::addRow("2x3") << 2 << 3;
        QTest::addRow("65535x2") << 65535 << 2;
        QTest::addRow("9000x9000") << 9000 << 9000;
    }
    void oddSizesDoNotCrash() {
        QFETCH(int, width);
        QFETCH(int, height);
        Image image = grey16(width, height, 500);
        setWindow(image);
        pixelsOf(image).front() = 4000;
        for (const auto fit : {Fit::Pad, Fit::Stretch, Fit::Crop})
            for (const auto crop : {PreprocessSpec::Crop::None, PreprocessSpec::Crop::Foreground}) {
                auto spec = plainSpec(fit, 224, 224);
                spec.crop = crop;
                const auto input = preprocess(image, spec);
                QCOMPARE(input.values.size(), std::size_t{224 * 224});
                const bool finite = std::all_of(input.values.begin(), input.values.end(),
                                                [](float value) { return std::isfinite(value); });
                QVERIFY(finite);
                QVERIFY(*std::max_element(input.values.begin(), input.values.end()) > 0.05F);
            }
        const auto cropped = windowAndCrop(image, plainSpec(Fit::Pad, 224, 224), 256);
        QVERIFY(cropped.width >= 1 && cropped.height >= 1 && std::max(cropped.width, cropped.height) <= 256);
    }

    void uniformImageIsShownWhole() {
        auto spec = plainSpec(Fit::Stretch, 32, 32);
        spec.crop = PreprocessSpec::Crop::Foreground;
        spec.window = PreprocessSpec::WindowChoice::Percentiles;
        const auto input = preprocess(grey16(64, 64, 77), spec);
        QCOMPARE(input.toImage.a, 2.0);
    }

    void emptyOrTruncatedImagesAreRefused() {
        Image truncated = grey16(10, 10, 0);
        pixelsOf(truncated).resize(99);
        for (const Image& image : {Image{}, truncated}) {
            try {
                preprocess(image, plainSpec(Fit::Pad, 8, 8));
                QFAIL("an image without its pixels must be refused");
            } catch (const Error& error) {
                QCOMPARE(error.problem().kind, ProblemKind::PixelHeaderInvalid);
            }
        }
    }

    void croppedImageKeepsTheAspectAndItsWayBack() {
        Image image = grey16(1200, 900, 0);
        setWindow(image);
        fillBox(image, 600, 300, 200, 200, 4095);
        const auto cropped = windowAndCrop(image, plainSpec(Fit::Stretch, 224, 224), 256);
        QCOMPARE(cropped.width, 256);
        QCOMPARE(cropped.height, 192);
        QCOMPARE(cropped.toImage, (Affine{4.6875, 0, 1.84375, 0, 4.6875, 1.84375}));
        double sum = 0, sumX = 0, sumY = 0;
        for (int y = 0; y < cropped.height; ++y)
            for (int x = 0; x < cropped.width; ++x) {
                const double value = cropped.values.at(static_cast<std::size_t>(y * cropped.width + x));
                sum += value, sumX += value * x, sumY += value * y;
            }
        const Point centre = cropped.toImage({sumX / sum, sumY / sum});
        QVERIFY(std::abs(centre.x - 699.5) < 0.5 && std::abs(centre.y - 399.5) < 0.5);
    }

    void fullSizeFilmsLookLikeTheirSmallJpegs() {
        RESIDUA_NEEDS_DATA("dicom/radiographs/chest-dx/labels.csv");
        RESIDUA_NEEDS_DATA("chest/labels.csv");
        std::map<std::string, std::filesystem::path> small;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(test::realData() / "chest"))
            small[entry.path().stem().string()] = entry.path();
        auto spec = plainSpec(Fit::Stretch, 224, 224);
        spec.window = PreprocessSpec::WindowChoice::Percentiles;
        int films = 0;
        for (const auto& entry :
             std::filesystem::directory_iterator(test::realData() / "dicom/radiographs/chest-dx")) {
            if (entry.path().extension() != ".dcm") continue;
            const auto full = preprocess(*decodeFrame(entry.path()), spec);
            const auto jpeg = preprocess(*decodeFrame(small.at(entry.path().stem().string())), spec);
            double difference = 0;
            for (std::size_t i = 0; i < full.values.size(); ++i)
                difference += std::abs(full.values[i] - jpeg.values[i]);
            // 0.0124 in the mean, 0.0168 at worst: what the JPEG compression took away
            QVERIFY(difference / static_cast<double>(full.values.size()) < 0.02);
            ++films;
        }
        QCOMPARE(films, 24);
    }

    void smallImagesAreNotEnlargedForTheCache() {
        const auto cropped = windowAndCrop(grey16(100, 60, 5), plainSpec(Fit::Stretch, 224, 224), 256);
        QCOMPARE(cropped.width, 100);
        QCOMPARE(cropped.toImage, Affine{});
    }
};

QTEST_APPLESS_MAIN(TestPreprocess)
#include "tst_preprocess.moc"
