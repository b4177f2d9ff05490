// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "inference/findings/calibration.h"
#include "tests/support/scored_labels.h"

using namespace residua;

class TestCalibration : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sigmoidIsExactAtZeroAndNeverOverflows() {
        QCOMPARE(sigmoid(0), 0.5);
        QCOMPARE(sigmoid(-800), 0.0);
        QCOMPARE(sigmoid(800), 1.0);
        QVERIFY(std::abs(sigmoid(2) + sigmoid(-2) - 1) < 1e-15);
    }

    void temperatureIsThatOfAnIndependentMinimiser() {
        const auto data = test::scoredLabels();
        QVERIFY(std::abs(fitTemperature(data.logits, data.labels) - 3.03769) < 1e-4);  // scipy, bounded Brent
    }

    void temperatureBelowOneIsFoundForScoresThatAreTooModest() {
        std::vector<double> logits;
        std::vector<int> labels;
        for (int i = 0; i < 100; ++i) {
            labels.push_back(i % 2);
            logits.push_back((i % 2 ? 1 : -1) *
                             (i % 10 < 2 ? -0.2 : 0.7));  // 80 % right with a confidence of 67 %
        }
        QVERIFY(fitTemperature(logits, labels) < 0.8);
    }

    void temperatureIsOneWithOneClassOnly() {
        QCOMPARE(fitTemperature({1, 2, 3}, {1, 1, 1}), 1.0);
        QCOMPARE(fitCalibration({1, 2, 3}, {0, 0, 0}).offset, 0.0);
    }

    void calibrationIsThatOfAnIndependentMinimiser() {
        const auto data = test::scoredLabels();
        const auto fit = fitCalibration(data.logits, data.labels);
        QVERIFY(std::abs(fit.temperature - 3.00939) < 1e-3);  // scipy, Nelder-Mead on both
        QVERIFY(std::abs(fit.offset - 0.95804) < 1e-3);
        double mean = 0;
        for (const double z : data.logits) mean += sigmoid((z + fit.offset) / fit.temperature) / 40;
        QVERIFY2(std::abs(mean - 23.0 / 40) < 1e-6, "the mean score must be the share of positives");
    }

    void calibrationErrorIsThatOfAnIndependentComputation() {
        const auto data = test::scoredLabels();
        QVERIFY(std::abs(expectedCalibrationError(data.scores(), data.labels) - 0.29383018482332196) < 1e-12);
        QCOMPARE(expectedCalibrationError({1.0, 0.0}, {1, 0}), 0.0);  // a score of 1 belongs to the last bin
    }

    void thresholdGivesAtLeastTheSensitivityAskedFor() {
        const std::vector<double> scores{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95};
        const std::vector<int> labels{0, 1, 0, 1, 0, 1, 1, 1, 0, 1};
        QCOMPARE(thresholdForSensitivity(scores, labels, 1.0), 0.15);
        QCOMPARE(thresholdForSensitivity(scores, labels, 0.8), 0.35);  // 5 of 6 positives
        QCOMPARE(thresholdForSensitivity(scores, labels, 0.5), 0.65);  // 3 of 6
        QCOMPARE(thresholdForSensitivity(scores, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0.9), 0.5);
        QCOMPARE(thresholdForSensitivity({0.25, 0.5}, {1, 1}, 1.0), 0.125);  // nothing below: halfway to 0
    }

    void thresholdKeepsItsDistanceFromTheScoresOnBothSides() {
        const std::vector<double> scores{0.30, 0.40, 0.40, 0.90};
        const std::vector<int> labels{0, 1, 0, 1};
        const double threshold = thresholdForSensitivity(scores, labels, 1.0);
        // bf16 moves logits by 0.5 %: the positive of 0.40 must stay above, the negative of 0.30 below.
        QVERIFY(threshold < 0.40 * 0.99);
        QVERIFY(threshold > 0.30 * 1.01);
    }
};

QTEST_APPLESS_MAIN(TestCalibration)
#include "tst_calibration.moc"
