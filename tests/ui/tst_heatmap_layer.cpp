// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <QtTest>
#include <cmath>

#include "ui/heatmap_layer.h"

using namespace residua;

namespace {

/// All cells 0 but one.
ClassMap oneHotCell(int width, int height, int x, int y, float value) {
    ClassMap map;
    map.width = width;
    map.height = height;
    map.values.assign(static_cast<std::size_t>(width * height), 0);
    map.values[static_cast<std::size_t>(y * width + x)] = value;
    return map;
}

QImage painted(const HeatmapLayer& layer, const QSize& image, const QTransform& imageToView,
               const QSize& view) {
    QImage canvas(view, QImage::Format_RGB32);
    canvas.fill(QColor(128, 128, 128));
    QPainter painter(&canvas);
    layer.paint(painter, imageToView, image);
    return canvas;
}

bool changed(const QImage& canvas, QPointF at) {
    return canvas.pixel(at.toPoint()) != qRgb(128, 128, 128);
}

/// CIE lightness of a colour.
double lightness(const QColor& colour) {
    const auto linear = [](double v) {
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    const double y =
        0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
    return 116 * std::cbrt(y) - 16;
}

}  // namespace

class TestHeatmapLayer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void heatmapCellIsPaintedWhereItsAffineSays_data() {
        QTest::addColumn<int>("turns");
        QTest::addColumn<bool>("mirrored");
        for (int turns = 0; turns < 4; ++turns)
            for (const bool mirrored : {false, true})
                QTest::addRow("%d turns%s", turns, mirrored ? ", mirrored" : "") << turns << mirrored;
    }
    void heatmapCellIsPaintedWhereItsAffineSays() {
        QFETCH(int, turns);
        QFETCH(bool, mirrored);
        ClassMap map = oneHotCell(7, 7, 5, 2, 10);
        map.toImage = {30, 0, 12, 0, 20, 40};  // anisotropic and off the corner: a cropped, stretched input
        HeatmapLayer layer;
        layer.setMap(map, {});
        QTransform view;
        view.translate(200, 200);
        view.rotate(90 * turns);
        view.scale(mirrored ? -1.3 : 1.3, 1.3);
        view.translate(-150, -125);
        const QImage canvas = painted(layer, QSize(300, 250), view, QSize(400, 400));
        const auto at = [&](double cellX, double cellY) {
            return view.map(QPointF(30 * cellX + 12, 20 * cellY + 40));
        };
        QVERIFY(changed(canvas, at(5, 2)));
        for (const QPointF other : {at(5, 4), at(5, 0), at(3, 2), at(7, 2), at(2, 5)})
            QVERIFY(!changed(canvas, other));
    }

    void contourFollowsTheCells() {
        HeatmapLayer layer;
        ClassMap map = oneHotCell(4, 4, 1, 1, 10);
        map.toImage = {100, 0, 49.5, 0, 100, 49.5};
        layer.setMap(map, {});
        layer.setOpacity(0);  // the contour alone
        QTransform view;
        view.translate(0.5, 0.5);
        const QImage canvas = painted(layer, QSize(400, 400), view, QSize(400, 400));
        for (const QPointF border :
             {QPointF(100, 150), QPointF(200, 150), QPointF(150, 100), QPointF(150, 200)})
            QVERIFY(changed(canvas, border));
        for (const QPointF inside :
             {QPointF(110, 110), QPointF(150, 150), QPointF(190, 190), QPointF(300, 150)})
            QVERIFY(!changed(canvas, inside));
    }

    void sameContributionHasTheSameColourInEveryImage() {
        HeatmapLayer weak, strong;
        ClassMap low = oneHotCell(3, 3, 1, 1, 4), high = oneHotCell(3, 3, 1, 1, 4);
        high.values[0] = 11;  // elsewhere much more: a relative scale would now paint the cell fainter
        for (ClassMap* map : {&low, &high}) map->toImage = {50, 0, 24.5, 0, 50, 24.5};
        weak.setMap(low, {});
        strong.setMap(high, {});
        const QImage a = painted(weak, QSize(150, 150), {}, QSize(150, 150));
        const QImage b = painted(strong, QSize(150, 150), {}, QSize(150, 150));
        QCOMPARE(a.pixel(75, 75), b.pixel(75, 75));
    }

    void negativeEvidenceIsHiddenUntilAskedFor() {
        HeatmapLayer layer;
        ClassMap map = oneHotCell(3, 3, 1, 1, -9);
        map.toImage = {50, 0, 24.5, 0, 50, 24.5};
        layer.setMap(map, {});
        QVERIFY(!changed(painted(layer, QSize(150, 150), {}, QSize(150, 150)), QPointF(75, 75)));
        layer.setNegativeEvidence(NegativeEvidence::Shown);
        const QColor colour = painted(layer, QSize(150, 150), {}, QSize(150, 150)).pixelColor(75, 75);
        QVERIFY(colour.blue() > colour.red());
    }

    void belowTheThresholdNothingIsPainted() {
        HeatmapLayer layer;
        ClassMap map = oneHotCell(3, 3, 1, 1, 5);
        map.toImage = {50, 0, 24.5, 0, 50, 24.5};
        layer.setMap(map, {});
        layer.setThreshold(5 / HeatmapLayer::defaultScale + 0.01);
        const QImage canvas = painted(layer, QSize(150, 150), {}, QSize(150, 150));
        QImage untouched(150, 150, QImage::Format_RGB32);
        untouched.fill(QColor(128, 128, 128));
        QCOMPARE(canvas, untouched);
    }

    void heatStaysInsideTheImage() {
        HeatmapLayer layer;
        ClassMap map = oneHotCell(2, 2, 1, 1, 10);  // a padded input: cells reach beyond the image
        map.toImage = {100, 0, 50, 0, 100, 50};
        layer.setMap(map, {});
        const QImage canvas = painted(layer, QSize(150, 150), {}, QSize(300, 300));
        QVERIFY(changed(canvas, QPointF(140, 140)));
        QVERIFY(!changed(canvas, QPointF(160, 160)));
    }

    void contributionIsTheCellsOwn() {
        HeatmapLayer layer;
        QVERIFY(!layer.contributionAt(QPointF(0, 0)));
        ClassMap map = oneHotCell(7, 5, 6, 4, 2.5F);
        map.toImage = {32, 0, 15.5, 0, 32, 15.5};
        layer.setMap(map, {});
        QCOMPARE(layer.contributionAt(QPointF(6 * 32, 4 * 32)), std::optional(2.5));
        QCOMPARE(layer.contributionAt(QPointF(6 * 32 - 1, 4 * 32)), std::optional(0.0));
        QVERIFY(!layer.contributionAt(QPointF(7 * 32, 10)));
        QVERIFY(!layer.contributionAt(QPointF(-1, 10)));
    }

    void legendGivesScoreAndLogit() {
        HeatmapLayer layer;
        layer.setMap(oneHotCell(2, 2, 0, 0, 1), {.name = "Pneumonia", .score = 0.934, .logit = 2.64});
        const QLocale locale;
        const QString expected = QString("score for Pneumonia %1 · logit %2")
                                     .arg(locale.toString(0.93, 'f', 2), locale.toString(2.6, 'f', 1));
        QCOMPARE(layer.legendText(), expected);
    }

    void legendsBarHasTheHeatsColours() {
        HeatmapLayer layer;
        layer.setMap(oneHotCell(2, 2, 0, 0, 1), {.name = "Pneumonia", .score = 0.9, .logit = 2});
        QImage canvas(layer.legendSize().toSize(), QImage::Format_RGB32);
        canvas.fill(Qt::black);
        QPainter painter(&canvas);
        layer.paintLegend(painter, QRectF(QPointF(), layer.legendSize()));
        painter.end();
        const int y = 6 + 22 + 4;
        const double width = layer.legendSize().width() - 24;
        for (const double share : {0.3, 0.6, 0.95}) {
            const QColor seen = canvas.pixelColor(static_cast<int>(12 + share * width), y),
                         expected = heatColour(share);
            QVERIFY(std::abs(seen.red() - expected.red()) < 6 &&
                    std::abs(seen.green() - expected.green()) < 6);
        }
    }

    void equalStepsOfHeatAreEqualStepsOfLightness() {
        for (int i = 0; i < 20; ++i) {
            const double step = lightness(heatColour((i + 1) / 20.0)) - lightness(heatColour(i / 20.0));
            QVERIFY2(step > 1.5 && step < 4.7, qPrintable(QString("step %1 is %2").arg(i).arg(step)));
        }
    }

    void brokenMapIsNoMap() {
        HeatmapLayer layer;
        ClassMap map = oneHotCell(3, 3, 1, 1, 5);
        map.values.pop_back();
        layer.setMap(map, {});
        QVERIFY(layer.isEmpty());
        QVERIFY(!layer.contributionAt(QPointF(1, 1)));
    }
};

QTEST_MAIN(TestHeatmapLayer)
#include "tst_heatmap_layer.moc"
