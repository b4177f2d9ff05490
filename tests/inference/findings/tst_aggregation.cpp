// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <limits>

#include "inference/findings/aggregation.h"

using namespace residua;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}

/// Scores as a predictor gives them, from logits.
std::vector<SliceScore> slices(const std::vector<double>& logits, double temperature = 1) {
    std::vector<SliceScore> scores;
    for (const double logit : logits) scores.push_back({sigmoid(logit / temperature), logit});
    return scores;
}

FindingCard card(const std::string& code, const std::string& kindOf = {}) {
    FindingCard finding;
    finding.code = finding.name = code;
    finding.kindOf = kindOf;
    return finding;
}

SeriesFinding one(const std::vector<double>& logits, Aggregation rule, FindingCard finding = card("lesion")) {
    const auto found = aggregateStack({finding}, {slices(logits, finding.temperature)}, rule);
    return found.empty() ? SeriesFinding() : found.front();
}

}  // namespace

class TestAggregation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aStackHasTheScoreOfItsHighestSlice() {
        const auto finding = one({-2, 1, -1}, Aggregation::Highest);
        QCOMPARE(finding.finding, std::string("lesion"));
        QCOMPARE(finding.score, sigmoid(1));
        QCOMPARE(finding.slice, 1U);
        QCOMPARE(finding.count, 1U);
        QCOMPARE(finding.scored, 3U);
        QVERIFY(finding.flagged);
        QCOMPARE(finding.aggregation, std::string("highest of 3 images"));
    }

    void slicesWithoutAScoreAreLeftOut() {
        const auto finding = one({kNone, -2, kNone, -1}, Aggregation::Highest);
        QCOMPARE(finding.slice, 3U);
        QCOMPARE(finding.scored, 2U);
        QVERIFY(!finding.flagged);
        QCOMPARE(finding.aggregation, std::string("highest of 2 images"));
    }

    void firstOfEqualSlicesDecides() { QCOMPARE(one({-1, 1, 1}, Aggregation::Highest).slice, 1U); }

    void scoreAtTheThresholdIsFlagged() {
        auto finding = card("lesion");
        finding.threshold = sigmoid(0.3);
        QVERIFY(one({0.3}, Aggregation::Highest, finding).flagged);
        QVERIFY(!one({0.2999999}, Aggregation::Highest, finding).flagged);
    }

    void aStackOfOneScoredImageHasItsScore() {
        for (const auto rule : {Aggregation::Highest, Aggregation::Neighbours}) {
            const auto finding = one({kNone, 0}, rule);
            QCOMPARE(finding.slice, 1U);
            QCOMPARE(finding.score, 0.5);
            QCOMPARE(finding.aggregation, std::string("the one image scored"));
        }
    }

    void nothingScoredIsNoFinding() {
        QVERIFY(aggregateStack({card("lesion")}, {slices({kNone, kNone})}, Aggregation::Neighbours).empty());
        QVERIFY(aggregateStack({card("lesion")}, {{}}, Aggregation::Highest).empty());
    }

    void aSliceThatStandsAloneDoesNotFlagAmongNeighbours() {
        const std::vector<double> spike{-4, -4, 4, -4, -4};
        QVERIFY(one(spike, Aggregation::Highest).flagged);
        QVERIFY(!one(spike, Aggregation::Neighbours).flagged);
    }

    void theHighestMeanOfThreeNeighboursDecides() {
        auto finding = card("lesion");
        finding.temperature = 2;
        const auto found = one({-4, 5, -4, 1, 3, 2, -4}, Aggregation::Neighbours, finding);
        QCOMPARE(found.first, 3U);
        QCOMPARE(found.count, kNeighbours);
        QCOMPARE(found.slice, 4U);  // the highest of the three
        QCOMPARE(found.logit, 2.0);
        QCOMPARE(found.score, sigmoid(2.0 / 2));
        QCOMPARE(found.scored, 7U);
        QCOMPARE(found.aggregation, std::string("highest mean of 3 neighbours among 7 images"));
    }

    void neighboursAreNotCountedAcrossASliceWithoutAScore() {
        const auto found = one({2, 2, kNone, 2, -1, -1, -1}, Aggregation::Neighbours);
        QCOMPARE(found.first, 3U);  // 0, 1 and 3 would be higher
        QCOMPARE(found.logit, 0.0);
    }

    void shortStacksTakeWhatLiesInARow() {
        QCOMPARE(one({1, 3}, Aggregation::Neighbours).logit, 2.0);
        const auto gap = one({1, kNone, 3, 2}, Aggregation::Neighbours);
        QCOMPARE(gap.first, 2U);
        QCOMPARE(gap.count, 2U);
        QCOMPARE(gap.logit, 2.5);
    }

    void aKindIsReadWhereItsWholeIsDecided() {
        // The other kind is high on a slice where no tumour is.
        const std::vector<FindingCard> cards{card("glioma", "tumour"), card("pituitary", "tumour"),
                                             card("tumour")};
        const auto found =
            aggregateStack(cards, {slices({-1, 1, 2, 1}), slices({3, -2, -2, -2}), slices({-5, 4, 4, 4})},
                           Aggregation::Neighbours);
        QCOMPARE(found.size(), 3U);
        QCOMPARE(found[0].finding, std::string("glioma"));  // the card's order
        QCOMPARE(found[0].first, 1U);
        QCOMPARE(found[0].slice, 2U);
        QVERIFY(found[0].flagged);
        QVERIFY(!found[1].flagged);
        QCOMPARE(found[1].kindOf, std::string("tumour"));
        QCOMPARE(found[1].aggregation, std::string("mean of the 3 images that decide 'tumour'"));
        QCOMPARE(found[2].kindOf, std::string());
    }

    void theHighestStackDecidesASeriesAndItsKinds() {
        const std::vector<FindingCard> cards{card("tumour"), card("glioma", "tumour")};
        const auto first =
            aggregateStack(cards, {slices({1, 1, 1}), slices({4, 4, 4})}, Aggregation::Neighbours);
        const auto second =
            aggregateStack(cards, {slices({2, 2, 2}), slices({-1, -1, -1})}, Aggregation::Neighbours);
        const auto series = aggregateSeries(cards, {first, second});
        QCOMPARE(series[0].stack, 1U);
        QCOMPARE(series[0].stacks, 2U);
        QCOMPARE(series[0].logit, 2.0);
        QVERIFY(series[0].aggregation.ends_with(", highest of 2 stacks"));
        QCOMPARE(series[1].stack, 1U);  // not the stack where it is highest
        QVERIFY(!series[1].flagged);
    }

    void aStackWithoutScoresDoesNotCount() {
        const std::vector<FindingCard> cards{card("tumour")};
        const auto scored = aggregateStack(cards, {slices({1})}, Aggregation::Highest);
        const auto series = aggregateSeries(cards, {{}, scored});
        QCOMPARE(series[0].stack, 1U);
        QCOMPARE(series[0].stacks, 1U);
        QCOMPARE(series[0].aggregation, std::string("the one image scored"));
    }

    void theHighestSeriesDecidesAStudy() {
        const std::vector<FindingCard> cards{card("opacity"), card("lesion")};
        const auto frontal = aggregateStack(cards, {slices({1}), slices({kNone})}, Aggregation::Highest);
        const auto lateral = aggregateStack(cards, {slices({3}), slices({-1})}, Aggregation::Highest);
        const auto study = aggregateStudy(cards, {frontal, {}, lateral});
        QCOMPARE(study.size(), 2U);
        QCOMPARE(study[0].series, 2U);
        QCOMPARE(study[0].scored, 2U);
        QCOMPARE(study[0].finding.logit, 3.0);
        QCOMPARE(study[1].scored, 1U);
        QVERIFY(aggregateStudy(cards, {{}, {}}).empty());
    }
};

QTEST_APPLESS_MAIN(TestAggregation)
#include "tst_aggregation.moc"
