// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <QSignalSpy>
#include <QWheelEvent>
#include <QtTest>
#include <cmath>

#include "ui/tools/window_tool.h"
#include "ui/viewport.h"
#include "ui/viewport_painting.h"

using namespace residua;

namespace {

const Spacing square{.kind = SpacingKind::Patient, .row = 1, .column = 1};

/// Black with one white quarter: top left.
QImage quarterImage(int size = 100) {
    QImage image(size, size, QImage::Format_RGB32);
    image.fill(Qt::black);
    QPainter(&image).fillRect(0, 0, size / 2, size / 2, Qt::white);
    return image;
}

void drag(QWidget& widget, QPoint from, QPoint to, Qt::MouseButton button = Qt::LeftButton) {
    QTest::mousePress(&widget, button, {}, from);
    // QTest::mouseMove carries no buttons: a drag needs its own event.
    for (int i = 1; i <= 4; ++i) {
        const QPointF at = QPointF(from) + QPointF(to - from) * i / 4;
        QMouseEvent move(QEvent::MouseMove, at, widget.mapToGlobal(at), Qt::NoButton, button, {});
        QApplication::sendEvent(&widget, &move);
    }
    QTest::mouseRelease(&widget, button, {}, to);
}

void wheel(QWidget& widget, QPointF at, int delta, Qt::KeyboardModifiers modifiers = {}) {
    QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(&widget, &event);
}

QColor seen(Viewport& viewport, QPoint at) {
    return viewport.grab().toImage().pixelColor(at);
}

}  // namespace

class TestViewport : public QObject {
    Q_OBJECT

    std::unique_ptr<Viewport> viewport_;

private Q_SLOTS:
    void init() {
        viewport_ = std::make_unique<Viewport>();
        viewport_->resize(400, 400);
        viewport_->setTextOverlay(TextOverlay::Off);
        viewport_->setImage(quarterImage(), square);
        viewport_->setWindowState({.window = {.center = 40, .width = 400, .explanation = {}}, .range = 4096});
    }

    void legendLeavesTheCornerTextsFree_data() {
        QTest::addColumn<double>("width");
        QTest::addColumn<QSizeF>("left");
        QTest::addColumn<QSizeF>("right");
        QTest::addRow("in the middle") << 1200.0 << QSizeF(200, 85) << QSizeF(140, 102);
        QTest::addRow("beside the left text") << 640.0 << QSizeF(210, 85) << QSizeF(80, 102);
        QTest::addRow("above both") << 640.0 << QSizeF(268, 85) << QSizeF(140, 102);
    }

    void legendLeavesTheCornerTextsFree() {
        QFETCH(double, width);
        QFETCH(QSizeF, left);
        QFETCH(QSizeF, right);
        const QRectF area(12, 12, width, 640);
        const QRectF legend = legendPlace(area, {248, 62}, left, right);
        const QPointF leftTop = area.bottomLeft() - QPointF(0, left.height());
        const QPointF rightTop = area.bottomRight() - QPointF(right.width(), right.height());
        QVERIFY(area.contains(legend));
        QVERIFY(!legend.intersects(QRectF(leftTop, left)));
        QVERIFY(!legend.intersects(QRectF(rightTop, right)));
    }

    void windowDragRightIsWiderUpIsBrighter() {
        QSignalSpy wished(viewport_.get(), &Viewport::windowWished);
        drag(*viewport_, {200, 200}, {280, 200});
        const auto wider = wished.last().front().value<Window>();
        QVERIFY(wider.width > 400);
        QCOMPARE(wider.center, 40.0);
        drag(*viewport_, {200, 200}, {200, 120});
        const auto brighter = wished.last().front().value<Window>();
        QCOMPARE(brighter.width, 400.0);
        QVERIFY(brighter.center < 40);  // a lower centre shows the same value brighter
    }

    void upIsBrighterAlsoWhereHighValuesAreDark() {
        const WindowState inverted{
            .window = {.center = 40, .width = 400, .explanation = {}}, .range = 4096, .brightIsHigh = false};
        QVERIFY(draggedWindow(inverted, {0, -50}).center > 40);
    }

    void windowNeverGetsNarrowerThanTheStandardAllows() {
        const WindowState narrow{.window = {.center = 0, .width = 3, .explanation = {}}, .range = 256};
        QCOMPARE(draggedWindow(narrow, {-5000, 0}).width, 1.0);
    }

    void escapePutsTheWindowBack() {
        QSignalSpy wished(viewport_.get(), &Viewport::windowWished);
        QTest::mousePress(viewport_.get(), Qt::LeftButton, {}, {200, 200});
        QMouseEvent move(QEvent::MouseMove, QPointF(300, 100), QPointF(300, 100), Qt::NoButton,
                         Qt::LeftButton, {});
        QApplication::sendEvent(viewport_.get(), &move);
        viewport_->cancelTool();
        QCOMPARE(wished.last().front().value<Window>().width, 400.0);
        QTest::mouseRelease(viewport_.get(), Qt::LeftButton, {}, {300, 100});
        QCOMPARE(wished.size(), 2);
    }

    void wheelScrollsSlices() {
        QSignalSpy scrolled(viewport_.get(), &Viewport::scrollWished);
        wheel(*viewport_, {200, 200}, -120);
        QCOMPARE(scrolled.takeFirst().front().toInt(), 1);
        wheel(*viewport_, {200, 200}, 240);
        QCOMPARE(scrolled.takeFirst().front().toInt(), -2);
    }

    void smallWheelStepsOfATouchpadAddUp() {
        QSignalSpy scrolled(viewport_.get(), &Viewport::scrollWished);
        for (int i = 0; i < 8; ++i) wheel(*viewport_, {200, 200}, -30);
        QCOMPARE(scrolled.size(), 2);
    }

    void ctrlWheelKeepsThePointUnderTheCursor() {
        const QPointF cursor(310, 90);
        const QPointF before = viewport_->toImage(cursor);
        QSignalSpy scrolled(viewport_.get(), &Viewport::scrollWished);
        wheel(*viewport_, cursor, 240, Qt::ControlModifier);
        QVERIFY(effectiveZoom(viewport_->viewFrame(), viewport_->viewState()) > 4);
        QVERIFY(QLineF(viewport_->toImage(cursor), before).length() < 1e-9);
        QVERIFY(scrolled.isEmpty());
    }

    void middleDragPans() {
        QCOMPARE(seen(*viewport_, {100, 100}), QColor(Qt::white));
        drag(*viewport_, {200, 200}, {320, 200}, Qt::MiddleButton);
        QCOMPARE(seen(*viewport_, {100, 100}), QColor(Qt::black));  // left of the moved image
        QCOMPARE(seen(*viewport_, {220, 100}), QColor(Qt::white));
    }

    void rightDragZoomsAndRightClickOpensTheMenu() {
        QSignalSpy menu(viewport_.get(), &Viewport::contextMenuWished);
        drag(*viewport_, {200, 200}, {200, 100}, Qt::RightButton);
        QCOMPARE(effectiveZoom(viewport_->viewFrame(), viewport_->viewState()), 8.0);
        QVERIFY(menu.isEmpty());
        QTest::mouseClick(viewport_.get(), Qt::RightButton, {}, {200, 200});
        QCOMPARE(menu.size(), 1);
    }

    void scrollToolDragsThroughTheStack() {
        viewport_->setTool(ToolKind::Scroll);
        QSignalSpy scrolled(viewport_.get(), &Viewport::scrollWished);
        drag(*viewport_, {200, 100}, {200, 164});
        int sum = 0;
        for (const auto& step : scrolled) sum += step.front().toInt();
        QCOMPARE(sum, 8);
    }

    void doubleClickWishesToMaximise() {
        QSignalSpy maximise(viewport_.get(), &Viewport::maximiseWished);
        QTest::mouseDClick(viewport_.get(), Qt::LeftButton, {}, {200, 200});
        QCOMPARE(maximise.size(), 1);
    }

    void turnedAndFlippedImageIsPaintedSo_data() {
        QTest::addColumn<int>("turns");
        QTest::addColumn<bool>("mirrored");
        QTest::addColumn<QPoint>("white");
        QTest::addRow("plain") << 0 << false << QPoint(100, 100);
        QTest::addRow("right") << 1 << false << QPoint(300, 100);
        QTest::addRow("half") << 2 << false << QPoint(300, 300);
        QTest::addRow("left") << 3 << false << QPoint(100, 300);
        QTest::addRow("mirrored") << 0 << true << QPoint(300, 100);
        QTest::addRow("mirrored, right") << 1 << true << QPoint(300, 300);
        QTest::addRow("mirrored, half") << 2 << true << QPoint(100, 300);
        QTest::addRow("mirrored, left") << 3 << true << QPoint(100, 100);
    }
    void turnedAndFlippedImageIsPaintedSo() {
        QFETCH(int, turns);
        QFETCH(bool, mirrored);
        QFETCH(QPoint, white);
        viewport_->setViewState({.quarterTurns = turns, .mirrored = mirrored});
        for (const QPoint quarter : {QPoint(100, 100), QPoint(300, 100), QPoint(100, 300), QPoint(300, 300)})
            QCOMPARE(seen(*viewport_, quarter), quarter == white ? QColor(Qt::white) : QColor(Qt::black));
    }

    void turnedAndFlippedMarkersMatch_data() {
        QTest::addColumn<int>("turns");
        QTest::addColumn<bool>("mirrored");
        QTest::addColumn<QString>("edges");  // left, right, top, bottom
        QTest::addRow("plain") << 0 << false << "RLHF";
        QTest::addRow("right") << 1 << false << "FHRL";
        QTest::addRow("half") << 2 << false << "LRFH";
        QTest::addRow("left") << 3 << false << "HFLR";
        QTest::addRow("mirrored") << 0 << true << "LRHF";
        QTest::addRow("mirrored, right") << 1 << true << "FHLR";
        QTest::addRow("mirrored, half") << 2 << true << "RLFH";
        QTest::addRow("mirrored, left") << 3 << true << "HFRL";
    }
    void turnedAndFlippedMarkersMatch() {
        QFETCH(int, turns);
        QFETCH(bool, mirrored);
        QFETCH(QString, edges);
        const std::string letters = edges.toStdString();
        QImage black(100, 100, QImage::Format_RGB32);
        black.fill(Qt::black);
        viewport_->setImage(black, {});
        viewport_->setTextOverlay(TextOverlay::Full);
        viewport_->setDirections(std::nullopt, "L\\F");
        viewport_->setViewState({.quarterTurns = turns, .mirrored = mirrored});
        QImage expected(400, 400, QImage::Format_RGB32);
        expected.fill(Qt::black);
        QPainter painter(&expected);
        painter.setRenderHint(QPainter::Antialiasing);
        paintSideMarkers(painter, QRectF(0, 0, 400, 400),
                         {{letters[0]}, {letters[1]}, {letters[2]}, {letters[3]}});
        painter.end();
        const QImage shown = viewport_->grab().toImage().convertToFormat(QImage::Format_RGB32);
        for (const QRect edge :
             {QRect(0, 180, 40, 40), QRect(360, 180, 40, 40), QRect(180, 0, 40, 40), QRect(180, 360, 40, 40)})
            QCOMPARE(shown.copy(edge), expected.copy(edge));
    }

    void lengthIsDrawnMovedAndDeleted() {
        viewport_->setTool(ToolKind::Length);
        connect(viewport_.get(), &Viewport::lengthsWished, viewport_.get(), &Viewport::setLengths);
        drag(*viewport_, {100, 100}, {300, 100});
        QCOMPARE(viewport_->lengths().size(), 1);
        QVERIFY(std::abs(viewport_->lengths()[0].length() - 50) < 1e-6);
        drag(*viewport_, {300, 100}, {300, 300});
        QCOMPARE(viewport_->lengths().size(), 1);
        QVERIFY(std::abs(viewport_->lengths()[0].length() - std::hypot(50, 50)) < 1e-6);
        QTest::keyClick(viewport_.get(), Qt::Key_Delete);
        QVERIFY(viewport_->lengths().isEmpty());
    }

    void clickDrawsNoLength() {
        viewport_->setTool(ToolKind::Length);
        QSignalSpy wished(viewport_.get(), &Viewport::lengthsWished);
        QTest::mouseClick(viewport_.get(), Qt::LeftButton, {}, {100, 100});
        QVERIFY(wished.isEmpty());
    }

    void lengthIsPaintedWhereItLies() {
        viewport_->setImage(quarterImage().mirrored(true, true), square);
        viewport_->setLengths({QLineF(9.5, 24.5, 39.5, 24.5)});
        QVERIFY(seen(*viewport_, {100, 100}).red() > 150);
        QVERIFY(seen(*viewport_, {100, 92}).red() < 40);
    }

    void probeTellsThePixelUnderThePointer() {
        QSignalSpy probed(viewport_.get(), &Viewport::probed);
        QMouseEvent move(QEvent::MouseMove, QPointF(201, 79), QPointF(201, 79), Qt::NoButton, Qt::NoButton,
                         {});
        QApplication::sendEvent(viewport_.get(), &move);
        QCOMPARE(probed.last().front().toPoint(), QPoint(50, 19));
    }

    void problemTakesThePlaceOfTheImage() {
        viewport_->setMessage("The file is empty.", MessageKind::Problem);
        QCOMPARE(seen(*viewport_, {100, 20}), QColor(Qt::black));
        viewport_->clearMessage();
        QCOMPARE(seen(*viewport_, {100, 20}), QColor(Qt::white));
    }

    void largeImageIsAveragedNotSkipped() {
        QImage stripes(2000, 2000, QImage::Format_RGB32);
        for (int y = 0; y < 2000; ++y)
            for (int x = 0; x < 2000; ++x)
                stripes.setPixel(x, y, x % 2 ? qRgb(255, 255, 255) : qRgb(0, 0, 0));
        viewport_->setImage(stripes, square);
        const QImage shown = viewport_->grab().toImage();
        for (int x = 20; x < 380; x += 9) QVERIFY(std::abs(shown.pixelColor(x, 200).red() - 128) < 10);
    }

    void scaleBarIsARoundLengthOfTheNamedSpacing() {
        const ScaleBar patient = scaleBar({.kind = SpacingKind::Patient, .row = 0.5, .column = 0.5}, 2, 250);
        QCOMPARE(patient.text, QString("5 cm"));
        QCOMPARE(patient.pixels, 200.0);
        QVERIFY(scaleBar({.kind = SpacingKind::Detector, .row = 1, .column = 1}, 2, 250)
                    .text.contains("detector"));
        QCOMPARE(scaleBar({}, 2, 250).text, QString("100 px"));
    }
};

QTEST_MAIN(TestViewport)
#include "tst_viewport.moc"
