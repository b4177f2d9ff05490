// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QClipboard>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTreeView>
#include <QtTest>

#include "ui/main_window.h"

using namespace residua;

class TestMainWindow : public QObject {
    Q_OBJECT

    std::unique_ptr<MainWindow> window_;

    QAction* action(Command command) const { return window_->actions()[command]; }
    bool says(const QString& text) const {
        for (const QLabel* label : window_->findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(text)) return true;
        return false;
    }
    void open(int slices) {
        QImage image(64, 64, QImage::Format_RGB32);
        image.fill(Qt::gray);
        window_->viewport().setImage(image, {});
        window_->sliceStrip().setSliceCount(slices);
        window_->findings().setState(FindingsPanel::State::Ready);
        FindingRow finding;
        finding.code = "a";
        finding.name = "A";
        finding.state = FindingState::Flagged;
        finding.score = 0.9;
        window_->findings().setFindings({finding});
        window_->setPage(MainWindow::Page::Viewer);
    }

private Q_SLOTS:
    void init() {
        window_ = std::make_unique<MainWindow>();
        window_->show();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }

    void everyWidgetHasTheThemesFont() {
        QVERIFY(!qApp->styleSheet().isEmpty());
        const QStringList families = themeFont(TypeSize::Body).families();
        for (const QWidget* widget : window_->findChildren<QWidget*>())
            QVERIFY2(widget->font().families() == families, widget->metaObject()->className());
    }

    void purposeIsAlwaysVisible() {
        QCOMPARE(window_->windowTitle(), QString("Residua"));
        QVERIFY(says("For research and teaching, not a medical device"));
        open(1);
        QVERIFY(says("For research and teaching, not a medical device"));
    }

    void welcomePageLeadsToTheFirstStudy() {
        QVERIFY(says("drop files and folders"));
        QSignalSpy folder(action(Command::OpenFolder), &QAction::triggered);
        QSignalSpy samples(action(Command::OpenSamples), &QAction::triggered);
        QSignalSpy library(action(Command::Library), &QAction::triggered);
        for (QPushButton* button : window_->findChildren<QPushButton*>())
            if (button->text() == "Open folder…" || button->text() == "Open samples" ||
                button->text() == "Library…")
                button->click();
        QCOMPARE(folder.size(), 1);
        QCOMPARE(samples.size(), 1);
        QCOMPARE(library.size(), 1);
    }

    void filesDroppedAreWished() {
        QSignalSpy dropped(window_.get(), &MainWindow::pathsDropped);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile("/studies/one"), QUrl("https://example.org/x"),
                      QUrl::fromLocalFile("/studies/b.dcm")});
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(window_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(window_.get(), &drop);
        QCOMPARE(dropped.last().front().toStringList(), QStringList({"/studies/one", "/studies/b.dcm"}));
    }

    void keysChangeTheToolAndTheView() {
        open(1);
        QTest::keyClick(window_.get(), Qt::Key_D);
        QCOMPARE(window_->viewport().tool(), ToolKind::Length);
        QTest::keyClick(window_.get(), Qt::Key_W);
        QCOMPARE(window_->viewport().tool(), ToolKind::Window);
        QTest::keyClick(window_.get(), Qt::Key_R);
        QTest::keyClick(window_.get(), Qt::Key_H);
        QCOMPARE(window_->viewport().viewState(), (ViewState{.quarterTurns = 3, .mirrored = true}));
        QTest::keyClick(window_.get(), Qt::Key_Space);
        QCOMPARE(window_->viewport().viewState(), ViewState{});
        QTest::keyClick(window_.get(), Qt::Key_O);
        QCOMPARE(window_->viewport().textOverlay(), TextOverlay::Brief);
    }

    void escapeCancelsAndNeverResets() {
        open(1);
        const ViewState turned{.zoom = 3, .quarterTurns = 1};
        window_->viewport().setViewState(turned);
        QTest::keyClick(window_.get(), Qt::Key_Escape);
        QCOMPARE(window_->viewport().viewState(), turned);
    }

    void verdictKeysReachTheSelectedFinding() {
        open(1);
        QSignalSpy wished(&window_->findings(), &FindingsPanel::verdictWished);
        const std::pair<Qt::Key, VerdictMark> rows[] = {{Qt::Key_Y, VerdictMark::Agree},
                                                        {Qt::Key_U, VerdictMark::Unsure},
                                                        {Qt::Key_X, VerdictMark::Disagree}};
        for (const auto& [key, verdict] : rows) {
            QTest::keyClick(window_.get(), key);
            QCOMPARE(wished.last().at(0).toString(), QString("a"));
            QCOMPARE(wished.last().at(1).value<VerdictMark>(), verdict);
        }
    }

    void lettersTypedIntoAFieldAreNoCommands() {
        open(1);
        QSignalSpy wished(&window_->findings(), &FindingsPanel::verdictWished);
        auto* search = window_->browser().findChild<QLineEdit*>();
        search->setFocus();
        QTest::keyClicks(search, "wxy i");
        QCOMPARE(search->text(), QString("wxy i"));
        QVERIFY(wished.isEmpty());
        QVERIFY(!action(Command::Invert)->isChecked());
    }

    void focusedWidgetKeepsTheKeysItNeeds() {
        open(24);
        QSignalSpy next(action(Command::NextSlice), &QAction::triggered);
        auto* slider = window_->findings().findChild<QSlider*>();
        slider->setFocus();
        const int before = slider->value();
        QTest::keyClick(slider, Qt::Key_Down);
        QVERIFY(slider->value() < before);
        QVERIFY(next.isEmpty());
        window_->viewport().setFocus();
        QTest::keyClick(&window_->viewport(), Qt::Key_Down);
        QCOMPARE(next.size(), 1);
    }

    void heatmapKeyCheckboxAndViewportAgree() {
        open(1);
        const ClassMap map{.width = 1, .height = 1, .values = {5}, .toImage = {}};
        window_->viewport().setHeatmap(map, {});
        QVERIFY(window_->viewport().heatmap().isVisible());
        QTest::keyClick(window_.get(), Qt::Key_G);
        QVERIFY(!window_->viewport().heatmap().isVisible());
        window_->findings().findChild<QCheckBox*>("heatmapOn")->click();
        QVERIFY(window_->viewport().heatmap().isVisible());
        QVERIFY(action(Command::Heatmap)->isChecked());
        const double before = window_->viewport().heatmap().opacity();
        QTest::keyClick(window_.get(), Qt::Key_BracketRight);
        QCOMPARE(window_->viewport().heatmap().opacity(), before + 0.1);
        QCOMPARE(window_->findings().heatmapOpacity(), before + 0.1);
    }

    void nKeyWishesTheNextFlaggedSlice() {
        open(24);
        QList<double> scores(24, 0.1);
        scores[9] = 0.8;
        window_->sliceStrip().setScores(scores, 0.5);
        QSignalSpy wished(&window_->sliceStrip(), &SliceStrip::sliceWished);
        QTest::keyClick(window_.get(), Qt::Key_N);
        QCOMPARE(wished.last().front().toInt(), 9);
        QTest::keyClick(window_.get(), Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(wished.size(), 1);
    }

    void numberKeysChooseTheWindowsThatExist() {
        open(1);
        window_->setWindowChoices({{"Lung", "C -600 · W 1500"}, {"Bone", ""}});
        QSignalSpy wished(window_.get(), &MainWindow::windowChoiceWished);
        QTest::keyClick(window_.get(), Qt::Key_2);
        QCOMPARE(wished.last().front().toInt(), 1);
        QTest::keyClick(window_.get(), Qt::Key_3);
        QCOMPARE(wished.size(), 1);
    }

    void doubleClickMaximisesAndBack() {
        open(1);
        QTest::mouseDClick(&window_->viewport(), Qt::LeftButton);
        QVERIFY(!window_->browser().isVisible() && !window_->findings().isVisible());
        QTest::mouseDClick(&window_->viewport(), Qt::LeftButton);
        QVERIFY(window_->browser().isVisible() && window_->findings().isVisible());
    }

    void jobShowsProgressAndItsStopIsWished() {
        auto* stop = window_->findChild<QPushButton*>("stopJob");
        QVERIFY(!stop->isVisible());
        window_->setJob("Reading files", 3, 10);
        QVERIFY(says("Reading files"));
        QSignalSpy wished(window_.get(), &MainWindow::stopWished);
        QTest::mouseClick(stop, Qt::LeftButton);
        QCOMPARE(wished.size(), 1);
        window_->clearJob();
        QVERIFY(!stop->isVisible());
    }

    void problemsAreListedAndCopied() {
        window_->setProblems(
            {{"The file is empty.", "Copy it again.", "/studies/a.dcm", "0 bytes"}, {"Second.", "", "", ""}});
        auto* button = window_->findChild<QPushButton*>("problems");
        QCOMPARE(button->text(), QString("2 problems"));
        button->click();
        auto* copy = window_->findChild<QPushButton*>("copyProblems");
        QVERIFY(copy);
        copy->click();
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QString("The file is empty.\nCopy it again.\n/studies/a.dcm\n0 bytes\n\nSecond."));
    }

    void returnInANoteGivesTheKeysBackToTheImage() {
        open(3);
        auto* note = window_->findings().findChild<QLineEdit*>();
        QSignalSpy wished(&window_->findings(), &FindingsPanel::noteWished);
        note->setFocus();
        QTest::keyClicks(note, "left base");
        QTest::keyClick(note, Qt::Key_Return);
        QCOMPARE(wished.last().at(1).toString(), QString("left base"));
        QTRY_VERIFY(window_->viewport().hasFocus());
    }

    void noFurtherFlaggedSliceIsSaid() {
        open(3);
        window_->sliceStrip().setScores({0.1, 0.9, 0.1}, 0.5);
        QSignalSpy wished(&window_->sliceStrip(), &SliceStrip::sliceWished);
        const auto says = [this](const char* words) {
            for (const auto* label : window_->findChildren<QLabel*>())
                if (label->isVisible() && label->text() == QLatin1String(words)) return true;
            return false;
        };
        window_->actions()[Command::PreviousFlagged]->trigger();
        QVERIFY(says("No flagged slice before this one"));
        window_->actions()[Command::NextFlagged]->trigger();
        QCOMPARE(wished.size(), 1);
        window_->sliceStrip().setCurrent(1);
        window_->actions()[Command::NextFlagged]->trigger();
        QVERIFY(says("No flagged slice after this one"));
        QCOMPARE(wished.size(), 1);
    }

    void noticeGoesByItselfAndOffersUndo() {
        action(Command::Undo)->setEnabled(true);
        window_->showNotice("A: agree", MainWindow::NoticeKind::Undoable);
        QVERIFY(says("A: agree"));
        QSignalSpy undone(action(Command::Undo), &QAction::triggered);
        window_->findChild<QPushButton*>("noticeUndo")->click();
        QCOMPARE(undone.size(), 1);
        QVERIFY(!says("A: agree"));
        window_->showNotice("saved");
        QVERIFY(!window_->findChild<QPushButton*>("noticeUndo")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!says("saved"), 6000);
    }

    void layoutIsKept() {
        open(1);
        action(Command::ToggleFindings)->setChecked(false);
        window_->viewport().setTextOverlay(TextOverlay::Off);
        window_->findings().setHeatmapOpacity(0.8);
        const QByteArray layout = window_->saveLayout();
        MainWindow other;
        other.restoreLayout(layout);
        QVERIFY(!other.actions()[Command::ToggleFindings]->isChecked());
        QCOMPARE(other.viewport().textOverlay(), TextOverlay::Off);
        QCOMPARE(other.viewport().heatmap().opacity(), 0.8);
        other.restoreLayout("nonsense");
        QCOMPARE(other.viewport().heatmap().opacity(), 0.8);
    }

    void themeChangesAtOnceAndIsTold() {
        QSignalSpy changed(window_.get(), &MainWindow::themeChanged);
        action(Command::Theme)->trigger();
        QCOMPARE(window_->theme(), ThemeKind::Light);
        QCOMPARE(changed.size(), 1);
        action(Command::Theme)->trigger();
        QCOMPARE(window_->theme(), ThemeKind::Dark);
    }

    void nothingOpenMeansNoImageCommands() {
        QVERIFY(!action(Command::Invert)->isEnabled());
        QVERIFY(!action(Command::ExportPdf)->isEnabled());
        QVERIFY(action(Command::OpenFolder)->isEnabled());
        open(1);
        QVERIFY(action(Command::Invert)->isEnabled());
        window_->setPage(MainWindow::Page::Welcome);
        QVERIFY(!action(Command::Invert)->isEnabled());
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
