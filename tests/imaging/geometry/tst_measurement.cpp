// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <limits>
#include <string>

#include "imaging/geometry/measurement.h"

using namespace residua;

class TestMeasurement : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lengthWithoutASpacingIsInPixels() {
        QCOMPARE(measureLength({0, 0}, {3, 4}, Spacing{}), (Length{5, SpacingKind::None}));
        QCOMPARE(std::string(lengthUnit(SpacingKind::None)), std::string("px"));
    }

    void lengthNamesTheSpacingItWasMeasuredBy_data() {
        QTest::addColumn<SpacingKind>("kind");
        QTest::addRow("patient") << SpacingKind::Patient;
        QTest::addRow("detector") << SpacingKind::Detector;
        QTest::addRow("magnification corrected") << SpacingKind::MagnificationCorrected;
        QTest::addRow("calibrated") << SpacingKind::Calibrated;
    }
    void lengthNamesTheSpacingItWasMeasuredBy() {
        QFETCH(SpacingKind, kind);
        QCOMPARE(measureLength({1, 1}, {4, 5}, {kind, 0.5, 0.5}), (Length{2.5, kind}));
        QCOMPARE(std::string(lengthUnit(kind)), std::string("mm"));
    }

    void unequalSpacingCountsColumnsAcrossAndRowsDown() {
        const Spacing spacing{SpacingKind::Patient, 2, 0.5};  // 2 mm between rows, 0.5 mm between columns
        QCOMPARE(measureLength({0, 0}, {10, 0}, spacing).value, 5.0);
        QCOMPARE(measureLength({0, 0}, {0, 10}, spacing).value, 20.0);
    }

    void unusableSpacingFallsBackToPixels_data() {
        QTest::addColumn<double>("row");
        QTest::addColumn<double>("column");
        QTest::addRow("zero") << 0.0 << 1.0;
        QTest::addRow("negative") << 1.0 << -1.0;
        QTest::addRow("not a number") << std::numeric_limits<double>::quiet_NaN() << 1.0;
        QTest::addRow("infinite") << 1.0 << std::numeric_limits<double>::infinity();
    }
    void unusableSpacingFallsBackToPixels() {
        QFETCH(double, row);
        QFETCH(double, column);
        QCOMPARE(measureLength({0, 0}, {0, 7}, {SpacingKind::Patient, row, column}),
                 (Length{7, SpacingKind::None}));
    }
};

QTEST_APPLESS_MAIN(TestMeasurement)
#include "tst_measurement.moc"
