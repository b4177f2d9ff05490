// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "inference/findings/finding_figures.h"
#include "inference/findings/metrics.h"
#include "tests/support/scored_labels.h"

using namespace residua;

namespace {

std::vector<double> rounded(std::vector<double> scores) {
    for (double& score : scores) score = std::round(score * 10) / 10;
    return scores;
}

bool near(double a, double b) {
    return std::abs(a - b) < 1e-12;
}

}  // namespace

class TestMetrics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void figuresAreScikitLearns() {
        const auto data = test::scoredLabels();
        QVERIFY(near(areaUnderRoc(data.scores(), data.labels), 0.7058823529411764));
        QVERIFY(near(averagePrecision(data.scores(), data.labels), 0.7511237380931868));
        QVERIFY(near(brierScore(data.scores(), data.labels), 0.2523451186631885));
        const auto confusion = confusionAt(data.scores(), data.labels, 0.5);
        QCOMPARE(confusion.trueNegative, 12);
        QCOMPARE(confusion.falsePositive, 5);
        QCOMPARE(confusion.falseNegative, 7);
        QCOMPARE(confusion.truePositive, 16);
        QVERIFY(near(confusion.accuracy(), 0.7));
    }

    void tiesCountHalfAsInScikitLearn() {
        const auto data = test::scoredLabels();
        QVERIFY(near(areaUnderRoc(rounded(data.scores()), data.labels), 0.7058823529411765));
        QVERIFY(near(averagePrecision(rounded(data.scores()), data.labels), 0.7050533428460564));
        QCOMPARE(areaUnderRoc({0.5, 0.5, 0.5}, {0, 1, 0}), 0.5);
    }

    void oneClassHasNoAuc() {
        QVERIFY(std::isnan(areaUnderRoc({0.1, 0.9}, {1, 1})));
        QVERIFY(std::isnan(averagePrecision({0.1, 0.9}, {0, 0})));
        QVERIFY(std::isnan(confusionAt({0.1}, {0}, 0.5).sensitivity()));
        QVERIFY(std::isnan(brierScore({}, {})));
    }

    void scoreAtTheThresholdIsFlagged() { QCOMPARE(confusionAt({0.5}, {1}, 0.5).truePositive, 1); }

    void intervalsRepeatAndDoNotDependOnTheOrder() {
        std::vector<std::string> patients;
        std::vector<double> values;
        for (int i = 0; i < 60; ++i) {
            patients.push_back("p" + std::to_string(i / 3));
            values.push_back(i / 3 % 7);
        }
        const auto mean = [&](const std::vector<std::size_t>& drawn) {
            double sum = 0;
            for (const auto i : drawn) sum += values[i];
            return sum / static_cast<double>(drawn.size());
        };
        const auto first = patientBootstrap(patients, 5, 500, mean);
        const auto again = patientBootstrap(patients, 5, 500, mean);
        QCOMPARE(first.low, again.low);
        QCOMPARE(first.high, again.high);
        QVERIFY(first.low < first.value && first.value < first.high);
        std::reverse(patients.begin(), patients.end());
        std::reverse(values.begin(), values.end());
        const auto reversed = patientBootstrap(patients, 5, 500, mean);
        QVERIFY(near(first.low, reversed.low) && near(first.high, reversed.high));
    }

    void imagesOfAPatientStayTogether() {
        // 4 images each of 10 patients: drawn alone, images would make the interval half as wide.
        std::vector<std::string> patients;
        std::vector<std::string> loners;
        for (int i = 0; i < 40; ++i) {
            patients.push_back("p" + std::to_string(i / 4));
            loners.push_back("p" + std::to_string(i));
        }
        const auto mean = [](const std::vector<std::size_t>& drawn) {
            double sum = 0;
            for (const auto i : drawn) sum += static_cast<double>(i / 4);
            return sum / static_cast<double>(drawn.size());
        };
        const auto together = patientBootstrap(patients, 1, 2000, mean);
        const auto alone = patientBootstrap(loners, 1, 2000, mean);
        QVERIFY((together.high - together.low) > 1.6 * (alone.high - alone.low));
    }

    void figuresWithoutAValueAreNullInJson() {
        const auto figures = figuresOf("opacity", {{0.2, 0.8}, {1, 1}, {"a", "b"}}, 0.5, 1, 20);
        const auto json = figuresJson(figures);
        QVERIFY(json.at("auc").at("value").is_null());
        QVERIFY(json.at("specificity").at("low").is_null());
        QCOMPARE(json.at("sensitivity").at("value").get<double>(), 0.5);
        QCOMPARE(json.at("patients").get<int>(), 2);
    }
};

QTEST_APPLESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
