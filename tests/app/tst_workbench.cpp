// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QLabel>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/workbench.h"
#include "imaging/atomic_file.h"
#include "tests/support/dicom_bytes.h"
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
    finding.name = "Lesion";
    model.card.findings = {finding};
    return model;
}

}  // namespace

/// The whole window with real widgets, a real library and a fake engine.
class TestWorkbench : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        test::writeBrain(data_ / "brain");
        test::writeChest(data_ / "chest");
    }

    void init() {
        home_ = std::make_unique<QTemporaryDir>();
        Settings settings;
        settings.reader = "Dr. Test";  // not asked for
        saveSettings(settings, home_->filePath("settings.json").toStdString());
        engine_ = std::make_unique<test::FakeEngine>();
        engine_->reply = [this](const PredictRequest&, const PredictImage& image) { return reply(image); };
        make();
    }
    void cleanup() { bench_.reset(); }

    void openedFolderShowsItsFirstImageAndRows() {
        open("brain");
        QVERIFY(!window().viewport().image().isNull());
        QCOMPARE(window().sliceStrip().sliceCount(), 12);
        QCOMPARE(window().sliceStrip().current(), 6);
        QVERIFY(!window().browser().current().isEmpty());
    }

    void keysScrollTheStack() {
        open("brain");
        const auto slice = [&] { return static_cast<int>(bench_->viewing().slice()); };
        press(Qt::Key_Home);
        QCOMPARE(slice(), 0);
        press(Qt::Key_Down);
        QCOMPARE(slice(), 1);
        press(Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(slice(), 11);
        press(Qt::Key_Up, Qt::ShiftModifier);
        QCOMPARE(slice(), 1);
        press(Qt::Key_Up);
        QCOMPARE(slice(), 0);
        press(Qt::Key_End);
        QCOMPARE(slice(), 11);
        QCOMPARE(window().sliceStrip().current(), 11);
    }

    void stackIsPlayedUntilEscape() {
        open("brain");
        const auto* playback = window().findChild<QLabel*>("playback");
        const auto before = bench_->viewing().slice();
        press(Qt::Key_C);
        QVERIFY(window().actions()[Command::Cine]->isChecked());
        QCOMPARE(playback->text(), QString("▶ 10 frames/s, the file names no rate"));
        press(Qt::Key_Period);
        QVERIFY(playback->text().startsWith("▶ 12.5 frames/s"));
        QTRY_VERIFY(bench_->viewing().slice() != before);
        press(Qt::Key_Escape);
        QVERIFY(!window().actions()[Command::Cine]->isChecked());
        QVERIFY(playback->text().isEmpty() && playback->isHidden());
        press(Qt::Key_C);
        press(Qt::Key_Down);
        QVERIFY(!bench_->cine().isPlaying());
        press(Qt::Key_C);
        press(Qt::Key_C);
        QVERIFY(!bench_->cine().isPlaying());
    }

    void overlaysAreShownAndHidden() {
        auto dataset = test::imageHeader(test::Encoding::ExplicitLittle);
        dataset.us(0x60000010, {4}).us(0x60000011, {4}).us(0x60000100, {1}).us(0x60000102, {0});
        dataset.raw(0x60003000, "OW", {std::byte{1}, std::byte{0}});
        dataset.raw(test::kPixelData, "OW", test::Bytes(16));
        fs::create_directories(data_ / "overlay");
        test::writeBytes(data_ / "overlay/1.dcm", test::dicomFile(test::kExplicitLittle, dataset.bytes()));
        open("overlay");
        const auto first = [&] { return qGreen(window().viewport().image().pixel(0, 0)); };
        const auto shown = first();
        QVERIFY(shown > 200);
        press(Qt::Key_O, Qt::ShiftModifier);
        QTRY_VERIFY(first() != shown);
        QVERIFY(!window().actions()[Command::ImageCovers]->isChecked());
        press(Qt::Key_O, Qt::ShiftModifier);
        QTRY_COMPARE(first(), shown);
        fs::remove_all(data_ / "overlay");  // other tests open all that is there
    }

    void wheelScrollsTheStack() {
        open("brain");
        auto& viewport = window().viewport();
        const QPointF centre = viewport.rect().center();
        QWheelEvent wheel(centre, viewport.mapToGlobal(centre), {}, {0, -120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&viewport, &wheel);
        QCOMPARE(bench_->viewing().slice(), std::size_t(7));
    }

    void otherSeriesAreReachedByKey() {
        open("");
        const auto first = series();
        press(Qt::Key_Right);
        QVERIFY(series() != first);
        press(Qt::Key_PageUp);
        QCOMPARE(series(), first);
    }

    void invertShowsTheNegativeAndBack() {
        open("chest");
        const auto before = shownGrey();
        press(Qt::Key_I);
        QTRY_VERIFY(std::abs(shownGrey() - (255 - before)) <= 1);  // rounding
        QVERIFY(window().actions()[Command::Invert]->isChecked());
        press(Qt::Key_I);
        QTRY_COMPARE(shownGrey(), before);
    }

    void dragChangesTheWindowAndResetBringsItBack() {
        open("chest");
        const auto before = bench_->viewing().windowToDrag();
        auto& viewport = window().viewport();
        QTest::mousePress(&viewport, Qt::LeftButton, {}, {200, 200});
        QTest::mouseMove(&viewport, {260, 200});
        QTest::mouseRelease(&viewport, Qt::LeftButton, {}, {260, 200});
        QVERIFY(bench_->viewing().windowToDrag().width > before.width);
        press(Qt::Key_0);
        QVERIFY(!(bench_->viewing().windowToDrag() == before));
        press(Qt::Key_Space);
        QVERIFY(bench_->viewing().windowToDrag() == before);
    }

    void seriesIsShownAgainAsItWasLeft() {
        open("");
        const auto first = series();
        press(Qt::Key_Home);
        press(Qt::Key_0);
        press(Qt::Key_I);
        press(Qt::Key_R);
        QTRY_VERIFY(window().actions()[Command::Invert]->isChecked());
        const auto window1 = bench_->viewing().windowToDrag();
        const auto view = window().viewport().viewState();
        press(Qt::Key_Right);
        QTRY_VERIFY(!window().actions()[Command::Invert]->isChecked());
        QVERIFY(window().viewport().viewState() == ViewState());
        press(Qt::Key_H);
        press(Qt::Key_Left);
        QCOMPARE(series(), first);
        QTRY_VERIFY(window().actions()[Command::Invert]->isChecked());
        QCOMPARE(bench_->viewing().slice(), std::size_t(0));
        QVERIFY(bench_->viewing().windowToDrag() == window1);
        QVERIFY(window().viewport().viewState() == view);
    }

    void drawnLengthIsThereAtTheNextStart() {
        open("chest");
        press(Qt::Key_D);
        auto& viewport = window().viewport();
        QTest::mousePress(&viewport, Qt::LeftButton, {}, {200, 200});
        QTest::mouseMove(&viewport, {260, 240});
        QTest::mouseRelease(&viewport, Qt::LeftButton, {}, {260, 240});
        QCOMPARE(viewport.lengths().size(), 1);
        bench_.reset();
        make();
        open("chest");
        QTRY_COMPARE(window().viewport().lengths().size(), 1);
    }

    void fileWindowIsThePresetOfItsDigit() {
        open("chest");
        const auto choices = bench_->viewing().choices();
        QVERIFY(!choices.empty());
        press(Qt::Key_0);
        press(Qt::Key_1);
        QVERIFY(bench_->viewing().windowToDrag() == std::get<Window>(choices[0].voi));
    }

    void keyImageIsMarkedUndoneAndRedone() {
        open("brain");
        auto& key = *window().actions()[Command::KeyImage];
        press(Qt::Key_K);
        QVERIFY(key.isChecked());
        press(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!key.isChecked());
        press(Qt::Key_Y, Qt::ControlModifier);
        QVERIFY(key.isChecked());
        press(Qt::Key_Down);
        QVERIFY(!key.isChecked());
    }

    void predictionStartsByItselfAndItsFindingsAreShown() {
        open("brain");
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        QCOMPARE(engine_->requests[0].images.size(), std::size_t(12));
        QCOMPARE(window().findings().state(), FindingsPanel::State::Predicting);
        engine_->finish();
        QTRY_COMPARE(window().findings().state(), FindingsPanel::State::Ready);
        QCOMPARE(window().findings().selectedFinding(), QString("lesion"));
        QVERIFY(window().viewport().heatmap().isVisible());
        press(Qt::Key_G);
        QVERIFY(!window().viewport().heatmap().isVisible());
    }

    void twoNetworksThatFitAreBothShownAnsweredAndReported() {
        auto other = aModel();
        other.card.name = "other", other.card.title = "Another network", other.card.weightsSha256 = "bbbb";
        other.folder = "/models/other";
        bench_->setModels({aModel(), other});
        engine_->reply = [this](const PredictRequest& request, const PredictImage& image) {
            auto result = reply(image);
            if (request.bundle == "/models/other") result.modelSha256 = "bbbb";
            return result;
        };
        open("brain");
        QTRY_COMPARE(engine_->requests.size(), std::size_t(2));
        engine_->finish();
        auto& panel = window().findings();
        QTRY_COMPARE(panel.state(), FindingsPanel::State::Ready);
        QCOMPARE(panel.selectedFinding(), QString("fake/lesion"));
        panel.selectFinding("other/lesion");
        QVERIFY(window().viewport().heatmap().isVisible());
        press(Qt::Key_Y);
        const auto uid = bench_->analysing().studyUid();
        QCOMPARE(bench_->verdicts().of(uid, "bbbb", "lesion").answer, Answer::Agree);
        QCOMPARE(bench_->verdicts().of(uid, "aaaa", "lesion").answer, Answer::None);

        press(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(window().findChild<QFileDialog*>());
        auto* dialog = window().findChild<QFileDialog*>();
        dialog->setDirectory(home_->path());
        dialog->selectFile("r.json");
        QMetaObject::invokeMethod(dialog, "accept");
        for (const auto* file : {"r-fake.json", "r-other.json"})
            QTRY_VERIFY2(QFile::exists(home_->filePath(file)), file);
        const auto json =
            QString::fromStdString(readWholeFile(home_->filePath("r-other.json").toStdString()));
        QVERIFY(json.contains("Another network"));
        QVERIFY(json.contains("\"answer\": \"agree\""));
    }

    void progressOfAPredictionIsShown() {
        open("brain");
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        engine_->answer(5);
        const auto shown = [&] {
            for (const auto* label : window().findings().findChildren<QLabel*>())
                if (label->text().contains("5 of 12")) return label->isVisible();
            return false;
        };
        QTRY_VERIFY(shown());
    }

    void flaggedSlicesAreReachedByKey() {
        openAnalysed();
        press(Qt::Key_Home);
        press(Qt::Key_N);
        QCOMPARE(bench_->viewing().slice(), std::size_t(4));
        press(Qt::Key_N);
        QCOMPARE(bench_->viewing().slice(), std::size_t(8));
        press(Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(bench_->viewing().slice(), std::size_t(4));
    }

    void verdictIsGivenUndoneAndSaved() {
        openAnalysed();
        press(Qt::Key_Y);
        QCOMPARE(answer(), Answer::Agree);
        press(Qt::Key_X);
        QCOMPARE(answer(), Answer::Disagree);
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(answer(), Answer::Agree);
        press(Qt::Key_U);
        QCOMPARE(answer(), Answer::Unsure);
        bench_.reset();
        make();
        openAnalysed();
        QTRY_COMPARE(answer(), Answer::Unsure);
    }

    void secondStartShowsWhatWasOpenLastWithItsResults() {
        openAnalysed();
        bench_.reset();
        make();
        bench_->start({});
        QTRY_VERIFY_WITH_TIMEOUT(!window().viewport().image().isNull(), 20000);
        QTRY_COMPARE(window().findings().state(), FindingsPanel::State::Ready);
        QCOMPARE(engine_->requests.size(), std::size_t(1));
    }

    void imageIsCopied() {
        open("chest");
        QApplication::clipboard()->clear();
        press(Qt::Key_C, Qt::ControlModifier);
        QVERIFY(!QApplication::clipboard()->image().isNull());
    }

    void brokenFileIsListedAndTheRestIsShown() {
        const fs::path folder = home_->filePath("mixed").toStdString();
        test::writeChest(folder);
        std::ofstream(folder / "broken.dcm") << std::string(128, '\0') << "DICM"
                                             << "\x02";
        QSignalSpy problems(&bench_->opening(), &Opening::problem);
        bench_->start({folder});
        QTRY_VERIFY_WITH_TIMEOUT(!window().viewport().image().isNull(), 20000);
        QTRY_COMPARE(problems.size(), 1);
    }

    void closedStudiesLeaveTheWelcomePage() {
        openAnalysed();
        window().actions()[Command::CloseAll]->trigger();
        QVERIFY(!bench_->viewing().stack());
        QCOMPARE(window().findings().state(), FindingsPanel::State::Empty);
        QVERIFY(window().browser().current().isEmpty());
    }

    void settingsAreKept() {
        window().actions()[Command::AnalyseOnOpen]->setChecked(false);
        window().setTheme(ThemeKind::Light);
        bench_.reset();
        make();
        QVERIFY(!window().actions()[Command::AnalyseOnOpen]->isChecked());
        QCOMPARE(window().theme(), ThemeKind::Light);
        open("brain");
        QTest::qWait(50);
        QVERIFY(engine_->requests.empty());
    }

private:
    MainWindow& window() { return bench_->window(); }

    void make() {
        const fs::path home = home_->path().toStdString();
        bench_ = std::make_unique<Workbench>(
            *engine_, WorkbenchFolders{home / "library.sqlite", home / "settings.json", home / "thumbnails",
                                       home / "samples"});
        bench_->setModels({aModel()});
        window().resize(1280, 800);
        window().show();
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }

    void open(const char* below) {
        QSignalSpy finished(&bench_->opening(), &Opening::finished);
        bench_->start({data_ / below});
        QVERIFY(finished.wait(20000));
        QTRY_VERIFY_WITH_TIMEOUT(!window().viewport().image().isNull(), 20000);
        window().viewport().setFocus();
    }

    void openAnalysed() {
        const auto before = engine_->requests.size();
        open("brain");
        QTRY_VERIFY(engine_->requests.size() > before ||
                    window().findings().state() == FindingsPanel::State::Ready);
        engine_->finish();
        QTRY_COMPARE(window().findings().state(), FindingsPanel::State::Ready);
    }

    std::string series() { return bench_->viewing().stack().seriesOf().uid; }

    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&window(), key, modifiers);
    }

    int shownGrey() {
        const auto& image = window().viewport().image();
        return qRed(image.pixel(image.width() / 2, image.height() / 2));
    }

    Answer answer() { return bench_->verdicts().of(bench_->analysing().studyUid(), "aaaa", "lesion").answer; }

    /// Slices 4 and 8 of the brain are flagged.
    ImageResult reply(const PredictImage& image) {
        ImageResult result;
        result.path = image.path;
        result.frame = image.frame;
        result.modelSha256 = "aaaa";
        const auto& stack = bench_->viewing().stack();
        FindingScore score;
        score.finding = "lesion";
        score.score = 0.1;
        score.map = {2, 2, {9.0F, 0.0F, 0.0F, 0.0F}, {}, {32, 0, 15.5, 0, 32, 15.5}};
        for (std::size_t i = 0; i < stack.count(); ++i) {
            if (stack.instance(i).path != image.path) continue;
            result.sopInstanceUid = stack.instance(i).sopInstanceUid;
            if (i == 4 || i == 8) score.score = 0.9;
        }
        result.prediction.findings.push_back(score);
        result.prediction.device = "cpu";
        return result;
    }

    QTemporaryDir dataFolder_;
    const fs::path data_ = dataFolder_.path().toStdString();
    std::unique_ptr<QTemporaryDir> home_;
    std::unique_ptr<test::FakeEngine> engine_;
    std::unique_ptr<Workbench> bench_;
};

QTEST_MAIN(TestWorkbench)
#include "tst_workbench.moc"
