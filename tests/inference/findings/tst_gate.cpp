// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "imaging/error.h"
#include "inference/findings/counter_random.h"
#include "inference/findings/gate_fit.h"

using namespace residua;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Two classes about different means, the second channel three times as wide as the first and tied to it.
FeatureTable twoClasses(std::size_t images, double shift = 0) {
    FeatureTable table{3, {}};
    CounterRandom random(5);
    for (std::size_t i = 0; i < images; ++i) {
        const auto normal = [&] {
            double sum = -6;
            for (int k = 0; k < 12; ++k) sum += random.uniform();
            return sum;
        };
        const double a = normal(), b = normal(), c = normal();
        const double mean = i % 2 == 0 ? 0 : 10;
        table.add(std::vector<float>{static_cast<float>(mean + a + shift), static_cast<float>(3 * b + a),
                                     static_cast<float>(0.1 * c)});
    }
    return table;
}

std::vector<std::size_t> twoLabels(std::size_t images) {
    std::vector<std::size_t> labels;
    for (std::size_t i = 0; i < images; ++i) labels.push_back(i % 2);
    return labels;
}

double distanceOf(const Gate& gate, const std::vector<float>& features) {
    return distanceTo(gate, whitened(gate, features));
}

/// A gate of two channels with one orientation, whole in every part.
Gate smallGate() {
    Gate gate;
    gate.channels = 2;
    gate.classes = 1;
    gate.whitening = {2, 0, 1, 3};
    gate.centres = {1, 1};
    gate.turnWeights = {1, 0, 0, 1};
    gate.turnBiases = {0, 0.5F};
    return gate;
}

GateCard smallCard() {
    return {4, 5, {{Orientation::UpsideDown, 10}}, 0.5};
}

}  // namespace

class TestGate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void distanceIsThatOfTheNearestClassInUnitsOfItsSpread() {
        Gate gate = smallGate();  // |W f - 1|
        QVERIFY(distanceOf(gate, {0.5F, 1.0F / 6}) < 1e-6);
        QCOMPARE(distanceOf(gate, {2, 1}), 5.0);
        gate.classes = 2;
        gate.centres = {100, 100, 1, 1};
        QCOMPARE(distanceOf(gate, {2, 1}), 5.0);
        const auto likeness = likenessOf(gate, smallCard(), std::vector<float>{2, 1});
        QCOMPARE(likeness.unlikeness, 1.0);
        QCOMPARE(likeness.orientation, Orientation::UpsideDown);
        QVERIFY(std::abs(likeness.orientationShare - 1 / (1 + std::exp(4 - 5.5))) < 1e-12);
    }

    void fittedDistancesHaveTheSpreadOfTheTraining() {
        const auto features = twoClasses(4000);
        const auto fit = fitClasses(features, twoLabels(4000), {});
        QVERIFY2(fit.shrinkage > 0 && fit.shrinkage < 0.01, qPrintable(QString::number(fit.shrinkage)));
        double squares = 0;
        for (std::size_t i = 0; i < features.size(); ++i)
            squares += std::pow(distanceTo(fit.gate, whitened(fit.gate, features.row(i))), 2);
        // Chi squared with three degrees of freedom, a little less for the shrunk third channel.
        const double mean = squares / 4000;
        QVERIFY2(mean > 2.6 && mean < 3.05, qPrintable(QString::number(mean)));
        // As far, but across the spread instead of along it.
        QVERIFY(distanceOf(fit.gate, {0, 6, 0}) < 3);
        QVERIFY(distanceOf(fit.gate, {-6, 0, 0}) > 4);
        QVERIFY2(distanceOf(fit.gate, {5, 0, 0}) > 4, "between two classes is like neither");
    }

    void sameFeaturesGiveTheSameGate() {
        const auto features = twoClasses(200);
        auto first = fitClasses(features, twoLabels(200), {}).gate;
        auto second = fitClasses(features, twoLabels(200), {}).gate;
        fitOrientations(first, {features, twoClasses(200, 4)}, 3, {});
        fitOrientations(second, {features, twoClasses(200, 4)}, 3, {});
        QCOMPARE(first.whitening, second.whitening);
        QCOMPARE(first.centres, second.centres);
        QCOMPARE(first.turnWeights, second.turnWeights);
        QCOMPARE(first.turnBiases, second.turnBiases);
    }

    void moreChannelsThanImagesAreShrunkAndNotRefused() {
        FeatureTable table{40, {}};
        CounterRandom random(1);
        for (std::size_t i = 0; i < 20; ++i) {
            std::vector<float> row;
            for (int j = 0; j < 40; ++j) row.push_back(static_cast<float>(random.uniform()));
            table.add(row);
        }
        const auto fit = fitClasses(table, std::vector<std::size_t>(20), {});
        QVERIFY(fit.shrinkage > 0.1);
        checkGate(fit.gate, {1, 2, {}, 1}, "bundle");
    }

    void imagesThatAllLookTheSameMakeNoGate() {
        FeatureTable table{2, std::vector<float>(40, 0.5F)};
        QVERIFY_EXCEPTION_THROWN(fitClasses(table, std::vector<std::size_t>(20), {}), Error);
    }

    void orientationsThatDifferAreTold() {
        const auto upright = twoClasses(400);
        const auto turned = twoClasses(400, 5);  // the classes are now where nothing was
        auto gate = fitClasses(upright, twoLabels(400), {}).gate;
        FeatureTable other = turned;
        for (std::size_t i = 0; i < other.values.size(); i += 3) other.values[i + 2] += 1;
        fitOrientations(gate, {upright, other}, 1, {});
        std::size_t right = 0;
        for (std::size_t i = 0; i < 400; ++i) {
            right += orientationShares(gate, whitened(gate, upright.row(i)))[0] > 0.5 ? 1 : 0;
            right += orientationShares(gate, whitened(gate, other.row(i)))[1] > 0.5 ? 1 : 0;
        }
        QVERIFY2(right > 780, qPrintable(QString::number(right)));
    }

    void labelsMakeClassesAndRareOnesOneTogether() {
        std::vector<std::vector<float>> targets;
        const auto add = [&](int images, float a, float b) {
            for (int i = 0; i < images; ++i) targets.push_back({a, b});
        };
        add(100, 0, 0), add(20, 1, 0), add(10, 1, 1), add(9, 0, kNan);
        const auto classes = labelClasses(targets);
        QCOMPARE(std::set<std::size_t>(classes.begin(), classes.end()).size(), std::size_t{3});
        QVERIFY(classes[0] != classes[100] && classes[120] == classes[138] && classes[0] != classes[138]);
        targets.resize(125);  // five of the rare ones: too few for a class even together
        const auto fewer = labelClasses(targets);
        QCOMPARE(fewer[124], fewer[0]);
        QVERIFY(fewer[100] != fewer[0]);
    }

    void percentilesLieBetweenTheirNeighbours() {
        QCOMPARE(percentile({3, 1, 2}, 0.5), 2.0);
        QCOMPARE(percentile({3, 1, 2}, 0.75), 2.5);
        QCOMPARE(percentile({3, 1, 2}, 1), 3.0);
        QVERIFY(std::isnan(percentile({}, 0.5)));
    }

    void brokenGatesAreNamed_data() {
        QTest::addColumn<int>("number");
        QTest::addColumn<ProblemKind>("kind");
        QTest::addColumn<QString>("said");
        using enum ProblemKind;
        QTest::newRow("channels of another network") << 0 << WeightsShapeMismatch << "gate.whitening";
        QTest::newRow("no class") << 1 << WeightsShapeMismatch << "gate.centres";
        QTest::newRow("half a centre") << 2 << WeightsShapeMismatch << "gate.centres";
        QTest::newRow("a turn too few") << 3 << WeightsShapeMismatch << "gate.turn";
        QTest::newRow("NaN in the whitening") << 4 << WeightsNotFinite << "gate.whitening";
        QTest::newRow("infinity in the centres") << 5 << WeightsNotFinite << "gate.centres";
        QTest::newRow("NaN in the turns") << 6 << WeightsNotFinite << "gate.turn.weight";
        QTest::newRow("not positive definite") << 7 << WeightsFormatInvalid << "positive diagonal";
        QTest::newRow("no triangle") << 8 << WeightsFormatInvalid << "lower triangle";
    }
    void brokenGatesAreNamed() {
        QFETCH(int, number);
        QFETCH(ProblemKind, kind);
        QFETCH(QString, said);
        const std::vector<std::function<void(Gate&)>> breaks{
            [](Gate& g) { g.channels = 3; },
            [](Gate& g) { g.classes = 0, g.centres.clear(); },
            [](Gate& g) { g.centres.pop_back(); },
            [](Gate& g) { g.turnBiases.pop_back(); },
            [](Gate& g) { g.whitening[2] = kNan; },
            [](Gate& g) { g.centres[1] = std::numeric_limits<float>::infinity(); },
            [](Gate& g) { g.turnWeights[0] = kNan; },
            [](Gate& g) { g.whitening[3] = -3; },
            [](Gate& g) { g.whitening[1] = 1; },
        };
        Gate gate = smallGate();
        checkGate(gate, smallCard(), "bundle");
        breaks.at(static_cast<std::size_t>(number))(gate);
        try {
            checkGate(gate, smallCard(), "bundle");
            QFAIL("a broken gate must be refused");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, kind);
            QCOMPARE(error.problem().path, std::filesystem::path("bundle"));
            QVERIFY2(QString::fromStdString(error.problem().detail).contains(said), error.what());
        }
    }
};

QTEST_APPLESS_MAIN(TestGate)
#include "tst_gate.moc"
