// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "imaging/error.h"
#include "inference/network/input_change.h"

using namespace residua;

namespace {

PreprocessSpec spec() {
    PreprocessSpec result;
    result.width = 4, result.height = 4, result.channels = 3;
    result.mean = {0.5F, 0.25F, 0.125F};
    result.std = {0.25F, 0.5F, 1};
    return result;
}

/// 0 to 47, each value at its own place; shown from (1, 0) to (3, 4).
NetworkInput counted() {
    NetworkInput input{3, 4, 4, {}, {}, {1, 0, 4, 3}};
    for (int i = 0; i < 48; ++i) input.values.push_back(static_cast<float>(i));
    return input;
}

bool same(const ShownPart& a, const ShownPart& b) {
    return a.left == b.left && a.top == b.top && a.right == b.right && a.bottom == b.bottom;
}

}  // namespace

class TestInputChange : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void turnsBringPixelsWhereTheyBelong() {
        const auto input = counted();
        const auto first = [&](Orientation orientation, std::uint64_t number = 0) {
            const auto turned = inOrientation(input, orientation, number);
            return std::vector<float>(turned.values.begin(), turned.values.begin() + 4);
        };
        QCOMPARE(first(Orientation::AsTrained), (std::vector<float>{0, 1, 2, 3}));
        QCOMPARE(first(Orientation::Mirrored), (std::vector<float>{3, 2, 1, 0}));
        QCOMPARE(first(Orientation::UpsideDown), (std::vector<float>{15, 14, 13, 12}));
        QCOMPARE(first(Orientation::UpsideDown, 1), (std::vector<float>{12, 13, 14, 15}));
        QCOMPARE(first(Orientation::RotatedLeft), (std::vector<float>{3, 7, 11, 15}));
        QCOMPARE(first(Orientation::RotatedRight), (std::vector<float>{12, 8, 4, 0}));
    }

    void turnedBackItIsTheSame() {
        const auto input = counted();
        const std::pair<Orientation, Orientation> pairs[] = {
            {Orientation::Mirrored, Orientation::Mirrored},
            {Orientation::UpsideDown, Orientation::UpsideDown},
            {Orientation::RotatedLeft, Orientation::RotatedRight}};
        for (const auto& [there, back] : pairs) {
            const auto twice = inOrientation(inOrientation(input, there), back);
            QCOMPARE(twice.values, input.values);
            QVERIFY(same(twice.shown, input.shown));
        }
        QVERIFY(same(inOrientation(input, Orientation::RotatedLeft).shown, {0, 0, 3, 3}));
        QVERIFY(same(inOrientation(input, Orientation::Mirrored).shown, {0, 0, 3, 3}));
    }

    void inputsThatAreNotSquareKeepTheirSize() {
        NetworkInput input{1, 2, 4, std::vector<float>(8, 3.0F), {}, {}};
        const auto turned = inOrientation(input, Orientation::RotatedLeft);
        QCOMPARE(turned.width, 4);
        QCOMPARE(turned.height, 2);
        QCOMPARE(turned.values, input.values);
    }

    void greysChangeWhereTheImageIsShownAlone() {
        const auto input = counted();
        const auto inverted = changedInput(input, spec(), "inverted");
        QCOMPARE(inverted.values[0], 0.0F);  // padding
        QCOMPARE(inverted.values[1] * 0.25F + 0.5F, 1 - (1 * 0.25F + 0.5F));
        QCOMPARE(inverted.values[17] * 0.5F + 0.25F, 1 - (17 * 0.5F + 0.25F));
        const auto blank = changedInput(input, spec(), "blank");
        QCOMPARE(blank.values[1], 0.0F);
        QCOMPARE(blank.values[33], 0.375F);
        QCOMPARE(blank.values[15], 15.0F);
    }

    void noiseIsTheSameForTheSameImage() {
        const auto first = changedInput(counted(), spec(), "noise", 7);
        QCOMPARE(changedInput(counted(), spec(), "noise", 7).values, first.values);
        QVERIFY(changedInput(counted(), spec(), "noise", 8).values != first.values);
        for (std::size_t i = 0; i < 16; ++i) {
            if (!first.shown.holds(static_cast<double>(i % 4), static_cast<double>(i / 4))) continue;
            const float grey = first.values[i] * 0.25F + 0.5F;
            QVERIFY(grey >= 0 && grey <= 1);
            QVERIFY(std::abs(first.values[32 + i] + 0.125F - grey) < 1e-6F);  // equal in all channels
        }
    }

    void anUnknownChangeIsRefused() {
        QVERIFY_EXCEPTION_THROWN(changedInput(counted(), spec(), "askew"), Error);
        for (const auto change : kInputChanges)
            QCOMPARE(changedInput(counted(), spec(), change).values.size(), std::size_t{48});
    }
};

QTEST_APPLESS_MAIN(TestInputChange)
#include "tst_input_change.moc"
