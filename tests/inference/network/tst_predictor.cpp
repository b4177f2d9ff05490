// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <thread>

#include "imaging/error.h"
#include "inference/network/batched_run.h"
#include "inference/network/class_map.h"
#include "inference/network/predictor.h"
#include "tests/support/tiny_bundle.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

NetworkInput noise(const PreprocessSpec& spec, unsigned seed) {
    NetworkInput input{
        .channels = spec.channels, .height = spec.height, .width = spec.width, .values = {}, .toImage = {}};
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, 2);
    input.values.resize(static_cast<std::size_t>(spec.channels * spec.height * spec.width));
    for (auto& value : input.values) value = normal(generator);
    return input;
}

bool sameBits(const Prediction& a, const Prediction& b) {
    for (std::size_t f = 0; f < a.findings.size(); ++f) {
        if (a.findings[f].logit != b.findings[f].logit) return false;
        if (a.findings[f].map.values != b.findings[f].map.values) return false;
    }
    return a.findings.size() == b.findings.size();
}

ProblemKind kindOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.problem().kind;
    }
    return ProblemKind::Unexpected;
}

}  // namespace

class TestPredictor : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;

    fs::path bundle(const ModelCard& card = test::tinyCard()) {
        return test::writeTinyBundle(temporary_.path().toStdString(), card);
    }

private Q_SLOTS:
    void mapsAddUpToTheLogitAndTheScoreIsItsSigmoid_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("stride");
        QTest::addColumn<int>("precision");
        for (const char* network : {"resnet18", "resnet50"})
            for (const int stride : {16, 32})
                for (const auto precision : {Precision::Fp32, Precision::Bf16})
                    QTest::addRow("%s, stride %d, %s", network, stride,
                                  precision == Precision::Fp32 ? "fp32" : "bf16")
                        << network << stride << static_cast<int>(precision);
    }
    void mapsAddUpToTheLogitAndTheScoreIsItsSigmoid() {
        QFETCH(QString, network);
        QFETCH(int, stride);
        QFETCH(int, precision);
        auto card = test::tinyCard();
        card.architecture.name = network.toStdString();
        card.architecture.outputStride = stride;
        card.input.width = 96;
        Predictor predictor(bundle(card), {Device::Cpu, static_cast<Precision>(precision)});
        for (const auto& prediction : predictor.predict({noise(card.input, 1), noise(card.input, 2)})) {
            QCOMPARE(prediction.precision, std::string(precision == int(Precision::Fp32) ? "fp32" : "bf16"));
            QCOMPARE(prediction.device, std::string("cpu"));
            QCOMPARE(prediction.note, std::string());
            QCOMPARE(prediction.findings.size(), card.findings.size());
            for (std::size_t f = 0; f < card.findings.size(); ++f) {
                const auto& finding = prediction.findings[f];
                QCOMPARE(finding.finding, card.findings[f].code);
                QCOMPARE(finding.map.width, 96 / stride);
                QCOMPARE(finding.map.height, 64 / stride);
                const auto& values = finding.map.values;
                QCOMPARE(values.size(), static_cast<std::size_t>(finding.map.width * finding.map.height));
                const double mean =
                    std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
                QVERIFY(finding.bias != 0);
                QVERIFY(std::abs(mean + finding.bias - finding.logit) <= 1e-5);
                const double score = 1 / (1 + std::exp(-finding.logit / card.findings[f].temperature));
                QVERIFY(std::abs(finding.score - score) <= 1e-12);
            }
        }
    }

    void strongestCellsAddUpToTheLogitToo_data() {
        QTest::addColumn<int>("precision");
        QTest::addRow("fp32") << static_cast<int>(Precision::Fp32);
        QTest::addRow("bf16") << static_cast<int>(Precision::Bf16);
    }
    void strongestCellsAddUpToTheLogitToo() {
        QFETCH(int, precision);
        auto card = test::tinyCard();
        card.architecture.outputStride = 16;
        card.architecture.pooling = Pooling::Strongest;
        card.input.width = card.input.height = 160;  // 10 × 10 cells: two of them count
        Predictor predictor(bundle(card), {Device::Cpu, static_cast<Precision>(precision)});
        const auto prediction = predictor.predict({noise(card.input, 5)}).at(0);
        for (const auto& finding : prediction.findings) {
            QCOMPARE(finding.map.strongest.size(), std::size_t(2));
            auto sorted = finding.map.values;
            std::sort(sorted.begin(), sorted.end(), std::greater<>());
            double sum = 0;
            for (std::size_t i = 0; i < 2; ++i) {
                QCOMPARE(finding.map.values[static_cast<std::size_t>(finding.map.strongest[i])], sorted[i]);
                sum += sorted[i];
            }
            QVERIFY(std::abs(sum / 2 + finding.bias - finding.logit) <= 1e-5);
        }
    }

    void paddingIsNeverAmongTheStrongest() {
        auto card = test::tinyCard();
        card.architecture.outputStride = 16;
        card.architecture.pooling = Pooling::Strongest;
        card.input.width = card.input.height = 160;
        Predictor predictor(bundle(card), {Device::Cpu, Precision::Fp32});
        auto input = noise(card.input, 6);
        input.shown = {48, 32, 112, 96};  // 4 × 4 cells: one of them counts
        const auto prediction = predictor.predict({input}).at(0);
        for (const auto& finding : prediction.findings) {
            QCOMPARE(finding.map.strongest.size(), std::size_t(1));
            const int x = finding.map.strongest[0] % 10, y = finding.map.strongest[0] / 10;
            QVERIFY2(x >= 3 && x < 7 && y >= 2 && y < 6, qPrintable(QStringLiteral("%1, %2").arg(x).arg(y)));
            for (int row = 2; row < 6; ++row)
                for (int column = 3; column < 7; ++column)
                    QVERIFY(finding.map.values[static_cast<std::size_t>(row * 10 + column)] <=
                            finding.map.values[static_cast<std::size_t>(finding.map.strongest[0])]);
        }
    }

    void bf16LogitsStayCloseToFp32() {
        const fs::path folder = bundle();
        const auto input = noise(test::tinyCard().input, 4);
        const auto exact = Predictor(folder, {Device::Cpu, Precision::Fp32}).predict({input}).at(0);
        const auto reduced = Predictor(folder, {Device::Cpu, Precision::Bf16}).predict({input}).at(0);
        for (std::size_t f = 0; f < 2; ++f) {
            const double difference = std::abs(exact.findings[f].logit - reduced.findings[f].logit);
            QVERIFY(difference > 0);
            QVERIFY(difference <= 0.02 * std::max(1.0, std::abs(exact.findings[f].logit)));
        }
    }

    void sameInputGivesTheSameBitsAloneOrAmongOthers_data() {
        QTest::addColumn<int>("precision");
        QTest::addRow("fp32") << static_cast<int>(Precision::Fp32);
        QTest::addRow("bf16") << static_cast<int>(Precision::Bf16);
    }
    void sameInputGivesTheSameBitsAloneOrAmongOthers() {
        QFETCH(int, precision);
        const PredictorOptions options{Device::Cpu, static_cast<Precision>(precision)};
        const fs::path folder = bundle();
        const auto spec = test::tinyCard().input;
        std::vector<NetworkInput> inputs;
        for (unsigned i = 0; i < 5; ++i) inputs.push_back(noise(spec, i));
        Predictor first(folder, options);
        const auto together = first.predict(inputs);
        const auto again = Predictor(folder, options).predict({inputs[3]});
        QVERIFY(sameBits(together[3], again[0]));
        QVERIFY(!sameBits(together[3], together[2]));
        std::vector<Prediction> elsewhere;
        std::jthread([&] { elsewhere = first.predict({inputs[3]}); }).join();
        QVERIFY(sameBits(together[3], elsewhere[0]));
    }

    void mapCellsLieOnTheirSquareOfTheImage() {
        const auto card = test::tinyCard();
        auto input = noise(card.input, 1);
        input.toImage = {2, 0, 10, 0, 3, -4};  // twice as fine in x, three times in y, shifted
        Predictor predictor(bundle(card), {Device::Cpu, Precision::Fp32});
        const auto map = predictor.predict({input}).at(0).findings[0].map;
        // Cell (1, 0) is the square of network pixels 32 to 63 × 0 to 31, whose middle is (47.5, 15.5).
        const Point centre = map.toImage({1, 0});
        QCOMPARE(centre.x, 2 * 47.5 + 10);
        QCOMPARE(centre.y, 3 * 15.5 - 4);
    }

    void brightSquareMovesTheCellsAroundIt() {
        auto card = test::tinyCard();
        card.architecture.outputStride = 16;
        card.input.width = card.input.height = 160;
        Predictor predictor(bundle(card), {Device::Cpu, Precision::Fp32});
        const auto plain = noise(card.input, 9);
        auto marked = plain;
        for (int y = 100; y < 116; ++y)
            for (int x = 40; x < 56; ++x) marked.values[static_cast<std::size_t>(y * 160 + x)] += 5;
        const auto maps = predictor.predict({plain, marked});
        double total = 0, atX = 0, atY = 0;
        const auto& before = maps[0].findings[0].map;
        const auto& after = maps[1].findings[0].map;
        for (int y = 0; y < before.height; ++y) {
            for (int x = 0; x < before.width; ++x) {
                const auto cell = static_cast<std::size_t>(y * before.width + x);
                const double change = std::pow(after.values[cell] - before.values[cell], 2);
                const Point place = before.toImage({double(x), double(y)});
                total += change;
                atX += change * place.x;
                atY += change * place.y;
            }
        }
        // The middle of the change is the square's middle (47.5, 107.5), to within a cell.
        QVERIFY(std::abs(atX / total - 47.5) <= 16);
        QVERIFY(std::abs(atY / total - 107.5) <= 16);
    }

    void missingCudaIsSaidAndTheCpuUsed() {
        Predictor predictor(bundle(), {Device::Cuda, Precision::Fp32});
        const auto prediction = predictor.predict({noise(test::tinyCard().input, 1)}).at(0);
        if (prediction.device != "cpu") QSKIP("this machine has a CUDA device");
        QVERIFY(QString::fromStdString(prediction.note).contains("no CUDA device"));
    }

    void wrongShapeIsRefused() {
        Predictor predictor(bundle(), {Device::Cpu});
        auto spec = test::tinyCard().input;
        spec.width = 32;
        QCOMPARE(kindOf([&] { predictor.predict({noise(spec, 1)}); }), ProblemKind::UsageInvalid);
        auto shortInput = noise(test::tinyCard().input, 1);
        shortInput.values.pop_back();
        QCOMPARE(kindOf([&] { predictor.predict({shortInput}); }), ProblemKind::UsageInvalid);
        QVERIFY(predictor.predict({}).empty());
    }

    void stoppedPredictionIsCancelled() {
        Predictor predictor(bundle(), {Device::Cpu});
        std::stop_source stop;
        stop.request_stop();
        const auto input = noise(test::tinyCard().input, 1);
        QCOMPARE(kindOf([&] { predictor.predict({input}, stop.get_token()); }), ProblemKind::Cancelled);
        QCOMPARE(predictor.predict({input}).size(), 1U);
    }

    void batchThatDoesNotFitIsHalved() {
        std::vector<std::size_t> counts;
        std::size_t done = 0;
        const auto run = [&](std::size_t first, std::size_t count) {
            if (count > 3) throw MemoryExhausted("CUDA out of memory");
            QCOMPARE(first, done);
            done += count;
            counts.push_back(count);
        };
        const auto never = [] { return false; };
        QCOMPARE(runInBatches(10, 8, run, never, {}), 2U);
        QCOMPARE(counts, (std::vector<std::size_t>{2, 2, 2, 2, 2}));
        QCOMPARE(done, 10U);
    }

    void deviceWithoutRoomForOneImageGivesWay() {
        bool card = true;
        std::size_t done = 0;
        const auto run = [&](std::size_t, std::size_t count) {
            if (card) throw MemoryExhausted("CUDA out of memory");
            done += count;
        };
        runInBatches(5, 4, run, [&] { return std::exchange(card, false); }, {});
        QCOMPARE(done, 5U);
    }

    void exhaustedMemoryIsToldWhenNothingHelps() {
        const auto run = [](std::size_t, std::size_t) { throw MemoryExhausted("bad_alloc"); };
        QCOMPARE(kindOf([&] { runInBatches(5, 4, run, [] { return false; }, {}); }),
                 ProblemKind::OutOfMemory);
    }

    void exhaustedMemoryIsKnownByItsWords_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("exhausted");
        QTest::addRow("CUDA") << "CUDA out of memory. Tried to allocate 2.00 GiB" << true;
        QTest::addRow("CPU 1.13")
            << "[enforce fail at alloc_cpu.cpp:66] . DefaultCPUAllocator: can't allocate memory: "
               "you tried to allocate 400 bytes."
            << true;
        QTest::addRow("CPU Windows")
            << "DefaultCPUAllocator: not enough memory: you tried to allocate 1 bytes" << true;
        QTest::addRow("C++") << "std::bad_alloc" << true;
        QTest::addRow("shape") << "Given groups=1, weight of size [8, 1, 7, 7], expected input" << false;
    }
    void exhaustedMemoryIsKnownByItsWords() {
        QFETCH(QString, text);
        QFETCH(bool, exhausted);
        QCOMPARE(tellsOfExhaustedMemory(text.toStdString()), exhausted);
    }
};

QTEST_APPLESS_MAIN(TestPredictor)
#include "tst_predictor.moc"
