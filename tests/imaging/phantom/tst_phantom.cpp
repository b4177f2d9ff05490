// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "imaging/error.h"
#include "imaging/phantom/chest_anatomy.h"
#include "imaging/phantom/chest_volume.h"
#include "imaging/phantom/phantom.h"

using namespace residua;

namespace {

Phantom chest(std::uint64_t seed, PhantomLesion lesion, int size = 192) {
    return simulatePhantom({PhantomKind::ChestRadiograph, lesion, seed, size, 0});
}

Phantom brain(std::uint64_t seed, PhantomLesion lesion, int size = 96, int slices = 12) {
    return simulatePhantom({PhantomKind::BrainMr, lesion, seed, size, slices});
}

/// The mask grown by `reach` pixels on each side.
std::vector<std::uint8_t> grown(const PhantomImage& image, int reach) {
    std::vector<std::uint8_t> result(image.lesion.size());
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) {
            if (!image.lesion[static_cast<std::size_t>(y * image.width + x)]) continue;
            for (int v = std::max(y - reach, 0); v <= std::min(y + reach, image.height - 1); ++v)
                for (int u = std::max(x - reach, 0); u <= std::min(x + reach, image.width - 1); ++u)
                    result[static_cast<std::size_t>(v * image.width + u)] = 1;
        }
    return result;
}

struct Change {
    double inside = 0;  ///< mean difference in the mask
    int outside = 0;    ///< largest difference farther than `reach` from it
};

Change changeBetween(const PhantomImage& without, const PhantomImage& with, int reach) {
    const auto near = grown(with, reach);
    Change change;
    double count = 0;
    for (std::size_t i = 0; i < near.size(); ++i) {
        const int difference = with.pixels[i] - without.pixels[i];
        if (with.lesion[i]) change.inside += difference, ++count;
        if (!near[i]) change.outside = std::max(change.outside, std::abs(difference));
    }
    if (count > 0) change.inside /= count;
    return change;
}

}  // namespace

class TestPhantom : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameSeedGivesTheSamePixels() {
        QVERIFY(chest(5, PhantomLesion::Present).slices[0].pixels ==
                chest(5, PhantomLesion::Present).slices[0].pixels);
        const auto first = brain(5, PhantomLesion::Present), second = brain(5, PhantomLesion::Present);
        for (std::size_t i = 0; i < first.slices.size(); ++i) {
            QVERIFY(first.slices[i].pixels == second.slices[i].pixels);
            QVERIFY(first.slices[i].lesion == second.slices[i].lesion);
        }
    }

    void anotherSeedGivesAnotherPatient() {
        QVERIFY(chest(5, PhantomLesion::Absent).slices[0].pixels !=
                chest(6, PhantomLesion::Absent).slices[0].pixels);
        QVERIFY(brain(5, PhantomLesion::Absent).slices[4].pixels !=
                brain(6, PhantomLesion::Absent).slices[4].pixels);
    }

    void sizesAreAsAskedFor() {
        const auto radiograph = chest(1, PhantomLesion::Absent, 200);
        QCOMPARE(std::max(radiograph.slices[0].width, radiograph.slices[0].height), 200);
        QVERIFY(radiograph.pixelSpacing > 0.5 && radiograph.pixelSpacing < 5);
        const auto head = brain(1, PhantomLesion::Absent, 64, 7);
        QCOMPARE(head.slices.size(), std::size_t{7});
        QCOMPARE(head.slices[3].width, 64);
        QCOMPARE(head.slices[3].pixels.size(), std::size_t{64 * 64});
        QVERIFY(head.sliceSpacing > 10 && head.sliceSpacing < 30);
    }

    void valuesAre12Bit() {
        for (const auto& phantom : {chest(3, PhantomLesion::Present), brain(3, PhantomLesion::Present)})
            for (const auto& slice : phantom.slices)
                QVERIFY(*std::max_element(slice.pixels.begin(), slice.pixels.end()) < 4096);
    }

    void maskIsEmptyWithoutALesionAndFilledWithOne() {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            QVERIFY(!chest(seed, PhantomLesion::Absent, 96).slices[0].hasLesion());
            QVERIFY(chest(seed, PhantomLesion::Present, 96).slices[0].hasLesion());
            const auto with = brain(seed, PhantomLesion::Present, 64, 16);
            QVERIFY(std::any_of(with.slices.begin(), with.slices.end(),
                                [](const auto& s) { return s.hasLesion(); }));
        }
    }

    void opacityLiesInsideTheLungs() {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const auto phantom = chest(seed, PhantomLesion::Present, 128);
            const PhantomImage& image = phantom.slices[0];
            phantom::Random random(seed);
            const auto anatomy = phantom::drawChestAnatomy(random);
            phantom::Plane film;
            film.width = image.width, film.height = image.height;
            film.spacing = phantom.pixelSpacing / 10;
            film.left = anatomy.centreX - film.spacing * (film.width - 1) / 2;
            film.top = anatomy.centreY - film.spacing * (film.height - 1) / 2;
            film.values.assign(image.pixels.size(), 0.F);
            const auto volume = phantom::projectChest(anatomy, film);
            for (std::size_t i = 0; i < image.lesion.size(); ++i)
                if (image.lesion[i]) QVERIFY(volume.lung.values[i] > 0.5F);
        }
    }

    void opacityBrightensItsPlaceAndNothingElse() {
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            const auto change = changeBetween(chest(seed, PhantomLesion::Absent).slices[0],
                                              chest(seed, PhantomLesion::Present).slices[0], 16);
            QVERIFY(change.inside > 60);
            QVERIFY2(change.outside < 160, qPrintable(QString::number(change.outside)));
        }
    }

    void brainLesionChangesItsSurroundingsOnly() {
        for (std::uint64_t seed = 0; seed < 6; ++seed) {
            const auto without = brain(seed, PhantomLesion::Absent, 96, 16);
            const auto with = brain(seed, PhantomLesion::Present, 96, 16);
            double changed = 0;
            for (std::size_t i = 0; i < with.slices.size(); ++i) {
                if (!with.slices[i].hasLesion()) continue;
                const auto change = changeBetween(without.slices[i], with.slices[i], 24);
                changed = std::max(changed, std::abs(change.inside));
                QVERIFY2(change.outside < 100, qPrintable(QString::number(change.outside)));
            }
            QVERIFY(changed > 80);
        }
    }

    void brainMaskLiesInsideTheHead() {
        for (std::uint64_t seed = 0; seed < 10; ++seed)
            for (const auto& slice : brain(seed, PhantomLesion::Present, 64, 16).slices)
                for (int y = 0; y < slice.height; ++y)
                    for (int x = 0; x < slice.width; ++x)
                        if (slice.lesion[static_cast<std::size_t>(y * slice.width + x)])
                            QVERIFY(std::hypot(x - 31.5, y - 31.5) * 232 / 64 < 90);
    }

    void impossibleSizesAreRefused() {
        for (const auto& options :
             {PhantomOptions{PhantomKind::ChestRadiograph, PhantomLesion::Absent, 1, -1, 0},
              PhantomOptions{PhantomKind::ChestRadiograph, PhantomLesion::Absent, 1, 100000, 0},
              PhantomOptions{PhantomKind::BrainMr, PhantomLesion::Absent, 1, 64, 100000}}) {
            try {
                simulatePhantom(options);
                QFAIL("an impossible size must be refused");
            } catch (const Error& error) {
                QCOMPARE(error.problem().kind, ProblemKind::UsageInvalid);
            }
        }
    }

    void tinyPhantomsDoNotCrash() {
        for (const int size : {1, 2, 7}) {
            QCOMPARE(std::max(chest(1, PhantomLesion::Present, size).slices[0].width,
                              chest(1, PhantomLesion::Present, size).slices[0].height),
                     size);
            QCOMPARE(brain(1, PhantomLesion::Present, size, 1).slices.size(), std::size_t{1});
        }
    }
};

QTEST_APPLESS_MAIN(TestPhantom)
#include "tst_phantom.moc"
