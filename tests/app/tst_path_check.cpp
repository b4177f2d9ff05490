// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <fstream>
#include <map>
#include <semaphore>

#include "app/path_check.h"

using namespace residua;
namespace fs = std::filesystem;

class TestPathCheck : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pathsAreThereOrNot() {
        const QTemporaryDir home;
        const fs::path folder = home.path().toStdString();
        std::ofstream(folder / "1.dcm") << "x";
        std::ofstream(folder / "study.zip") << "PK\3\4";
        PathCheck check;
        std::map<fs::path, bool> found;
        connect(&check, &PathCheck::found, this, [&](const std::vector<FoundPath>& paths) {
            for (const auto& one : paths) found[one.path] = one.isThere;
        });
        check.look({folder, folder / "1.dcm", folder / "study.zip" / "mr", folder / "gone" / "1.dcm"});
        QTRY_COMPARE(found.size(), std::size_t(4));
        QVERIFY(found[folder] && found[folder / "1.dcm"] && found[folder / "study.zip" / "mr"]);
        QVERIFY(!found[folder / "gone" / "1.dcm"]);
    }

    void lookThatHangsHoldsUpNobody() {
        // A share that went away: its look comes back only when this test lets it.
        auto gate = std::make_shared<std::binary_semaphore>(0);
        auto ended = std::make_shared<std::atomic<bool>>(false);
        QElapsedTimer time;
        time.start();
        {
            PathCheck check([gate, ended](const fs::path& path) {
                if (path != "/proc/hangs") return true;
                gate->acquire();
                *ended = true;
                return true;
            });
            QSignalSpy found(&check, &PathCheck::found);
            check.look({"/proc/hangs", "/usr/a", "/usr/b"});  // /proc is a file system of its own
            std::size_t answers = 0;
            connect(&check, &PathCheck::found, this,
                    [&](const std::vector<FoundPath>& paths) { answers += paths.size(); });
            QTRY_COMPARE(answers, std::size_t(2));
            check.look({"/proc/more", "/usr/c"});
            QTRY_COMPARE(answers, std::size_t(3));
        }
        QVERIFY2(time.elapsed() < 5000, "its end waits for nobody");
        QVERIFY(!*ended);
        gate->release();
        QTRY_VERIFY(*ended);
        QTest::qWait(20);
    }

    void mountIsTheLongestThatHoldsThePath() {
        const std::vector<fs::path> mounts = {"/", "/mnt", "/mnt/nas one", "/mnt/nas"};
        QCOMPARE(mountOf("/mnt/nas one/a", mounts), fs::path("/mnt/nas one"));
        QCOMPARE(mountOf("/mnt/nas/a", mounts), fs::path("/mnt/nas"));
        QCOMPARE(mountOf("/mnt/nastier/a", mounts), fs::path("/mnt"));
        QCOMPARE(mountOf("/home/a", mounts), fs::path("/"));
    }
};

QTEST_GUILESS_MAIN(TestPathCheck)
#include "tst_path_check.moc"
