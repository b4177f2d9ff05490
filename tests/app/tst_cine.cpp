// SPDX-License-Identifier: GPL-3.0-or-later
#include <QScopeGuard>
#include <QSemaphore>
#include <QSignalSpy>
#include <QtTest>
#include <algorithm>
#include <atomic>

#include "app/cine.h"

using namespace residua;

namespace {

/// A stack of images that are made instead of read, named by their slice.
StackRef stackOf(int count, double frameRate = 0, std::vector<float> frameTimes = {}) {
    Study study;
    study.uid = "1";
    Series series;
    series.uid = "1.1";
    Instance instance;
    instance.path = "/made";
    instance.sopInstanceUid = "1.1.1";
    instance.frames = count;
    instance.rows = instance.columns = 8;
    instance.hasPixels = true;
    instance.frameRate = frameRate;
    instance.frameTimes = std::move(frameTimes);
    series.instances = {instance};
    study.series = {series};
    return {makeOpenStudy(study), 0, 0};
}

std::shared_ptr<const Image> madeImage() {
    Image image;
    image.width = image.height = 8;
    image.pixels = std::vector<std::uint8_t>(64, 100);
    return std::make_shared<const Image>(std::move(image));
}

}  // namespace

/// The playing of stacks.
class TestCine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void playsRoundAndRoundInOrder() {
        Viewing viewing([](const FrameKey&, Urgency) { return madeImage(); });
        viewing.show(stackOf(4, 60));
        Cine cine(viewing);
        QList<std::size_t> seen;
        connect(&viewing, &Viewing::shown, this, [&] { seen.append(viewing.slice()); });
        cine.play();
        QVERIFY(cine.isPlaying());
        QTRY_VERIFY(seen.size() >= 9);
        cine.stop();
        seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
        QVERIFY(seen.size() >= 6);
        for (qsizetype i = 1; i < seen.size(); ++i) QCOMPARE(seen[i], (seen[i - 1] + 1) % 4);
        const auto slice = viewing.slice();
        QTest::qWait(100);
        QCOMPARE(viewing.slice(), slice);
    }

    void rateIsTheFilesElseTen() {
        Viewing viewing([](const FrameKey&, Urgency) { return madeImage(); });
        Cine cine(viewing);
        viewing.show(stackOf(4, 25));
        QCOMPARE(cine.rate(), 25.0);
        QCOMPARE(cine.rateSource(), Cine::RateSource::File);
        viewing.show(stackOf(4));
        QCOMPARE(cine.rate(), 10.0);
        QCOMPARE(cine.rateSource(), Cine::RateSource::Default);
    }

    void readerMakesItFasterAndSlowerUntilAnotherStackComes() {
        Viewing viewing([](const FrameKey&, Urgency) { return madeImage(); });
        Cine cine(viewing);
        viewing.show(stackOf(4, 24));
        cine.faster();
        QCOMPARE(cine.rate(), 24.0);  // is not playing
        cine.play();
        QSignalSpy changed(&cine, &Cine::changed);
        cine.faster();
        QCOMPARE(cine.rate(), 25.0);
        QCOMPARE(cine.rateSource(), Cine::RateSource::Reader);
        cine.slower();
        QCOMPARE(cine.rate(), 20.0);
        QCOMPARE(changed.size(), 2);
        for (int i = 0; i < 30; ++i) cine.slower();
        QCOMPARE(cine.rate(), 0.5);
        for (int i = 0; i < 30; ++i) cine.faster();
        QCOMPARE(cine.rate(), 60.0);
        viewing.show(stackOf(4, 24));
        QVERIFY(!cine.isPlaying());
        QCOMPARE(cine.rate(), 24.0);
    }

    void framesKeepTheirUnevenTimes() {
        Viewing viewing([](const FrameKey&, Urgency) { return madeImage(); });
        viewing.show(stackOf(3, 2000.0 / 420, {0, 20, 400}));
        viewing.goTo(0);
        QTRY_VERIFY(viewing.isReady(1) && viewing.isReady(2));
        Cine cine(viewing);
        cine.play();
        QElapsedTimer time;
        QTRY_COMPARE(viewing.slice(), std::size_t{1});
        time.start();
        QTRY_COMPARE_WITH_TIMEOUT(viewing.slice(), std::size_t{2}, 5000);
        QVERIFY2(time.elapsed() >= 300, qPrintable(QString::number(time.elapsed())));
    }

    void imageThatIsNotDecodedIsWaitedForWithoutHoldingUpTheWindow() {
        QSemaphore gate;
        std::atomic<bool> isHeld = true;
        Viewing viewing([&](const FrameKey& key, Urgency) {
            if (key.frame >= 2 && isHeld) gate.acquire();
            return madeImage();
        });
        const auto freed = qScopeGuard([&] {  // also where the test fails
            isHeld = false;
            gate.release(100);
        });
        viewing.show(stackOf(4, 60));
        Cine cine(viewing);
        cine.play();
        QTRY_COMPARE(viewing.slice(), std::size_t{1});
        int turns = 0;
        QTimer alive;
        connect(&alive, &QTimer::timeout, this, [&] { ++turns; });
        alive.start(5);
        QTest::qWait(200);
        QVERIFY(turns >= 10);
        QCOMPARE(viewing.slice(), std::size_t{1});
        QVERIFY(cine.isPlaying());
        isHeld = false;
        gate.release(100);
        QTRY_COMPARE(viewing.slice(), std::size_t{3});
    }

    void imageThatCannotBeShownEndsItAndIsTold() {
        Viewing viewing([](const FrameKey& key, Urgency) {
            if (key.frame == 2) throw Error(ProblemKind::CodestreamInvalid, key.path);
            return madeImage();
        });
        QSignalSpy failed(&viewing, &Viewing::failed);
        viewing.show(stackOf(4, 60));
        Cine cine(viewing);
        cine.play();
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!cine.isPlaying());
        QCOMPARE(viewing.slice(), std::size_t{2});
    }

    void anyOtherChangeOfTheSliceEndsIt() {
        Viewing viewing([](const FrameKey&, Urgency) { return madeImage(); });
        viewing.show(stackOf(9, 1));
        Cine cine(viewing);
        cine.play();
        viewing.scroll(3);
        QVERIFY(!cine.isPlaying());
        cine.play();
        viewing.show(stackOf(5));
        QVERIFY(!cine.isPlaying());
        cine.play();
        viewing.clear();
        QVERIFY(!cine.isPlaying());
    }

    void oneImageIsNotPlayed() {
        Viewing viewing([](const FrameKey&, Urgency) { return madeImage(); });
        Cine cine(viewing);
        QVERIFY(!cine.canPlay());
        viewing.show(stackOf(1));
        cine.toggle();
        QVERIFY(!cine.canPlay() && !cine.isPlaying());
    }

    void whatIsPlayedNextIsReadFirst() {
        QCOMPARE(playingOrder(5, 3), (std::vector<std::size_t>{3, 4, 0, 1, 2}));
        QCOMPARE(playingOrder(0, 0), std::vector<std::size_t>{});
    }
};

QTEST_GUILESS_MAIN(TestCine)
#include "tst_cine.moc"
