// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

#include "imaging/study/file_bytes.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/phantom_studies.h"

using namespace residua;
namespace fs = std::filesystem;

class TestMediumTurns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        test::writeBrain(path_, 12);
        for (const auto& entry : fs::recursive_directory_iterator(path_))
            if (entry.is_regular_file()) file_ = entry.path();
    }

    void headersMakeWayForAnImageInView() {
        MediumTurns turns;
        std::optional<OpenFile> inView(std::in_place, file_, ReadTurn{&turns, Urgency::InView});
        std::atomic<std::size_t> read = 0;
        std::jthread scan([&] {
            ScanOptions options;
            options.turns = &turns;
            scanStudies({path_}, options, {}, [&](std::size_t done, std::size_t) { read = done; });
        });
        QTest::qWait(100);
        QCOMPARE(read.load(), std::size_t(0));
        inView.reset();
        scan.join();
        QCOMPARE(read.load(), std::size_t(12));
    }

    void aFileThatIsBeingReadAheadMakesWayBetweenItsPieces() {
        MediumTurns turns;
        const OpenFile ahead(file_, {&turns, Urgency::Ahead});
        std::optional<OpenFile> inView(std::in_place, file_, ReadTurn{&turns, Urgency::InView});
        std::atomic<bool> isRead = false;
        std::jthread reader([&] {
            readFileBytes(ahead);
            isRead = true;
        });
        QTest::qWait(50);
        QVERIFY(!isRead);
        inView.reset();
        reader.join();
        QVERIFY(isRead);
    }

    void filesInViewNeverWaitForEachOther() {
        MediumTurns turns;
        const OpenFile first(file_, {&turns, Urgency::InView}), second(file_, {&turns, Urgency::InView});
        QCOMPARE(readFileBytes(first), readFileBytes(second));
    }

    void aFileThatIsNotThereLeavesNobodyWaiting() {
        MediumTurns turns;
        const auto gone = path_ / "gone";
        QVERIFY_THROWS_EXCEPTION(Error, OpenFile(gone, {&turns, Urgency::InView}));
        QVERIFY(!readFileBytes(OpenFile(file_, {&turns, Urgency::Ahead})).empty());
    }

    void aMediumThatHangsHoldsTheOthersNotForEver() {
        MediumTurns turns;
        const OpenFile hanging(file_, {&turns, Urgency::InView});
        QVERIFY(!readFileBytes(OpenFile(file_, {&turns, Urgency::Ahead})).empty());
    }

private:
    QTemporaryDir folder_;
    const fs::path path_ = folder_.path().toStdString();
    fs::path file_;
};

QTEST_GUILESS_MAIN(TestMediumTurns)
#include "tst_medium_turns.moc"
