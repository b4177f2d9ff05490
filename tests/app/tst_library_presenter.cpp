// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/workbench.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/fake_engine.h"
#include "tests/support/phantom_studies.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

InstalledModel aModel() {
    InstalledModel model;
    model.card.name = "fake";
    model.card.weightsSha256 = "aaaa";
    FindingCard finding;
    finding.code = "lesion";
    finding.name = "Lesion of the brain";
    model.card.findings = {finding};
    return model;
}

Study aStudy(const std::string& uid, const std::string& name, const fs::path& file) {
    Study study;
    study.uid = uid;
    study.date = "20260301";
    study.accessionNumber = "ACC" + uid;
    study.patient.name = name;
    Series series;
    Instance instance;
    instance.path = file;
    instance.hasPixels = true;
    series.instances.push_back(instance);
    study.series.push_back(series);
    return study;
}

}  // namespace

/// The library's window in a whole workbench, with a real library and real folders.
class TestLibraryPresenter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        home_ = std::make_unique<QTemporaryDir>();
        Settings settings;
        settings.reader = "Dr. Test";  // not asked for
        settings.welcomed = true;
        saveSettings(settings, folder() / "settings.json");
        test::writeBrain(folder() / "brain");
        test::writeChest(folder() / "chest");
    }
    void cleanup() { bench_.reset(); }

    void studyThatWasOpenedIsListedWithItsAnswer() {
        make();
        openFolder("brain");
        const auto uid = bench_->viewing().stack().study->study.uid;
        bench_->verdicts().give(uid, "aaaa", "lesion", Answer::Agree);
        show();
        QTRY_COMPARE(rows().size(), 1);
        const auto& row = rows()[0];
        QCOMPARE(row.images, 12);
        QCOMPARE(row.modalities, QString("MR"));
        QCOMPARE(row.answer, QString("agreed: Lesion of the brain"));
        QVERIFY(row.flagged.isEmpty());  // not analysed: not known
        QTRY_COMPARE(rows()[0].place, StudyPlace::There);
        bench_->verdicts().give(uid, "aaaa", "lesion", Answer::Unsure);  // while it is in view
        QTRY_COMPARE(rows()[0].answer, QString("unsure: Lesion of the brain"));
    }

    void everyFieldIsSearched_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QStringList>("found");
        QTest::addRow("name without accents") << "muller" << QStringList{"Müller, Änne"};
        QTest::addRow("other scripts") << "山田^太郎" << QStringList{"Yamada, Tarou"};
        QTest::addRow("phonetic group, in katakana") << "ヤマダ" << QStringList{"Yamada, Tarou"};
        QTest::addRow("accession number") << "acc1.2" << QStringList{"Müller, Änne"};
        QTest::addRow("date") << "2026-03 mul" << QStringList{"Müller, Änne"};
        QTest::addRow("date as in DICOM") << "20260301" << QStringList{"Müller, Änne", "Yamada, Tarou"};
    }
    void everyFieldIsSearched() {
        QFETCH(QString, typed);
        QFETCH(QStringList, found);
        {
            StudyLibrary library(folder() / "library.sqlite");
            library.remember(aStudy("1.2", "Müller, Änne", "/nowhere/1.dcm"));
            auto study = aStudy("1.3", "Yamada, Tarou", "/nowhere/2.dcm");
            study.patient.otherNames = "山田, 太郎 = やまだ, たろう";
            library.remember(study);
        }
        make();
        show();
        QTRY_COMPARE(rows().size(), 2);
        view().findChild<QLineEdit*>("librarySearch")->setText(typed);
        QStringList names;
        for (int i = 0; i < view().model().rowCount(); ++i)
            names << view().model().row(view().model().index(i, 0)).patient;
        names.sort();  // opened within one millisecond
        QCOMPARE(names, found);
    }

    void openingTakesThatStudyAlone() {
        remember({"brain", "chest"});
        make();
        // Another study lies in the same folder.
        fs::copy(folder() / "chest", folder() / "brain" / "more", fs::copy_options::recursive);
        show();
        QTRY_COMPARE(rows().size(), 2);
        bench_->listing().open({uidOf("brain")});
        QTRY_VERIFY_WITH_TIMEOUT(!window().viewport().image().isNull(), 20000);
        QTRY_VERIFY(!bench_->opening().busy());
        QVERIFY(bench_->opening().studies().find(uidOf("brain").toStdString()));
        QVERIFY(!bench_->opening().studies().find(uidOf("chest").toStdString()));
        QVERIFY(!view().isVisible());
    }

    void studyThatIsOpenIsShownAgain() {
        make();
        openFolder("");
        const auto first = bench_->viewing().stack().study->study.uid;
        const auto other = QString::fromStdString(first) == uidOf("brain") ? uidOf("chest") : uidOf("brain");
        show();
        QTRY_COMPARE(rows().size(), 2);
        bench_->listing().open({other});
        QCOMPARE(bench_->viewing().stack().study->study.uid, other.toStdString());
        QVERIFY(!view().isVisible());
    }

    void missingStudySaysWhatIsMissingAndIsLocated() {
        remember({"brain"});
        fs::rename(folder() / "brain", folder() / "moved");
        make();
        show();
        QTRY_COMPARE(rows().size(), 1);
        QTRY_COMPARE(rows()[0].place, StudyPlace::Missing);
        bench_->listing().open({uidOf("moved")});
        QTRY_VERIFY(notice().contains("is not where it was"));
        QVERIFY(notice().contains(QString::fromStdString((folder() / "brain").string())));
        QVERIFY(view().isVisible());
        QCOMPARE(view().selected(), QStringList{uidOf("moved")});
        QVERIFY(bench_->opening().studies().empty());

        bench_->listing().locate(uidOf("moved"), folder() / "chest");
        QTRY_VERIFY(notice().contains("Other studies there: 1"));
        QCOMPARE(rows()[0].place, StudyPlace::Missing);

        bench_->listing().locate(uidOf("moved"), folder());
        QTRY_VERIFY(notice().contains("images: 12"));
        QTRY_COMPARE(rows()[0].place, StudyPlace::There);
        bench_->listing().open({uidOf("moved")});
        QTRY_VERIFY_WITH_TIMEOUT(!window().viewport().image().isNull(), 20000);
    }

    void studyThatIsMissingInPartIsOpenedAndTold() {
        const auto far = folder() / "far";
        fs::create_directory(far);
        int i = 0;
        for (const auto& file : filesIn(folder() / "brain"))
            if (++i % 2 == 0) fs::rename(file, far / file.filename());
        {
            StudyLibrary library(folder() / "library.sqlite");
            for (const auto& study : scanStudies({folder() / "brain", far}).studies) library.remember(study);
        }
        fs::rename(far, folder() / "gone");
        make();
        show();
        QTRY_COMPARE(rows().size(), 1);
        QTRY_COMPARE(rows()[0].place, StudyPlace::PartlyMissing);
        bench_->listing().open({uidOf("brain")});
        QTRY_VERIFY(notice().contains("only a part"));
        QTRY_VERIFY_WITH_TIMEOUT(!window().viewport().image().isNull(), 20000);
        QTRY_VERIFY(!bench_->opening().busy());
        QTest::qWait(50);
        show();
        QTRY_COMPARE(rows()[0].place, StudyPlace::PartlyMissing);  // the rest is not forgotten
        QCOMPARE(rows()[0].images, 12);
    }

    void folderThatHoldsOtherStudiesByNowIsTold() {
        remember({"brain"});
        const auto name = filesIn(folder() / "brain").front().filename();
        for (const auto& file : filesIn(folder() / "brain")) fs::remove(file);
        fs::copy_file(filesIn(folder() / "chest").front(), folder() / "brain" / name);
        make();
        show();
        QTRY_COMPARE(rows().size(), 1);
        const auto uid = rows()[0].uid;
        bench_->listing().open({uid});
        QTRY_VERIFY(notice().contains("is no longer in"));
        QVERIFY(view().isVisible());
    }

    void searchForAStudyIsStopped() {
        remember({"brain"});
        make();
        show();
        QTRY_COMPARE(rows().size(), 1);
        bench_->listing().locate(uidOf("brain"), folder());
        view().findChild<QPushButton*>("libraryStop")->click();
        QTRY_VERIFY(notice().contains("Stopped"));
        QCOMPARE(rows()[0].place, StudyPlace::There);
    }

    void removedStudyLeavesTheListAndItsImagesStay() {
        remember({"brain", "chest"});
        make();
        show();
        QTRY_COMPARE(rows().size(), 2);
        view().select(uidOf("brain"));
        view().findChild<QPushButton*>("libraryRemove")->click();
        view().findChild<QPushButton*>("libraryRemoveNow")->click();
        QTRY_COMPARE(rows().size(), 1);
        QCOMPARE(rows()[0].uid, uidOf("chest"));
        QCOMPARE(filesIn(folder() / "brain").size(), std::size_t(12));
    }

    void copyIsTold() {
        remember({"brain"});
        make();
        show();
        bench_->listing().backUp(folder() / "copy.sqlite");
        QTRY_VERIFY(notice().startsWith("Backed up"));
        QCOMPARE(StudyLibrary(folder() / "copy.sqlite").studies().size(), std::size_t(1));
        bench_->listing().backUp(folder() / "no such folder" / "copy.sqlite");
        QTRY_VERIFY(notice().contains("cannot be written"));
    }

    void damagedLibraryShowsItselfAndIsRebuilt() {
        std::ofstream(folder() / "library.sqlite") << std::string(20000, 'x');
        make();
        QTRY_VERIFY(bench_->listing().view() && view().isVisible());
        auto* rebuild = view().findChild<QPushButton*>("libraryRebuild");
        QTRY_VERIFY(rebuild->isVisible());
        openFolder("brain");
        rebuild->click();
        QTRY_VERIFY(notice().startsWith("Rebuilt. Studies: 1"));
        QVERIFY(notice().contains("library-damaged-"));
        QVERIFY(!rebuild->isVisible());
        bench_.reset();
        QCOMPARE(StudyLibrary(folder() / "library.sqlite").studies().size(), std::size_t(1));
    }

private:
    MainWindow& window() { return bench_->window(); }
    LibraryView& view() { return *bench_->listing().view(); }
    const QList<LibraryRow>& rows() { return view().model().rows(); }
    QString notice() { return view().findChild<QLabel*>("libraryNotice")->text(); }
    fs::path folder() const { return home_->path().toStdString(); }

    void make() {
        bench_ = std::make_unique<Workbench>(
            engine_,
            WorkbenchFolders{
                folder() / "library.sqlite", folder() / "settings.json", folder() / "thumbnails", {}});
        bench_->setModels({aModel()});
        window().resize(1280, 800);
        window().show();
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }

    void show() {
        window().actions()[Command::Library]->trigger();
        QVERIFY(view().isVisible());
    }

    void openFolder(const char* below) {
        QSignalSpy finished(&bench_->opening(), &Opening::finished);
        bench_->start({folder() / below});
        QVERIFY(finished.wait(20000));
        QTRY_VERIFY_WITH_TIMEOUT(bool(bench_->viewing().stack()), 20000);
    }

    void remember(const std::vector<const char*>& folders) {
        StudyLibrary library(folder() / "library.sqlite");
        for (const char* below : folders)
            for (const auto& study : scanStudies({folder() / below}).studies) library.remember(study);
    }

    QString uidOf(const char* below) const {
        return QString::fromStdString(readStudyOfFile(filesIn(folder() / below).front()).uid);
    }

    static std::vector<fs::path> filesIn(const fs::path& folder) {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.is_regular_file()) files.push_back(entry.path());
        std::ranges::sort(files);
        return files;
    }

    std::unique_ptr<QTemporaryDir> home_;
    test::FakeEngine engine_;
    std::unique_ptr<Workbench> bench_;
};

QTEST_MAIN(TestLibraryPresenter)
#include "tst_library_presenter.moc"
