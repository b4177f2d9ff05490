// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <cerrno>
#include <filesystem>

#include "app/workbench.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/fake_engine.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/slow_medium.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

void overwrite(const fs::path& file, const fs::path& with) {
    fs::copy_file(with, file, fs::copy_options::overwrite_existing);
}

}  // namespace

/// A stick that is pulled, a share that comes and goes, files that are replaced while their study is open.
class TestUnreliableMedium : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        medium_ = fs::path(folder_->path().toStdString()) / "medium";
        other_ = fs::path(folder_->path().toStdString()) / "other";
        test::writeBrain(medium_);
        test::writeBrain(other_, 12, 2);
        test::setMedium(medium_, {});
        viewing_ = std::make_unique<Viewing>();
        shown_ = std::make_unique<QSignalSpy>(viewing_.get(), &Viewing::shown);
        failed_ = std::make_unique<QSignalSpy>(viewing_.get(), &Viewing::failed);
    }

    void anotherPatientsImageIsNotShownUnderTheOldHeader() {
        const auto stack = firstStack(medium_);
        const auto file = stack.instance(3).path;
        overwrite(file, firstStack(other_).instance(3).path);
        viewing_->show(stack);
        QTRY_VERIFY(viewing_->image());
        QVERIFY(failsAt(3, ProblemKind::FileChanged));
        QCOMPARE(failed_->back()[0].value<Problem>().path, file);
        QVERIFY(showsAt(4));
    }

    void aFileThatComesBackIsShownWhenItIsLookedAtAgain() {
        const auto stack = firstStack(medium_);
        const auto file = stack.instance(3).path, away = folderPath() / "away";
        fs::rename(file, away);
        viewing_->show(stack);
        QVERIFY(failsAt(3, ProblemKind::FileMissing));
        fs::rename(away, file);
        QVERIFY(showsAt(4));
        QVERIFY(showsAt(3));
    }

    void aPulledMediumIsToldAndComesBackWhole_data() {
        QTest::addColumn<bool>("gone");
        QTest::addColumn<ProblemKind>("kind");
        QTest::addRow("its folder is gone") << true << ProblemKind::FileMissing;
        QTest::addRow("every read fails") << false << ProblemKind::FileUnreadable;
    }

    void aPulledMediumIsToldAndComesBackWhole() {
        QFETCH(bool, gone);
        QFETCH(ProblemKind, kind);
        const auto pull = [&] {
            if (gone)
                fs::rename(medium_, folderPath() / "away");
            else
                test::setMedium(medium_, {.failure = EIO});
        };
        const auto connect = [&] {
            if (gone)
                fs::rename(folderPath() / "away", medium_);
            else
                test::setMedium(medium_, {});
        };
        const auto stack = firstStack(medium_);
        pull();
        viewing_->show(stack);
        QTRY_COMPARE(failed_->size(), 1);
        QCOMPARE(failed_->back()[0].value<Problem>().kind, kind);
        for (const long slice : {0, 5, 11}) QVERIFY(failsAt(slice, kind));
        connect();
        QVERIFY(showsAt(3));  // looked at again
        QVERIFY(showsAt(4));
        QTRY_COMPARE(viewing_->cached().count(true), 12);  // and the rest is read ahead again
    }

    void aMediumPulledInTheMiddleOfScrollingKeepsWhatWasRead() {
        viewing_->show(firstStack(medium_));
        QTRY_COMPARE(viewing_->cached().count(true), 12);
        test::setMedium(medium_, {.failure = EIO});
        for (const long slice : {0, 5, 11}) QVERIFY(showsAt(slice));
        QCOMPARE(failed_->size(), 0);
    }

    void windowingWhileASliceLoadsDoesNotBringTheOneBeforeBack() {
        test::setMedium(medium_, {.openMilliseconds = 100});
        viewing_->show(firstStack(medium_));
        QTRY_VERIFY(viewing_->image());
        const auto before = viewing_->image();
        shown_->clear();
        viewing_->goTo(0);  // read ahead last
        QVERIFY(!viewing_->image());
        viewing_->setVoi(Window{100, 50, WindowFunction::Linear, {}});
        QTRY_VERIFY(viewing_->image());
        for (const auto& arguments : *shown_) QVERIFY(arguments[0].value<Viewing::Shown>().image != before);
    }

    void openingAgainShowsWhatLiesThereNow() {
        Opening opening;
        QSignalSpy finished(&opening, &Opening::finished);
        opening.open({medium_});
        QVERIFY(finished.wait(20000));
        const auto before = opening.studies().all().at(0);
        const auto first = opening.studies().firstStack(before->study.uid);
        viewing_->show(first);
        QTRY_COMPARE(viewing_->cached().count(true), 12);
        const auto file = first.instance(3).path;
        overwrite(file, firstStack(other_).instance(3).path);
        opening.open({medium_});
        QVERIFY(finished.wait(20000));
        QCOMPARE(opening.studies().size(), std::size_t(2));
        for (const auto& study : opening.studies().all()) {
            if (study->study.uid == before->study.uid) continue;
            QVERIFY(study->study.patient.id != before->study.patient.id);
            shown_->clear();
            viewing_->show(opening.studies().firstStack(study->study.uid));
            QTRY_COMPARE(shown_->size(), 1);  // the other patient's, at the same path
            QVERIFY(viewing_->stack().instance(0).path == file);
        }
        QCOMPARE(failed_->size(), 0);
    }

    void aStudyThatWasCopiedElsewhereIsReadFromThere() {
        Opening opening;
        QSignalSpy finished(&opening, &Opening::finished);
        opening.open({medium_});
        QVERIFY(finished.wait(20000));
        fs::rename(medium_, folderPath() / "copy");
        opening.open({folderPath() / "copy"});
        QVERIFY(finished.wait(20000));
        QCOMPARE(opening.studies().size(), std::size_t(1));
        viewing_->show(opening.studies().firstStack(opening.studies().all().at(0)->study.uid));
        QTRY_COMPARE(viewing_->cached().count(true), 12);
        QCOMPARE(failed_->size(), 0);
    }

    void keptThumbnailsAreNotThoseOfAnotherImage() {
        const auto cache = folderPath() / "thumbnails";
        const auto stack = firstStack(medium_);
        const auto file = stack.instance(6).path, before = folderPath() / "before";
        fs::copy_file(file, before);
        const auto othersFile = firstStack(other_).instance(6).path;
        const auto time = fs::last_write_time(othersFile);
        overwrite(file, othersFile);
        fs::last_write_time(file, time);
        // The other image's thumbnail is kept for this path, size and time ...
        QVERIFY(hasThumbnail(cache, firstStack(medium_, 1)));
        // ... and must not stand for the image that was there before.
        QVERIFY(!hasThumbnail(cache, stack));
        overwrite(file, before);
        QVERIFY(hasThumbnail(cache, stack));
    }

    void theWindowSaysWhichFileAndWhatToDo() {
        test::FakeEngine engine;
        Workbench bench(engine, {folderPath() / "library.sqlite", {}, {}, {}});
        bench.window().show();
        QSignalSpy finished(&bench.opening(), &Opening::finished);
        QSignalSpy failed(&bench.viewing(), &Viewing::failed);
        bench.start({medium_, other_});
        QVERIFY(finished.wait(20000));
        QTRY_VERIFY(bench.viewing().image());
        const auto all = bench.opening().studies().all();
        QCOMPARE(all.size(), std::size_t(2));
        const bool firstIsShown = bench.viewing().stack().study == all[0];
        const auto next = bench.opening().studies().firstStack(all[firstIsShown ? 1 : 0]->study.uid);
        const auto file = next.instance(next.count() / 2).path;
        fs::remove(file);
        bench.viewing().show(next);
        // No pixel of the first patient stays under the second one's name, not even while it loads.
        QVERIFY(bench.window().viewport().image().isNull());
        QTRY_COMPARE(failed.size(), 1);
        const auto message = bench.window().viewport().message();
        QVERIFY2(message.contains(QString::fromStdString(file.filename().string())), qPrintable(message));
        QVERIFY(message.contains("does not exist"));
        QVERIFY(message.contains("Check the path"));
        bench.viewing().goTo(0);
        QTRY_VERIFY(bench.viewing().image());
        QVERIFY(bench.window().viewport().message().isEmpty());
    }

private:
    fs::path folderPath() const { return folder_->path().toStdString(); }

    /// Of the study with so many images.
    static StackRef firstStack(const fs::path& folder, std::size_t images = 12) {
        for (auto& study : scanStudies({folder}).studies)
            if (imageCount(study) == images) return {makeOpenStudy(study), 0, 0};
        return {};
    }

    bool showsAt(long slice) {
        viewing_->goTo(slice);
        return QTest::qWaitFor([&] { return viewing_->image() && atSlice(slice); }, 10000);
    }

    bool failsAt(long slice, ProblemKind kind) {
        failed_->clear();
        viewing_->goTo(slice);
        if (!QTest::qWaitFor([&] { return !failed_->isEmpty(); }, 10000)) return false;
        return !viewing_->image() && atSlice(slice) && failed_->back()[0].value<Problem>().kind == kind;
    }

    bool atSlice(long slice) const { return viewing_->slice() == static_cast<std::size_t>(slice); }

    static bool hasThumbnail(const fs::path& cache, const StackRef& stack) {
        Thumbnails thumbnails(cache);
        QSignalSpy ready(&thumbnails, &Thumbnails::ready);
        thumbnails.want(stack);
        return ready.wait(2000);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    fs::path medium_, other_;
    std::unique_ptr<Viewing> viewing_;
    std::unique_ptr<QSignalSpy> shown_, failed_;
};

QTEST_MAIN(TestUnreliableMedium)
#include "tst_unreliable_medium.moc"
