// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>

#include "imaging/atomic_file.h"
#include "imaging/error.h"
#include "tests/support/failing_file.h"

using namespace residua;
namespace fs = std::filesystem;

class TestAtomicFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void committedFileHoldsAllBytes() {
        QTemporaryDir folder;
        const fs::path target = fs::path(folder.path().toStdString()) / "card.json";
        writeFileAtomically(target, "first");
        writeFileAtomically(target, "second");
        QCOMPARE(readWholeFile(target), std::string("second"));
        QCOMPARE(std::distance(fs::directory_iterator(target.parent_path()), {}), 1);
    }

    void fullDiskKeepsTheOldFileAndLeavesNoHalf() {
        QTemporaryDir folder;
        const fs::path target = fs::path(folder.path().toStdString()) / "card.json";
        writeFileAtomically(target, "old");
        try {
            AtomicFile file(target, test::failingFile(3));
            file.write("longer than the disk");
            file.commit();
            QFAIL("a full disk must be told");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::DiskFull);
            QCOMPARE(error.problem().path, target);
        }
        QCOMPARE(readWholeFile(target), std::string("old"));
        QCOMPARE(std::distance(fs::directory_iterator(target.parent_path()), {}), 1);
    }

    void missingFolderIsNamed() {
        try {
            writeFileAtomically("/nonexistent-folder/file", "x");
            QFAIL("writing into a missing folder must fail");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::WriteFailed);
        }
    }

    void everyKindHasAStableName() {
        for (int i = 0; i <= static_cast<int>(ProblemKind::Unexpected); ++i) {
            const auto kind = static_cast<ProblemKind>(i);
            QCOMPARE(kindFromName(kindName(kind)), std::optional(kind));
        }
        QVERIFY(!kindFromName("nonsense"));
    }

    void whatNeverNamesThePath() {
        const Error error(ProblemKind::FileMissing, "/patients/Doe^Jane.dcm", "gone");
        QVERIFY(!QString(error.what()).contains("Doe"));
    }
};

QTEST_APPLESS_MAIN(TestAtomicFile)
#include "tst_atomic_file.moc"
