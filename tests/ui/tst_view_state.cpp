// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <functional>
#include <vector>

#include "ui/view_state.h"

using namespace residua;

namespace {

const ViewFrame frame{QSizeF(40, 20), QSizeF(400, 300), 1.5};

bool near(QPointF a, QPointF b) {
    return QLineF(a, b).length() < 1e-9;
}

/// Where a point of the screen goes when the whole screen is turned or flipped about its centre.
QPointF turned(QPointF p) {
    return QPointF(200, 150) + QPointF(-(p.y() - 150), p.x() - 200);
}
QPointF turnedBack(QPointF p) {
    return QPointF(200, 150) + QPointF(p.y() - 150, -(p.x() - 200));
}
QPointF flipped(QPointF p) {
    return {400 - p.x(), p.y()};
}
QPointF flippedUp(QPointF p) {
    return {p.x(), 300 - p.y()};
}

}  // namespace

class TestViewState : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void turnsAndFlipsActOnWhatIsSeen_data() {
        QTest::addColumn<int>("turns");
        QTest::addColumn<bool>("mirrored");
        for (int turns = 0; turns < 4; ++turns)
            for (const bool mirrored : {false, true})
                QTest::addRow("%d turns%s", turns, mirrored ? ", mirrored" : "") << turns << mirrored;
    }
    void turnsAndFlipsActOnWhatIsSeen() {
        QFETCH(int, turns);
        QFETCH(bool, mirrored);
        const ViewState before{.zoom = 3, .pan = {12, -7}, .quarterTurns = turns, .mirrored = mirrored};
        const std::pair<ViewState (*)(ViewState), QPointF (*)(QPointF)> rows[] = {
            {turnedRight, turned},
            {turnedLeft, turnedBack},
            {flippedHorizontally, flipped},
            {flippedVertically, flippedUp}};
        for (const auto& [change, onScreen] : rows)
            for (const QPointF point : {QPointF(0, 0), QPointF(39, 4), QPointF(11, 19)}) {
                const QPointF expected = onScreen(imageToView(frame, before).map(point));
                QVERIFY(near(imageToView(frame, change(before)).map(point), expected));
            }
    }

    void fittedImageTouchesTheEdges() {
        const QTransform wide = imageToView({QSizeF(40, 20), QSizeF(400, 300)}, {});
        QVERIFY(near(wide.map(QPointF(-0.5, -0.5)), QPointF(0, 50)));
        QVERIFY(near(wide.map(QPointF(39.5, 19.5)), QPointF(400, 250)));
        const QTransform turnedOnce = imageToView({QSizeF(40, 20), QSizeF(400, 300)}, {.quarterTurns = 1});
        QVERIFY(near(turnedOnce.map(QPointF(-0.5, -0.5)), QPointF(275, 0)));
    }

    void pixelsThatAreNotSquareAreShownInProportion() {
        const QTransform map = imageToView({QSizeF(100, 50), QSizeF(400, 400), 2}, {});
        const QSizeF seen = map.mapRect(QRectF(-0.5, -0.5, 100, 50)).size();
        QCOMPARE(seen, QSizeF(400, 400));
    }

    void zoomKeepsTheAnchor() {
        const ViewState before{.pan = {20, 10}, .quarterTurns = 1, .mirrored = true};
        const QPointF anchor(310, 40);
        const QPointF point = imageToView(frame, before).inverted().map(anchor);
        const ViewState after = zoomedAt(frame, before, 1.7, anchor);
        QVERIFY(near(imageToView(frame, after).map(point), anchor));
        QCOMPARE(after.zoom, effectiveZoom(frame, before) * 1.7);
    }

    void zoomHasEnds() {
        ViewState state;
        for (int i = 0; i < 200; ++i) state = zoomedAt(frame, state, 2, {1, 1});
        QCOMPARE(state.zoom, 64.0);
        for (int i = 0; i < 200; ++i) state = zoomedAt(frame, state, 0.5, {1, 1});
        QCOMPARE(state.zoom, 0.02);
    }
};

QTEST_APPLESS_MAIN(TestViewState)
#include "tst_view_state.moc"
