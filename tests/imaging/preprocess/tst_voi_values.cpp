// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <set>

#include "imaging/preprocess/voi_values.h"

using namespace residua;

class TestVoiValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void windowFunctionsFollowTheStandard_data() {
        QTest::addColumn<double>("center");
        QTest::addColumn<double>("width");
        QTest::addColumn<int>("function");
        QTest::addColumn<float>("input");
        QTest::addColumn<double>("expected");
        const int linear = static_cast<int>(WindowFunction::Linear);
        const int exact = static_cast<int>(WindowFunction::LinearExact);
        const int sigmoid = static_cast<int>(WindowFunction::Sigmoid);
        // PS3.3 C.11.2.1.2.1: c = 2048, w = 4096 maps 0 to the minimum and 4095 to the maximum
        QTest::addRow("linear lowest") << 2048.0 << 4096.0 << linear << 0.F << 0.0;
        QTest::addRow("linear highest") << 2048.0 << 4096.0 << linear << 4095.F << 1.0;
        QTest::addRow("linear middle") << 2048.0 << 4096.0 << linear << 2047.5F << 0.5;
        QTest::addRow("linear width 1 below") << 2048.0 << 1.0 << linear << 2047.F << 0.0;
        QTest::addRow("linear width 1 above") << 2048.0 << 1.0 << linear << 2048.F << 1.0;
        QTest::addRow("exact lowest") << 2048.0 << 4096.0 << exact << 0.F << 0.0;
        QTest::addRow("exact highest") << 2048.0 << 4096.0 << exact << 4096.F << 1.0;
        QTest::addRow("exact small width") << 0.5 << 0.5 << exact << 0.5F << 0.5;
        QTest::addRow("sigmoid centre") << 100.0 << 50.0 << sigmoid << 100.F << 0.5;
        QTest::addRow("sigmoid one width up")
            << 100.0 << 50.0 << sigmoid << 150.F << 1 / (1 + std::exp(-4.0));
        QTest::addRow("clamped") << 50.0 << 10.0 << linear << 1000.F << 1.0;
    }
    void windowFunctionsFollowTheStandard() {
        QFETCH(double, center);
        QFETCH(double, width);
        QFETCH(int, function);
        QFETCH(float, input);
        QFETCH(double, expected);
        const Voi voi = Window{center, width, static_cast<WindowFunction>(function), {}};
        QVERIFY(std::abs(applyVoi(std::vector<float>{input}, voi).at(0) - expected) < 1e-6);
    }

    void lookupTableHoldsItsFirstAndLastEntryOutside() {
        LookupTable table;
        table.firstInput = -2;
        table.bits = 10;
        table.entries = {0, 341, 1023};
        const std::vector<float> inputs{-100, -2, -1, 0, 100};
        const std::vector<float> expected{0, 0, 341.F / 1023, 1, 1};
        QCOMPARE(applyVoi(inputs, Voi(table)), expected);
    }

    void twelveBitsKeepTheirDistinctValues() {
        std::vector<float> ramp(4096);
        for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<float>(i);
        const auto values = applyVoi(ramp, Window{2048, 4096, WindowFunction::Linear, {}});
        QCOMPARE(std::set<float>(values.begin(), values.end()).size(), std::size_t{4096});
    }
};

QTEST_APPLESS_MAIN(TestVoiValues)
#include "tst_voi_values.moc"
