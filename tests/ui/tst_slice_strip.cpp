// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QtTest>
#include <cmath>
#include <memory>

#include "ui/slice_strip.h"
#include "ui/theme.h"

using namespace residua;

class TestSliceStrip : public QObject {
    Q_OBJECT

    std::unique_ptr<SliceStrip> strip_;

private Q_SLOTS:
    void init() {
        strip_ = std::make_unique<SliceStrip>();
        strip_->resize(800, strip_->sizeHint().height());
        strip_->setSliceCount(24);
        QList<double> scores(24, 0.1);
        scores[7] = 0.9;
        scores[15] = 0.6;
        scores[20] = std::nan("");
        strip_->setScores(scores, 0.5);
    }

    void clickGoesToTheSlice() {
        QSignalSpy wished(strip_.get(), &SliceStrip::sliceWished);
        for (const int slice : {0, 7, 23}) {
            QTest::mouseClick(strip_.get(), Qt::LeftButton, {}, strip_->barRect(slice).center().toPoint());
            QCOMPARE(wished.last().front().toInt(), slice);
        }
    }

    void dragGoesThroughTheSlices() {
        QSignalSpy wished(strip_.get(), &SliceStrip::sliceWished);
        const QPointF at = strip_->barRect(5).center();
        QMouseEvent move(QEvent::MouseMove, at, at, Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(strip_.get(), &move);
        QCOMPARE(wished.last().front().toInt(), 5);
    }

    void pointerBesideTheBarsMeansTheNearestSlice() {
        QSignalSpy wished(strip_.get(), &SliceStrip::sliceWished);
        QTest::mouseClick(strip_.get(), Qt::LeftButton, {}, QPoint(2, 30));
        QCOMPARE(wished.last().front().toInt(), 0);
        QTest::mouseClick(strip_.get(), Qt::LeftButton, {}, QPoint(798, 30));
        QCOMPARE(wished.last().front().toInt(), 23);
    }

    void nextFlaggedSkipsTheOthersAndEnds() {
        QCOMPARE(strip_->nextFlagged(0, 1), 7);
        QCOMPARE(strip_->nextFlagged(7, 1), 15);
        QCOMPARE(strip_->nextFlagged(15, 1), -1);
        QCOMPARE(strip_->nextFlagged(15, -1), 7);
        QCOMPARE(strip_->nextFlagged(7, -1), -1);
    }

    void flaggedSliceHasAMarkBesidesTheColour() {
        const QImage image = strip_->grab().toImage();
        const QColor flagged = coloursOf(strip_->palette()).flagged;
        const auto markAbove = [&](int slice) {
            const QRectF bar = strip_->barRect(slice);
            return image.pixelColor(static_cast<int>(bar.center().x()), static_cast<int>(bar.top()) - 7) ==
                   flagged;
        };
        QVERIFY(markAbove(7));
        QVERIFY(markAbove(15));
        QVERIFY(!markAbove(8));
        QVERIFY(!markAbove(20));
    }

    void barsHeightIsTheScore() {
        strip_->setCurrent(0);
        const QImage image = strip_->grab().toImage();
        const QColor flagged = coloursOf(strip_->palette()).flagged;
        const QRectF bar = strip_->barRect(7);
        const int x = static_cast<int>(bar.left() + 2);
        QCOMPARE(image.pixelColor(x, static_cast<int>(bar.bottom() - 0.8 * bar.height())), flagged);
        QVERIFY(image.pixelColor(x, static_cast<int>(bar.top())) != flagged);
    }

    void aSingleImageNeedsNoStrip() {
        QWidget parent;
        SliceStrip strip(&parent);
        strip.setSliceCount(1);
        QVERIFY(strip.isHidden());
        strip.setSliceCount(2);
        QVERIFY(!strip.isHidden());
    }

    void manySlicesStayInsideTheStrip() {
        strip_->setSliceCount(5000);
        QVERIFY(strip_->barRect(4999).right() <= 800);
        QSignalSpy wished(strip_.get(), &SliceStrip::sliceWished);
        QTest::mouseClick(strip_.get(), Qt::LeftButton, {}, QPoint(799, 30));
        QCOMPARE(wished.last().front().toInt(), 4999);
    }
};

QTEST_MAIN(TestSliceStrip)
#include "tst_slice_strip.moc"
