// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSemaphore>
#include <QtTest>
#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "imaging/pixels/frame_cache.h"

using namespace residua;

namespace {

constexpr std::size_t kFrameBytes = 10000;

/// About kFrameBytes large.
std::shared_ptr<const Image> frameImage() {
    Image image;
    image.width = static_cast<int>(kFrameBytes);
    image.height = 1;
    image.pixels = std::vector<std::uint8_t>(kFrameBytes);
    return std::make_shared<const Image>(std::move(image));
}

FrameKey key(int frame) {
    return {"series.dcm", frame};
}

std::vector<FrameKey> keys(std::initializer_list<int> frames) {
    std::vector<FrameKey> result;
    for (const int frame : frames) result.push_back(key(frame));
    return result;
}

/// Counts what is decoded and reported; waits for reports.
struct Recorder {
    std::mutex mutex;
    std::vector<int> decoded;
    std::vector<Urgency> urgencies;
    std::vector<FrameResult> reported;
    QSemaphore reports;

    FrameCache::Ready ready() {
        return [this](const FrameResult& result) {
            {
                const std::lock_guard lock(mutex);
                reported.push_back(result);
            }
            reports.release();
        };
    }
    FrameCache::Decode decode() {
        return [this](const FrameKey& key, Urgency urgency) {
            const std::lock_guard lock(mutex);
            decoded.push_back(key.frame);
            urgencies.push_back(urgency);
            return frameImage();
        };
    }
    bool waitFor(int count) { return reports.tryAcquire(count, 20000); }
};

/// A disk that may be pulled and connected again.
struct BrokenDisk {
    Recorder& recorder;
    std::atomic<bool> isBroken = false;

    FrameCache::Decode decode() {
        return [this](const FrameKey& key, Urgency urgency) {
            auto image = recorder.decode()(key, urgency);
            if (isBroken) throw Error(ProblemKind::FileUnreadable, key.path, "pulled");
            return image;
        };
    }
};

}  // namespace

class TestFrameCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wantedFramesAreDecodedInOrderAndFound() {
        Recorder recorder;
        FrameCache cache(1 << 20, 1, recorder.ready(), recorder.decode());
        QVERIFY(!cache.find(key(3)));
        cache.want(keys({3, 1, 2}));
        QVERIFY(recorder.waitFor(3));
        QCOMPARE(recorder.decoded, (std::vector<int>{3, 1, 2}));
        QVERIFY(cache.find(key(3)) && cache.find(key(1)) && cache.find(key(2)));
        QVERIFY(cache.bytes() >= 3 * kFrameBytes);
    }

    void knownFramesAreReportedButNotDecodedAgain() {
        Recorder recorder;
        FrameCache cache(1 << 20, 1, recorder.ready(), recorder.decode());
        cache.want(keys({1}));
        QVERIFY(recorder.waitFor(1));
        cache.want(keys({1}));
        QVERIFY(recorder.waitFor(1));
        QCOMPARE(recorder.decoded, (std::vector<int>{1}));
        QCOMPARE(recorder.reported.back().image, cache.find(key(1)));
    }

    void frameBeingDecodedIsNotDecodedTwice() {
        Recorder recorder;
        QSemaphore begun, goOn;
        FrameCache cache(1 << 20, 2, recorder.ready(), [&](const FrameKey& wanted, Urgency urgency) {
            begun.release();
            goOn.acquire();
            return recorder.decode()(wanted, urgency);
        });
        cache.want(keys({1}));
        QVERIFY(begun.tryAcquire(1, 20000));
        cache.want(keys({1, 2}));  // the second thread must pass over frame 1
        QVERIFY(begun.tryAcquire(1, 20000));
        goOn.release(2);
        QVERIFY(recorder.waitFor(2));
        std::ranges::sort(recorder.decoded);
        QCOMPARE(recorder.decoded, (std::vector<int>{1, 2}));
    }

    void newWishesReplaceTheOldOnes() {
        Recorder recorder;
        QSemaphore begun, goOn;
        FrameCache cache(1 << 20, 1, recorder.ready(), [&](const FrameKey& wanted, Urgency urgency) {
            begun.release();
            goOn.acquire();
            return recorder.decode()(wanted, urgency);
        });
        cache.want(keys({1, 2, 3, 4}));
        QVERIFY(begun.tryAcquire(1, 20000));
        cache.want(keys({9}));
        goOn.release(10);
        QVERIFY(recorder.waitFor(2));
        QCOMPARE(recorder.decoded, (std::vector<int>{1, 9}));
    }

    void leastRecentlyUsedFramesGoFirst() {
        Recorder recorder;
        FrameCache cache(3 * (kFrameBytes + 1000), 1, recorder.ready(), recorder.decode());
        cache.want(keys({1, 2, 3}));
        QVERIFY(recorder.waitFor(3));
        QVERIFY(cache.find(key(1)));  // used just now
        cache.want(keys({4}));
        QVERIFY(recorder.waitFor(1));
        QVERIFY(cache.find(key(1)));
        QVERIFY(!cache.find(key(2)));
        QVERIFY(cache.find(key(3)));
        QVERIFY(cache.bytes() <= 3 * (kFrameBytes + 1000));
    }

    void readingAheadStopsBeforeItPushesOutWhatIsNearer() {
        Recorder recorder;
        FrameCache cache(3 * (kFrameBytes + 1000), 1, recorder.ready(), recorder.decode());
        cache.want(keys({1, 2, 3, 4, 5, 6, 7, 8}));
        QVERIFY(recorder.waitFor(4));  // the fourth was decoded before the cache knew its size
        QTest::qWait(50);
        QCOMPARE(recorder.decoded, (std::vector<int>{1, 2, 3, 4}));
        QVERIFY(cache.find(key(1)) && cache.find(key(2)) && cache.find(key(3)));
    }

    void frameLargerThanTheLimitIsStillShown() {
        Recorder recorder;
        FrameCache cache(kFrameBytes / 2, 1, recorder.ready(), recorder.decode());
        cache.want(keys({1}));
        QVERIFY(recorder.waitFor(1));
        QVERIFY(recorder.reported[0].image);
        QVERIFY(cache.find(key(1)));
        cache.want(keys({2}));
        QVERIFY(recorder.waitFor(1));
        QVERIFY(cache.find(key(2)));
        QVERIFY(!cache.find(key(1)));
    }

    void brokenFramesThatAreNotInViewAreRememberedUntilCleared() {
        Recorder recorder;
        BrokenDisk disk{recorder};
        FrameCache cache(1 << 20, 1, recorder.ready(), disk.decode());
        disk.isBroken = true;
        for (int round = 0; round < 2; ++round) {
            cache.want(keys({0, 1}));
            QVERIFY(recorder.waitFor(2));
        }
        QCOMPARE(recorder.decoded, (std::vector<int>{0, 1, 0}));
        for (const auto& result : recorder.reported) {
            QVERIFY(!result.image);
            QCOMPARE(result.problem.kind, ProblemKind::FileUnreadable);
        }
        cache.clear();
        cache.want(keys({0, 1}));
        QVERIFY(recorder.waitFor(2));
        QCOMPARE(recorder.decoded, (std::vector<int>{0, 1, 0, 0, 1}));
    }

    void aBrokenFrameInViewIsTriedAgainAndBringsTheOthersBack() {
        Recorder recorder;
        BrokenDisk disk{recorder};
        FrameCache cache(1 << 20, 1, recorder.ready(), disk.decode());
        disk.isBroken = true;
        cache.want(keys({0, 1, 2}));
        QVERIFY(recorder.waitFor(3));
        disk.isBroken = false;
        cache.want(keys({0}));
        QVERIFY(recorder.waitFor(1));
        QVERIFY(cache.find(key(0)));
        cache.want(keys({0, 1, 2}));
        QVERIFY(recorder.waitFor(3));
        QVERIFY(cache.find(key(1)) && cache.find(key(2)));
    }

    void onlyTheFirstWishIsInView() {
        Recorder recorder;
        FrameCache cache(1 << 20, 1, recorder.ready(), recorder.decode());
        cache.want(keys({1, 2, 3}));
        QVERIFY(recorder.waitFor(3));
        QVERIFY((recorder.urgencies == std::vector{Urgency::InView, Urgency::Ahead, Urgency::Ahead}));
    }

    void anotherFileAtTheSamePathIsAnotherFrame() {
        Recorder recorder;
        FrameCache cache(1 << 20, 1, recorder.ready(), recorder.decode());
        auto replaced = key(1);
        replaced.known.sopInstanceUid = "1.2.3";
        cache.want(keys({1}));
        QVERIFY(recorder.waitFor(1));
        QVERIFY(!cache.find(replaced));
        cache.want({replaced});
        QVERIFY(recorder.waitFor(1));
        QCOMPARE(recorder.decoded, (std::vector<int>{1, 1}));
        QVERIFY(cache.find(replaced) != cache.find(key(1)));
    }

    void noExceptionLeavesAThread_data() {
        QTest::addColumn<int>("thrown");
        QTest::addColumn<ProblemKind>("kind");
        QTest::addRow("out of memory") << 0 << ProblemKind::OutOfMemory;
        QTest::addRow("a library's own") << 1 << ProblemKind::Unexpected;
    }
    void noExceptionLeavesAThread() {
        QFETCH(int, thrown);
        QFETCH(ProblemKind, kind);
        Recorder recorder;
        FrameCache cache(1 << 20, 1, recorder.ready(),
                         [&](const FrameKey&, Urgency) -> std::shared_ptr<const Image> {
                             if (thrown == 0) throw std::bad_alloc();
                             throw std::runtime_error("of a library");
                         });
        cache.want(keys({1}));
        QVERIFY(recorder.waitFor(1));
        QCOMPARE(recorder.reported[0].problem.kind, kind);
        QCOMPARE(recorder.reported[0].problem.path, std::filesystem::path("series.dcm"));
    }

    void clearForgetsFramesAlsoThoseBeingDecoded() {
        Recorder recorder;
        QSemaphore begun, goOn;
        FrameCache cache(1 << 20, 1, recorder.ready(), [&](const FrameKey& wanted, Urgency urgency) {
            begun.release();
            goOn.acquire();
            return recorder.decode()(wanted, urgency);
        });
        cache.want(keys({1}));
        QVERIFY(begun.tryAcquire(1, 20000));
        cache.clear();
        goOn.release(10);
        cache.want(keys({2}));
        QVERIFY(recorder.waitFor(1));
        QVERIFY(!cache.find(key(1)));
        QCOMPARE(recorder.reported[0].key.frame, 2);
    }

    void destructionDropsWhatWaits() {
        Recorder recorder;
        QSemaphore begun, goOn;
        std::jthread later;
        {
            FrameCache cache(1 << 20, 1, recorder.ready(), [&](const FrameKey& wanted, Urgency urgency) {
                begun.release();
                goOn.acquire();
                return recorder.decode()(wanted, urgency);
            });
            cache.want(keys({1, 2, 3}));
            QVERIFY(begun.tryAcquire(1, 20000));
            later = std::jthread([&] {
                QTest::qSleep(50);
                goOn.release(10);
            });
        }
        QCOMPARE(recorder.decoded, (std::vector<int>{1}));
    }

    void manyThreadsAndWishesAgree() {
        Recorder recorder;
        FrameCache cache(20 * kFrameBytes, 4, recorder.ready(), recorder.decode());
        for (int round = 0; round < 200; ++round) {
            std::vector<FrameKey> wanted;
            for (int i = 0; i < 10; ++i) wanted.push_back(key((round + i) % 50));
            cache.want(std::move(wanted));
            cache.find(key(round % 50));
            if (round % 37 == 0) cache.clear();
        }
        cache.want(keys({7}));
        QTRY_VERIFY(cache.find(key(7)));
        QVERIFY(cache.bytes() <= 20 * kFrameBytes);
    }

    void readAheadGoesWithTheScrolling_data() {
        QTest::addColumn<int>("current");
        QTest::addColumn<int>("direction");
        QTest::addColumn<QList<int>>("expected");
        QTest::addRow("down") << 2 << 1 << QList<int>{2, 3, 4, 1, 0};
        QTest::addRow("up") << 2 << -1 << QList<int>{2, 1, 0, 3, 4};
        QTest::addRow("at rest") << 1 << 0 << QList<int>{1, 2, 0, 3, 4};
        QTest::addRow("beyond the end") << 9 << 1 << QList<int>{4, 3, 2, 1, 0};
    }
    void readAheadGoesWithTheScrolling() {
        QFETCH(int, current);
        QFETCH(int, direction);
        QFETCH(QList<int>, expected);
        const auto order = readAheadOrder(5, static_cast<std::size_t>(current), direction);
        QCOMPARE(QList<int>(order.begin(), order.end()), expected);
        QVERIFY(readAheadOrder(0, 0, direction).empty());
    }

    void limitFollowsTheMachinesMemory() {
        const auto bytes = defaultFrameCacheBytes();
        QVERIFY(bytes >= std::size_t{128} << 20 && bytes <= std::size_t{2} << 30);
    }
};

QTEST_GUILESS_MAIN(TestFrameCache)
#include "tst_frame_cache.moc"
