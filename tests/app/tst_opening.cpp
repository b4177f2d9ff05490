// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/opening.h"
#include "app/thumbnails.h"
#include "app/viewing.h"
#include "tests/imaging/containers/nifti_files.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/zip_file.h"

using namespace residua;
namespace fs = std::filesystem;

class TestOpening : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void datesKeepTheirCentury_data() {
        QTest::addColumn<QString>("locale");
        QTest::addColumn<QString>("shown");
        QTest::addRow("German") << "de_DE"
                                << "24.05.1949";
        QTest::addRow("American") << "en_US"
                                  << "5/24/1949";
        QTest::addRow("British") << "en_GB"
                                 << "24/05/1949";
    }

    void datesKeepTheirCentury() {
        QFETCH(QString, locale);
        const QLocale before;
        QLocale::setDefault(QLocale(locale));
        const auto shown = shownDate("19490524");
        QLocale::setDefault(before);
        QTEST(shown, "shown");
    }

    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->path().toStdString();
    }

    void folderBecomesStudiesSeriesAndStacks() {
        test::writeBrain(path_ / "brain");
        test::writeChest(path_ / "chest");
        std::ofstream(path_ / "notes.txt") << "not an image";
        Opening opening;
        QSignalSpy opened(&opening, &Opening::opened), finished(&opening, &Opening::finished);
        opening.open({path_});
        QVERIFY(opening.busy());
        QVERIFY(finished.wait(20000));
        QVERIFY(!opening.busy());
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opening.studies().size(), std::size_t(2));
        const auto rows = opening.studies().rows({});
        int stacks = 0, images = 0;
        for (const auto& patient : rows)
            for (const auto& study : patient.studies)
                for (const auto& series : study.series)
                    for (const auto& stack : series.stacks) {
                        ++stacks;
                        images += stack.images;
                    }
        QCOMPARE(stacks, 2);
        QCOMPARE(images, 13);
        QVERIFY(finished[0][0].toString().contains("14"));
    }

    void scoutsAreNotShownFirst() {
        Study study;
        study.uid = "1";
        for (const char* type : {"ORIGINAL\\PRIMARY\\LOCALIZER", "ORIGINAL\\PRIMARY\\AXIAL"}) {
            Series series;
            series.uid = type;
            series.modality = "CT";
            series.instances.emplace_back();
            series.instances[0].hasPixels = true;
            series.instances[0].imageType = type;
            study.series.push_back(series);
        }
        StudyCollection studies;
        studies.add({makeOpenStudy(study)});
        QCOMPARE(studies.firstStack("1").series, std::size_t(1));
        study.series.pop_back();
        studies.add({makeOpenStudy(study)});
        QCOMPARE(studies.firstStack("1").series, std::size_t(0));
    }

    void brokenFileIsToldAndTheRestIsOpened() {
        test::writeChest(path_);
        std::ofstream(path_ / "broken.dcm") << std::string(128, '\0') << "DICM"
                                            << "\x02";
        Opening opening;
        QSignalSpy problems(&opening, &Opening::problem), finished(&opening, &Opening::finished);
        opening.open({path_});
        QVERIFY(finished.wait(20000));
        QCOMPARE(opening.studies().size(), std::size_t(1));
        QCOMPARE(problems.size(), 1);
        QCOMPARE(problems[0][0].value<Problem>().path, path_ / "broken.dcm");
    }

    void missingPathIsAProblem() {
        Opening opening;
        QSignalSpy problems(&opening, &Opening::problem), finished(&opening, &Opening::finished);
        opening.open({path_ / "gone"});
        QVERIFY(finished.wait(20000));
        QCOMPARE(problems.size(), 1);
        QCOMPARE(problems[0][0].value<Problem>().kind, ProblemKind::FileMissing);
    }

    void encryptedArchiveIsOpenedWithItsPassword() {
        test::writeBrain(path_ / "brain", 4);
        const auto archive = path_ / "brain.zip";
        test::writeZip(archive, test::membersOf(path_ / "brain", test::ZipEncryption::Aes256), "secret");
        const auto keys = std::make_shared<ArchiveKeyring>();
        Opening opening(keys);
        QSignalSpy wished(&opening, &Opening::passwordWished), problems(&opening, &Opening::problem);
        opening.open({archive});
        QVERIFY(wished.wait(20000));
        QCOMPARE(wished[0][0].value<Problem>().kind, ProblemKind::ArchivePasswordNeeded);
        opening.unlock("wrong");
        QVERIFY(wished.wait(20000));
        QCOMPARE(wished[1][0].value<Problem>().kind, ProblemKind::ArchivePasswordWrong);
        QVERIFY(opening.studies().empty());
        opening.unlock("secret");
        QTRY_COMPARE_WITH_TIMEOUT(opening.studies().size(), std::size_t(1), 20000);
        QCOMPARE(problems.size(), 0);

        Viewing viewing(keys);
        QSignalSpy shown(&viewing, &Viewing::shown);
        viewing.show(opening.studies().firstStack(opening.studies().all()[0]->study.uid));
        QVERIFY(shown.wait(20000));
        Thumbnails thumbnails(path_ / "cache", keys);
        QSignalSpy ready(&thumbnails, &Thumbnails::ready);
        thumbnails.want(viewing.stack());
        QVERIFY(ready.wait(20000));
        QVERIFY(fs::is_empty(path_ / "cache"));
    }

    void passwordThatIsNotToldIsAProblem() {
        test::writeChest(path_ / "chest");
        test::writeZip(path_ / "chest.zip", test::membersOf(path_ / "chest", test::ZipEncryption::Aes256),
                       "secret");
        Opening opening;
        QSignalSpy wished(&opening, &Opening::passwordWished), problems(&opening, &Opening::problem);
        opening.open({path_ / "chest.zip"});
        QVERIFY(wished.wait(20000));
        QCOMPARE(problems.size(), 0);
        opening.leaveLocked();
        QCOMPARE(problems.size(), 1);
        QCOMPARE(problems[0][0].value<Problem>().kind, ProblemKind::ArchivePasswordNeeded);
    }

    void lockedArchiveIsToldWhenSomethingElseIsOpened() {
        test::writeChest(path_ / "chest");
        test::writeZip(path_ / "chest.zip", test::membersOf(path_ / "chest", test::ZipEncryption::Aes256),
                       "secret");
        Opening opening;
        QSignalSpy wished(&opening, &Opening::passwordWished), problems(&opening, &Opening::problem),
            finished(&opening, &Opening::finished);
        opening.open({path_ / "chest.zip"});
        QVERIFY(wished.wait(20000));
        opening.open({path_ / "chest"});
        QVERIFY(finished.wait(20000));
        QCOMPARE(problems.size(), 1);
        QCOMPARE(problems[0][0].value<Problem>().path, path_ / "chest.zip");
    }

    void secondFolderOfAStudyJoinsTheFirst() {
        const auto files =
            writePhantom(simulatePhantom({PhantomKind::BrainMr, PhantomLesion::Absent, 7, 64, 6}), path_);
        fs::create_directory(path_ / "rest");
        for (std::size_t i = 3; i < 6; ++i) fs::rename(files[i], path_ / "rest" / files[i].filename());
        Opening opening;
        QSignalSpy finished(&opening, &Opening::finished);
        opening.open({files[0], files[1], files[2]});
        QVERIFY(finished.wait(20000));
        opening.open({path_ / "rest"});
        QVERIFY(finished.wait(20000));
        QCOMPARE(opening.studies().size(), std::size_t(1));
        QCOMPARE(opening.studies().firstStack(opening.studies().all()[0]->study.uid).count(), std::size_t(6));
    }

    void laterOpeningTakesThePlaceOfOneUnderWay() {
        test::writeBrain(path_ / "brain");
        test::writeChest(path_ / "chest");
        Opening opening;
        QSignalSpy opened(&opening, &Opening::opened);
        opening.open({path_ / "brain"});
        opening.open({path_ / "chest"});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, 20000);
        QTest::qWait(100);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opening.studies().size(), std::size_t(1));
    }

    void volumeOpensAtItsMiddleWithOneWindow() {
        test::writeBrain(path_);
        Opening opening;
        QSignalSpy finished(&opening, &Opening::finished);
        opening.open({path_});
        QVERIFY(finished.wait(20000));
        const auto stack = opening.studies().firstStack(opening.studies().all()[0]->study.uid);
        Viewing viewing;
        QSignalSpy shown(&viewing, &Viewing::shown);
        viewing.show(stack);
        QVERIFY(shown.wait(10000));
        QCOMPARE(viewing.slice(), std::size_t(6));
        const auto window = viewing.windowToDrag();
        viewing.goTo(0);
        QTRY_VERIFY(viewing.image() != nullptr);
        QVERIFY(viewing.windowToDrag() == window);
        viewing.goTo(99);
        QCOMPARE(viewing.slice(), std::size_t(11));
    }

    void aNiftiVolumeIsShownAsAStack() {
        test::NiftiFile file;
        file.setSize(20, 30, 8, 2);
        file.setSform({{{2, 0, 0, -20}, {0, 2, 0, -30}, {0, 0, 3, 0}}});  // the patient's left and back first
        file.setVoxels(
            [](int i, int j, int k, int volume) { return 10000 * volume + 1000 * k + 20 * j + i; });
        test::writeBytes(path_ / "head.nii.gz", test::gzipped(file.bytes()));
        Opening opening;
        QSignalSpy finished(&opening, &Opening::finished), problems(&opening, &Opening::problem);
        opening.open({path_});
        QVERIFY(finished.wait(20000));
        QCOMPARE(problems.size(), 0);
        const auto first = opening.studies().firstStack(opening.studies().all()[0]->study.uid);
        QCOMPARE(first.count(), std::size_t(8));
        Viewing viewing;
        QSignalSpy shown(&viewing, &Viewing::shown);
        viewing.show(first);
        QVERIFY(shown.wait(10000));
        QCOMPARE(viewing.slice(), std::size_t(4));
        // Turned: at the top left lies the patient's right front.
        QCOMPARE(viewing.valueAt(0, 0), std::optional(4000.0 + 20 * 29 + 19));
        QCOMPARE(viewing.image()->spacing, (Spacing{SpacingKind::Patient, 2, 2}));
        QTRY_COMPARE(viewing.cached().count(true), 8);
        auto second = first;
        second.stack = 1;
        QCOMPARE(second.stackOf().label, std::string("time point 2"));
        Thumbnails thumbnails({});
        QSignalSpy ready(&thumbnails, &Thumbnails::ready);
        thumbnails.want(first);
        thumbnails.want(second);
        QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 2, 10000);
    }

    void wholeStackIsReadAhead() {
        test::writeBrain(path_);
        Opening opening;
        QSignalSpy finished(&opening, &Opening::finished);
        opening.open({path_});
        QVERIFY(finished.wait(20000));
        Viewing viewing;
        viewing.show(opening.studies().firstStack(opening.studies().all()[0]->study.uid));
        QTRY_COMPARE(viewing.cached().count(true), 12);
    }

    void fileThatVanishedIsToldInItsPlace() {
        const auto files = writePhantom(
            simulatePhantom({PhantomKind::ChestRadiograph, PhantomLesion::Absent, 3, 96, 0}), path_);
        Opening opening;
        QSignalSpy finished(&opening, &Opening::finished);
        opening.open({path_});
        QVERIFY(finished.wait(20000));
        fs::remove(files[0]);
        Viewing viewing;
        QSignalSpy failed(&viewing, &Viewing::failed);
        viewing.show(opening.studies().firstStack(opening.studies().all()[0]->study.uid));
        QVERIFY(failed.wait(10000));
        QCOMPARE(failed[0][0].value<Problem>().kind, ProblemKind::FileMissing);
    }

    void thumbnailIsKeptOnDiskForItsUserAlone() {
        test::writeChest(path_ / "chest");
        Opening opening;
        QSignalSpy finished(&opening, &Opening::finished);
        opening.open({path_ / "chest"});
        QVERIFY(finished.wait(20000));
        const auto stack = opening.studies().firstStack(opening.studies().all()[0]->study.uid);
        for (int round = 0; round < 2; ++round) {
            Thumbnails thumbnails(path_ / "cache");
            QSignalSpy ready(&thumbnails, &Thumbnails::ready);
            thumbnails.want(stack);
            thumbnails.want(stack);
            QVERIFY(ready.wait(10000));
            const auto image = ready[0][1].value<QImage>();
            QCOMPARE(std::max(image.width(), image.height()), Thumbnails::side);
        }
        int files = 0;
        for (const auto& entry : fs::directory_iterator(path_ / "cache")) {
            ++files;
            QCOMPARE(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write);
            QVERIFY(entry.path().filename().string().find("chest") == std::string::npos);
        }
        QCOMPARE(files, 1);
    }

    void sampleStudiesAreWrittenOnce() {
        Opening opening;
        QSignalSpy finished(&opening, &Opening::finished);
        opening.openSamples(path_ / "samples");
        QVERIFY(finished.wait(60000));
        QVERIFY(opening.studies().size() >= 2);
        const auto written = fs::last_write_time(path_ / "samples.complete");
        opening.openSamples(path_ / "samples");
        QVERIFY(finished.wait(60000));
        QCOMPARE(fs::last_write_time(path_ / "samples.complete"), written);
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path_;
};

QTEST_MAIN(TestOpening)
#include "tst_opening.moc"
