// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QtTest>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/dicom_bytes.h"
#include "tests/support/workbench_test.h"

using namespace residua;
namespace fs = std::filesystem;

class TestWorkbench : public test::WorkbenchTest {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setUpStudies(); }
    void init() { setUp(); }
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
        QVERIFY(playback->text().startsWith(QStringLiteral("▶ %1 frames/s").arg(QLocale().toString(12.5))));
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
};

QTEST_MAIN(TestWorkbench)
#include "tst_workbench.moc"
