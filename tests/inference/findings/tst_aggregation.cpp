// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <limits>

#include "inference/findings/aggregation.h"

using namespace residua;

namespace {
constexpr double kNotScored = std::numeric_limits<double>::quiet_NaN();
}

class TestAggregation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void seriesHasTheScoreOfItsHighestSlice() {
        const auto finding = aggregateHighest("lesion", {0.1, 0.7, 0.3}, 0.5);
        QCOMPARE(finding.finding, std::string("lesion"));
        QCOMPARE(finding.score, 0.7);
        QCOMPARE(finding.slice, 1U);
        QCOMPARE(finding.scored, 3U);
        QVERIFY(finding.flagged);
        QCOMPARE(finding.aggregation, std::string("highest of 3 images"));
    }

    void slicesWithoutAScoreAreLeftOut() {
        const auto finding = aggregateHighest("lesion", {kNotScored, 0.2, kNotScored, 0.4}, 0.5);
        QCOMPARE(finding.slice, 3U);
        QCOMPARE(finding.scored, 2U);
        QVERIFY(!finding.flagged);
        QCOMPARE(finding.aggregation, std::string("highest of 2 images"));
    }

    void firstOfEqualSlicesDecides() { QCOMPARE(aggregateHighest("lesion", {0.2, 0.6, 0.6}, 0.5).slice, 1U); }

    void scoreAtTheThresholdIsFlagged() {
        QVERIFY(aggregateHighest("lesion", {0.5}, 0.5).flagged);
        QVERIFY(!aggregateHighest("lesion", {std::nextafter(0.5, 0)}, 0.5).flagged);
    }

    void scoreOfZeroCounts() {
        const auto finding = aggregateHighest("lesion", {kNotScored, 0.0}, 0.0);
        QCOMPARE(finding.slice, 1U);
        QVERIFY(finding.flagged);
        QCOMPARE(finding.aggregation, std::string("the one image scored"));
    }

    void nothingScoredIsNotFlagged() {
        const auto finding = aggregateHighest("lesion", {kNotScored}, 0.0);
        QCOMPARE(finding.scored, 0U);
        QVERIFY(!finding.flagged);
    }
};

QTEST_APPLESS_MAIN(TestAggregation)
#include "tst_aggregation.moc"
