// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTreeView>
#include <QtTest>
#include <memory>

#include "ui/study_browser.h"

using namespace residua;

namespace {

SeriesRow series(const QString& uid, int stacks) {
    SeriesRow row;
    row.uid = uid;
    row.number = 3;
    row.description = "Series " + uid;
    row.modality = "MR";
    for (int i = 0; i < stacks; ++i) row.stacks += StackRow{QString("b %1").arg(i * 1000), 24, {}};
    return row;
}

StudyRow study(const QString& uid, const QString& date, const QString& description) {
    StudyRow row;
    row.uid = uid;
    row.date = date;
    row.description = description;
    return row;
}

QList<PatientRow> patients() {
    StudyRow chest = study("1", "2026-11-20", "Chest"), brain = study("2", "2026-11-02", "Brain");
    chest.series = {series("1.1", 1), series("1.2", 1)};
    brain.series = {series("2.1", 2)};
    return {{"Meyer, Anna", "P1", "F", {chest}}, {"Sim, Two", "P2", "M", {brain}}};
}

}  // namespace

class TestStudyBrowser : public QObject {
    Q_OBJECT

    std::unique_ptr<StudyBrowser> browser_;
    QTreeView* view_ = nullptr;

    QModelIndex row(const QString& title) const {
        const QAbstractItemModel& model = *view_->model();
        const QModelIndexList found =
            model.match(model.index(0, 0), Qt::DisplayRole, title, 1, Qt::MatchContains | Qt::MatchRecursive);
        return found.isEmpty() ? QModelIndex() : found.front();
    }
    void click(const QModelIndex& index) {
        view_->scrollTo(index);
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, view_->visualRect(index).center());
    }

private Q_SLOTS:
    void init() {
        browser_ = std::make_unique<StudyBrowser>();
        browser_->resize(300, 900);
        browser_->show();
        view_ = browser_->findChild<QTreeView*>();
        browser_->setPatients(patients());
        QCoreApplication::processEvents();
    }

    void clickedSeriesIsWished() {
        QSignalSpy chosen(browser_.get(), &StudyBrowser::stackChosen);
        click(row("Series 1.2"));
        QCOMPARE(chosen.last().front().value<StackId>(), (StackId{"1", "1.2", 0}));
        QCOMPARE(browser_->current(), (StackId{"1", "1.2", 0}));
    }

    void stacksOfASeriesAreEntriesOfTheirOwn() {
        QSignalSpy chosen(browser_.get(), &StudyBrowser::stackChosen);
        click(row("b 1000"));
        QCOMPARE(chosen.last().front().value<StackId>(), (StackId{"2", "2.1", 1}));
    }

    void arrowsAndEnterChoose() {
        click(row("Series 1.1"));
        QSignalSpy chosen(browser_.get(), &StudyBrowser::stackChosen);
        view_->setFocus();
        QTRY_VERIFY(view_->hasFocus());
        QTest::keyClick(view_, Qt::Key_Down);
        QCOMPARE(chosen.last().front().value<StackId>(), (StackId{"1", "1.2", 0}));
    }

    void setCurrentIsNoWish() {
        QSignalSpy chosen(browser_.get(), &StudyBrowser::stackChosen);
        browser_->setCurrent({"2", "2.1", 1});
        QCOMPARE(view_->currentIndex(), row("b 1000"));
        QVERIFY(chosen.isEmpty());
    }

    void neighboursFollowTheRows() {
        QCOMPARE(browser_->neighbour({"1", "1.1", 0}, 1), (StackId{"1", "1.2", 0}));
        QCOMPARE(browser_->neighbour({"1", "1.2", 0}, 1), (StackId{"2", "2.1", 0}));
        QCOMPARE(browser_->neighbour({"2", "2.1", 1}, -1), (StackId{"2", "2.1", 0}));
        QVERIFY(browser_->neighbour({"2", "2.1", 1}, 1).isEmpty());
        QVERIFY(browser_->neighbour({"9", "9.9", 0}, 1).isEmpty());
    }

    void searchWithoutAMatchSaysSo() {
        auto* search = browser_->findChild<QLineEdit*>();
        const auto says = [this](const QString& words) {
            for (const auto* label : browser_->findChildren<QLabel*>())
                if (label->isVisible() && label->text().startsWith(words)) return true;
            return false;
        };
        search->setText("nobody");
        QVERIFY(says("No study matches"));
        QVERIFY(says("0 of 2"));
        search->clear();
        QVERIFY(!says("No study matches"));
    }

    void enterInTheSearchOpensTheFirstMatch() {
        browser_->setCurrent({"1", "1.1", 0});
        QSignalSpy chosen(browser_.get(), &StudyBrowser::stackChosen);
        auto* search = browser_->findChild<QLineEdit*>();
        QTest::keyClicks(search, "chest");
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(chosen.size(), 0);  // it is in view
        search->setText("brain");
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.last().front().value<StackId>().studyUid, QString("2"));
    }

    void searchKeepsOnlyWhatHoldsAllWords() {
        auto* search = browser_->findChild<QLineEdit*>();
        QTest::keyClicks(search, "meyer chest");
        QVERIFY(row("Series 1.1").isValid());
        QVERIFY(!row("Brain").isValid());
        search->setText("nobody");
        QCOMPARE(view_->model()->rowCount(), 0);
        search->clear();
        QVERIFY(row("Brain").isValid());
    }

    void thumbnailsAreWishedForWhatIsSeen() {
        QSignalSpy wished(browser_.get(), &StudyBrowser::thumbnailWished);
        browser_->setPatients(patients());
        QTRY_VERIFY(wished.size() >= 4);
        QImage image(8, 8, QImage::Format_RGB32);
        image.fill(Qt::white);
        for (const StackId& id :
             {StackId{"1", "1.1", 0}, StackId{"1", "1.2", 0}, StackId{"2", "2.1", 0}, StackId{"2", "2.1", 1}})
            browser_->setThumbnail(id, image);
        wished.clear();
        browser_->findChild<QLineEdit*>()->setText("m");
        QVERIFY(wished.isEmpty());
    }

    void stateIsSaidInWords_data() {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("word");
        QTest::addRow("new") << static_cast<int>(StudyState::New) << "new";
        QTest::addRow("analysed") << static_cast<int>(StudyState::Analysed) << "analysed";
        QTest::addRow("read") << static_cast<int>(StudyState::Read) << "read";
    }
    void stateIsSaidInWords() {
        QFETCH(int, state);
        QFETCH(QString, word);
        browser_->setStudyState("1", static_cast<StudyState>(state), {"Pneumonia"});
        const QString text = row("Chest").data(Qt::AccessibleTextRole).toString();
        QVERIFY2(text.contains(word), qPrintable(text));
        QVERIFY(text.contains("flagged: Pneumonia"));
    }

    void foldedRowsAndTheCurrentOneSurviveANewList() {
        browser_->setCurrent({"1", "1.2", 0});
        view_->collapse(row("Sim, Two"));
        browser_->setPatients(patients());
        QVERIFY(!view_->isExpanded(row("Sim, Two")));
        QVERIFY(view_->isExpanded(row("Meyer")));
        QCOMPARE(browser_->current(), (StackId{"1", "1.2", 0}));
    }
};

QTEST_MAIN(TestStudyBrowser)
#include "tst_study_browser.moc"
