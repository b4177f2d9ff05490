// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <stdexcept>

#include "inference/findings/counter_random.h"
#include "inference/network/augmentation.h"
#include "inference/network/batch_loader.h"
#include "inference/network/robustness.h"

using namespace residua;

namespace {

struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> pixels;
    CachedImage cached() const { return {width, height, pixels}; }
};

Picture noise(int width, int height) {
    Picture picture{width, height, {}};
    CounterRandom random(3);
    for (int i = 0; i < width * height; ++i)
        picture.pixels.push_back(static_cast<std::uint16_t>(random.next()));
    return picture;
}

/// A bright square on black.
Picture square(int side, int left, int top, int size) {
    Picture picture{side, side, std::vector<std::uint16_t>(static_cast<std::size_t>(side * side))};
    for (int y = top; y < top + size; ++y)
        for (int x = left; x < left + size; ++x)
            picture.pixels[static_cast<std::size_t>(y * side + x)] = 50000;
    return picture;
}

PreprocessSpec plainSpec(int width, int height) {
    PreprocessSpec spec;
    spec.width = width;
    spec.height = height;
    spec.mean = {0};
    spec.std = {1};
    return spec;
}

Augmentation none() {
    Augmentation a;
    a.rotation = a.scale = a.aspect = a.shift = a.gamma = a.brightness = a.contrast = a.noise = a.blur = 0;
    a.resolution = 1;
    return a;
}

std::vector<float> fitted(const Picture& picture, const PreprocessSpec& spec) {
    std::vector<float> out(static_cast<std::size_t>(spec.channels * spec.width * spec.height));
    fitToNetwork(picture.cached(), spec, out);
    return out;
}

std::vector<float> augmented(const Picture& picture, const PreprocessSpec& spec, const Augmentation& a,
                             AugmentationKey key) {
    std::vector<float> out(static_cast<std::size_t>(spec.channels * spec.width * spec.height));
    augmentToNetwork(picture.cached(), spec, a, key, out);
    return out;
}

float largestDifference(const std::vector<float>& a, const std::vector<float>& b) {
    float largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

}  // namespace

class TestAugmentation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fitWithoutAChangeOfSizeKeepsEveryPixel() {
        const auto picture = noise(40, 40);
        const auto out = fitted(picture, plainSpec(40, 40));
        for (std::size_t i = 0; i < out.size(); ++i)
            QVERIFY(std::abs(out[i] - static_cast<float>(picture.pixels[i]) / 65535) < 1e-6F);
    }

    void threeChannelsAreNormalisedEachByItsOwnNumbers() {
        auto spec = plainSpec(8, 8);
        spec.channels = 3;
        spec.mean = {0.1F, 0.2F, 0.3F};
        spec.std = {1, 2, 4};
        const auto picture = noise(8, 8);
        const auto out = fitted(picture, spec);
        const float v = static_cast<float>(picture.pixels[5]) / 65535;
        QVERIFY(std::abs(out[64 + 5] - (v - 0.2F) / 2) < 1e-6F);
        QVERIFY(std::abs(out[128 + 5] - (v - 0.3F) / 4) < 1e-6F);
    }

    void placeIsKeptByAllThreeFits_data() {
        QTest::addColumn<int>("fit");
        QTest::newRow("pad") << int(PreprocessSpec::Fit::Pad);
        QTest::newRow("stretch") << int(PreprocessSpec::Fit::Stretch);
        QTest::newRow("crop") << int(PreprocessSpec::Fit::Crop);
    }
    void placeIsKeptByAllThreeFits() {
        QFETCH(int, fit);
        auto spec = plainSpec(96, 64);
        spec.fit = PreprocessSpec::Fit(fit);
        const auto picture = square(160, 70, 85, 12);  // its middle is at (75.5, 90.5)
        CachedSample sample;
        const auto input = networkInputOf(picture.cached(), sample, spec);
        double mass = 0;
        Point middle;
        for (int y = 0; y < 64; ++y) {
            for (int x = 0; x < 96; ++x) {
                const double v = input.values[static_cast<std::size_t>(y * 96 + x)];
                mass += v;
                middle.x += v * x;
                middle.y += v * y;
            }
        }
        const Point found = input.toImage({middle.x / mass, middle.y / mass});
        QVERIFY(std::abs(found.x - 75.5) < 0.3);
        QVERIFY(std::abs(found.y - 90.5) < 0.3);
    }

    void borderOnlyHidesTheMiddleAndIsKnownBefore() {
        auto a = none();
        a.borderOnly = 0.5;
        a.borderShare = 0.12;
        const auto spec = plainSpec(64, 64);
        const auto picture = noise(64, 64);
        const auto whole = fitted(picture, spec);
        int hidden = 0;
        for (std::uint64_t image = 0; image < 200; ++image) {
            const AugmentationKey key{3, 1, image};
            const auto out = augmented(picture, spec, a, key);
            const bool middleIsFlat = out[32 * 64 + 32] == out[31 * 64 + 30];
            QCOMPARE(middleIsFlat, showsOnlyBorder(a, key));
            QCOMPARE(out[0], whole[0]);  // the border itself stays
            hidden += middleIsFlat ? 1 : 0;
        }
        QVERIFY(hidden > 70 && hidden < 130);
        a.borderOnly = 0;
        QVERIFY(!showsOnlyBorder(a, {3, 1, 0}));
    }

    void augmentationOfNothingIsTheFit() {
        for (const int side : {40, 64, 100}) {
            const auto picture = noise(side, side);
            const auto spec = plainSpec(40, 40);
            QVERIFY(largestDifference(augmented(picture, spec, none(), {1, 2, 3}), fitted(picture, spec)) <
                    2e-3F);
        }
    }

    void sameKeyGivesTheSameImageAndAnotherKeyAnother() {
        const auto picture = noise(50, 50);
        const auto spec = plainSpec(40, 40);
        const Augmentation a;
        const auto first = augmented(picture, spec, a, {1, 2, 3});
        QCOMPARE(largestDifference(first, augmented(picture, spec, a, {1, 2, 3})), 0.0F);
        for (const AugmentationKey& other :
             {AugmentationKey{2, 2, 3}, AugmentationKey{1, 3, 3}, AugmentationKey{1, 2, 4}})
            QVERIFY(largestDifference(first, augmented(picture, spec, a, other)) > 0.05F);
    }

    void valuesStayBetweenBlackAndWhite() {
        Augmentation a;
        a.brightness = a.contrast = 0.9;
        a.noise = 0.5;
        a.borderErase = 1;
        a.invert = 0.5;
        const auto picture = noise(50, 30);
        for (std::uint64_t image = 0; image < 30; ++image)
            for (const float v : augmented(picture, plainSpec(40, 40), a, {1, 1, image}))
                QVERIFY(v >= 0 && v <= 1.0001F);
    }

    void turnsAreByQuartersAndLeaveOtherDrawsAlone() {
        const auto spec = plainSpec(40, 40);
        const auto picture = noise(40, 40);
        Augmentation a = none();
        a.turn = 1;
        std::set<int> seen;
        for (std::uint64_t image = 0; image < 40; ++image) {
            const auto turned = augmented(picture, spec, a, {1, 1, image});
            const auto straight = augmented(picture, spec, none(), {1, 1, image});
            int quarters = 0;
            for (int q = 1; q <= 3; ++q) {
                bool same = true;
                for (int y = 0; y < 40; ++y)
                    for (int x = 0; x < 40; ++x) {
                        const int from = q == 1   ? x * 40 + 39 - y
                                         : q == 2 ? (39 - y) * 40 + 39 - x
                                                  : (39 - x) * 40 + y;
                        same = same && std::abs(turned[std::size_t(y * 40 + x)] -
                                                straight[std::size_t(from)]) < 2e-3F;
                    }
                if (same) quarters = q;
            }
            QVERIFY(quarters > 0);
            seen.insert(quarters);
        }
        QCOMPARE(seen.size(), std::size_t(3));
        // What is not square is turned by halves alone.
        const auto half = augmentedPlace(a, plainSpec(40, 20), {1, 1, 1}, 40, 20);
        QCOMPARE(half.a, -1.0);
        QCOMPARE(Augmentation().turn, 0.0);
    }

    void mirrorTurnsLeftIntoRightAndIsOffByDefault() {
        auto a = none();
        a.mirror = 1;
        const auto picture = square(40, 2, 10, 6);
        const auto spec = plainSpec(40, 40);
        const auto straight = fitted(picture, spec);
        const auto mirrored = augmented(picture, spec, a, {1, 1, 1});
        for (std::size_t y = 0; y < 40; ++y)
            for (std::size_t x = 0; x < 40; ++x)
                QVERIFY(std::abs(mirrored[y * 40 + x] - straight[y * 40 + 39 - x]) < 2e-3F);
        QCOMPARE(Augmentation().mirror, 0.0);
    }

    void whatComesInFromOutsideIsBlack() {
        auto a = none();
        a.shift = 0.5;
        Picture white{40, 40, std::vector<std::uint16_t>(1600, 65535)};
        const auto out = augmented(white, plainSpec(40, 40), a, {1, 1, 5});
        QVERIFY(*std::min_element(out.begin(), out.end()) == 0.0F);
        QVERIFY(*std::max_element(out.begin(), out.end()) > 0.99F);
    }

    void loaderThreadsChangeNothing() {
        const auto picture = noise(50, 50);
        const auto spec = plainSpec(40, 40);
        const auto run = [&](unsigned threads) {
            std::vector<std::vector<std::size_t>> batches{{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {9}};
            BatchLoader loader(
                batches, 1600,
                [&](std::size_t image, std::span<float> out) {
                    augmentToNetwork(picture.cached(), spec, {}, {1, 1, image}, out);
                },
                threads);
            std::vector<float> all;
            while (const auto batch = loader.next())
                all.insert(all.end(), batch->values.begin(), batch->values.end());
            return all;
        };
        const auto alone = run(1);
        QCOMPARE(alone.size(), std::size_t{16000});
        QVERIFY(alone == run(5));
    }

    void loaderHandsOnWhatItsThreadsThrowAndMayBeLeftEarly() {
        BatchLoader failing(
            {{0}, {1}}, 4, [](std::size_t, std::span<float>) { throw std::runtime_error("broken"); }, 2);
        QVERIFY_EXCEPTION_THROWN(failing.next(), std::runtime_error);
        BatchLoader left(
            std::vector<std::vector<std::size_t>>(100, {0}), 4, [](std::size_t, std::span<float>) {}, 2);
        QVERIFY(left.next());
    }

    void robustnessVariantsChangeWhatTheyName() {
        const auto spec = plainSpec(50, 50);
        const auto picture = noise(50, 50);
        const auto input = networkInputOf(picture.cached(), {}, spec);
        QCOMPARE(robustnessVariants().size(), std::size_t{20});
        for (const auto& name : robustnessVariants()) {
            const auto changed = robustnessVariant(input, spec, name);
            QCOMPARE(changed.values.size(), input.values.size());
            QVERIFY2(largestDifference(changed.values, input.values) > 0.05F, name.c_str());
        }
        const auto hidden = robustnessVariant(input, spec, "border_hidden");
        const auto only = robustnessVariant(input, spec, "border_only");
        for (std::size_t i = 0; i < input.values.size(); ++i)
            QVERIFY(std::abs(hidden.values[i] + only.values[i] - input.values[i]) < 1e-6F);
        QCOMPARE(hidden.values[25], 0.0F);
        QCOMPARE(only.values[25 * 50 + 25], 0.0F);
        QVERIFY_EXCEPTION_THROWN(robustnessVariant(input, spec, "nonsense"), Error);
    }
};

QTEST_APPLESS_MAIN(TestAugmentation)
#include "tst_augmentation.moc"
