// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <limits>

#include "imaging/geometry/orientation.h"

using namespace residua;
using Cosines = std::optional<std::array<double, 6>>;

namespace {

const Cosines kAxial = std::array<double, 6>{1, 0, 0, 0, 1, 0};
const Cosines kCoronal = std::array<double, 6>{1, 0, 0, 0, 0, -1};
const Cosines kSagittal = std::array<double, 6>{0, 1, 0, 0, 0, -1};

QByteArray text(const SideMarkers& m) {
    return QByteArray::fromStdString(m.left + "|" + m.right + "|" + m.top + "|" + m.bottom);
}

}  // namespace

class TestOrientation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTurnAndFlipMovesTheMarkersWithTheImage_data() {
        QTest::addColumn<int>("turns");
        QTest::addColumn<bool>("mirrored");
        QTest::addColumn<QByteArray>(
            "expected");  // left|right|top|bottom of an axial slice: R left, A on top
        QTest::addRow("as stored") << 0 << false << QByteArray("R|L|A|P");
        QTest::addRow("one turn right") << 1 << false << QByteArray("P|A|R|L");
        QTest::addRow("upside down") << 2 << false << QByteArray("L|R|P|A");
        QTest::addRow("one turn left") << 3 << false << QByteArray("A|P|L|R");
        QTest::addRow("mirrored") << 0 << true << QByteArray("L|R|A|P");
        QTest::addRow("mirrored, one turn right") << 1 << true << QByteArray("P|A|L|R");
        QTest::addRow("flipped top to bottom") << 2 << true << QByteArray("R|L|P|A");
        QTest::addRow("mirrored, one turn left") << 3 << true << QByteArray("A|P|R|L");
        QTest::addRow("turns count modulo four") << 5 << false << QByteArray("P|A|R|L");
        QTest::addRow("turns may be negative") << -1 << false << QByteArray("A|P|L|R");
    }
    void everyTurnAndFlipMovesTheMarkersWithTheImage() {
        QFETCH(int, turns);
        QFETCH(bool, mirrored);
        QFETCH(QByteArray, expected);
        QCOMPARE(text(sideMarkers(kAxial, "", {turns, mirrored})), expected);
        QCOMPARE(text(sideMarkers({}, "L\\P", {turns, mirrored})), expected);
    }

    void planesHaveTheirCustomaryMarkers() {
        QCOMPARE(text(sideMarkers(kCoronal, "", {})), QByteArray("R|L|H|F"));
        QCOMPARE(text(sideMarkers(kSagittal, "", {})), QByteArray("A|P|H|F"));
    }

    void obliqueSlicesGetTwoLettersStrongestFirst() {
        const double c = std::cos(0.5);
        const double s = std::sin(0.5);  // 29° about the body's long axis
        const Cosines oblique = std::array<double, 6>{c, -s, 0, 0, 0, -1};
        QCOMPARE(text(sideMarkers(oblique, "", {})), QByteArray("RP|LA|H|F"));
    }

    void slightTiltKeepsOneLetter() {
        const Cosines tilted = std::array<double, 6>{std::cos(0.1), 0, std::sin(0.1), 0, 1, 0};  // 6°
        QCOMPARE(text(sideMarkers(tilted, "", {})), QByteArray("R|L|A|P"));
    }

    void cosinesComeBeforePatientOrientation() {
        QCOMPARE(text(sideMarkers(kAxial, "R\\F", {})), QByteArray("R|L|A|P"));
    }

    void unusableCosinesFallBackToPatientOrientation() {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QCOMPARE(text(sideMarkers(std::array<double, 6>{}, "L\\F", {})), QByteArray("R|L|H|F"));
        QCOMPARE(text(sideMarkers(std::array<double, 6>{nan, 0, 0, 0, 1, 0}, "L\\F", {})),
                 QByteArray("R|L|H|F"));
    }

    void patientOrientationMayHaveDoubleLettersAndSpaces() {
        QCOMPARE(text(sideMarkers({}, "LA \\ F", {})), QByteArray("RP|LA|H|F"));
    }

    void unknownDirectionsGiveNoMarker_data() {
        QTest::addColumn<QByteArray>("orientation");
        QTest::addColumn<QByteArray>("expected");
        QTest::addRow("none") << QByteArray() << QByteArray("|||");
        QTest::addRow("one value") << QByteArray("L") << QByteArray("|||");
        QTest::addRow("not letters of a biped") << QByteArray("CR\\D") << QByteArray("|||");
        QTest::addRow("only the row known") << QByteArray("L\\") << QByteArray("R|L||");
    }
    void unknownDirectionsGiveNoMarker() {
        QFETCH(QByteArray, orientation);
        QFETCH(QByteArray, expected);
        QCOMPARE(text(sideMarkers({}, orientation.toStdString(), {})), expected);
    }
};

QTEST_APPLESS_MAIN(TestOrientation)
#include "tst_orientation.moc"
