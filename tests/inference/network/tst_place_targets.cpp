// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "inference/network/place_targets.h"

using namespace residua;

namespace {

/// A 128 × 128 image with a box from (0.25, 0.5) to (0.375, 0.625): pixels 32 to 48 and 64 to 80, one cell of
/// a network that sees it at 128 × 128 with output stride 16.
CachedSample boxed(float target) {
    CachedSample sample;
    sample.targets = {target};
    sample.imageWidth = sample.imageHeight = 128;
    sample.image.boxes.push_back({0.25, 0.5, 0.375, 0.625, {}});
    return sample;
}

PreprocessSpec spec128() {
    PreprocessSpec spec;
    spec.width = spec.height = 128;
    return spec;
}

std::vector<FindingCard> oneFinding() {
    FindingCard finding;
    finding.code = "lesion";
    return {finding};
}

}  // namespace

class TestPlaceTargets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theCellUnderABoxIsTheOnlyPositiveOne() {
        const auto cells = placeTargets(boxed(1), {}, spec128(), 16, oneFinding());
        QCOMPARE(cells.size(), std::size_t{64});
        for (std::size_t i = 0; i < cells.size(); ++i) QCOMPARE(cells[i], i == 4 * 8 + 2 ? 1.0F : 0.0F);
    }

    void theBoxFollowsTheChangedPlace() {
        const Affine shifted{1, 0, -32, 0, 1, 0};  // the image moved two cells to the right
        const auto cells = placeTargets(boxed(1), shifted, spec128(), 16, oneFinding());
        for (std::size_t i = 0; i < cells.size(); ++i) QCOMPARE(cells[i], i == 4 * 8 + 4 ? 1.0F : 0.0F);
    }

    void aBoxSmallerThanACellStillHasOne() {
        auto sample = boxed(1);
        sample.image.boxes = {{0.30, 0.55, 0.32, 0.57, {}}};
        const auto cells = placeTargets(sample, {}, spec128(), 16, oneFinding());
        QCOMPARE(cells[4 * 8 + 2], 1.0F);
    }

    void withoutTheFindingEveryCellIsNegative() {
        for (const float cell : placeTargets(boxed(0), {}, spec128(), 16, oneFinding())) QCOMPARE(cell, 0.0F);
    }

    void aPositiveWithoutABoxOfItsOwnIsNotKnown() {
        auto sample = boxed(1);
        sample.image.boxes[0].label = "another";
        for (const float cell : placeTargets(sample, {}, spec128(), 16, oneFinding()))
            QVERIFY(std::isnan(cell));
    }
};

QTEST_APPLESS_MAIN(TestPlaceTargets)
#include "tst_place_targets.moc"
