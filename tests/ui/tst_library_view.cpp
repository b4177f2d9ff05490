// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTreeView>
#include <QtTest>

#include "ui/library_view.h"
#include "ui/search_text.h"

using namespace residua;

namespace {

LibraryRow aRow(const QString& uid, const QString& patient, const QString& day = "20260301", int images = 1) {
    LibraryRow row;
    row.uid = uid;
    row.patient = patient;
    row.day = day;
    row.date = day;
    row.images = images;
    row.haystack = searchable(patient + '\n' + day);
    return row;
}

QList<LibraryRow> someRows() {
    auto rows = QList{aRow("1", "Müller, Änne", "20260301", 9), aRow("2", "Doe, Jane", "20260105", 120),
                      aRow("3", "山田, 太郎", "20251231", 24)};
    rows[0].patientId = "4711";
    rows[0].state = StudyState::Read;
    rows[0].flagged = "Pneumonia";
    rows[0].answer = "agreed: Pneumonia";
    rows[1].state = StudyState::Analysed;
    return rows;
}

}  // namespace

class TestLibraryView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        view_ = std::make_unique<LibraryView>();
        view_->setRows(someRows());
        view_->show();
        QVERIFY(QTest::qWaitForWindowActive(view_.get()));
    }
    void cleanup() { view_.reset(); }

    void rowTellsStateFlaggedAndLastAnswer() {
        QCOMPARE(cells(0), QStringList({"Müller, Änne · 4711", "20260301", "", "", "9", "read", "Pneumonia",
                                        "agreed: Pneumonia"}));
        QCOMPARE(cells(1).at(LibraryModel::State), QString("analysed"));
        QCOMPARE(cells(2).at(LibraryModel::State), QString("new"));
    }

    void searchFollowsEveryKey() {
        QTest::keyClicks(search(), "muller");
        QCOMPARE(uids(), QStringList{"1"});
        QCOMPARE(label("libraryFound")->text(), QString("1 of 3"));
        search()->setText("2026");
        QCOMPARE(uids(), QStringList({"1", "2"}));
        search()->setText("nobody");
        QVERIFY(uids().isEmpty());
        QVERIFY(label("libraryNothing")->isVisible());
        QVERIFY(!button("libraryOpen")->isEnabled());
        QTest::keyClick(search(), Qt::Key_Escape);
        QCOMPARE(uids().size(), 3);
        QVERIFY(view_->isVisible());
    }

    void enterOpensTheBestMatch() {
        QSignalSpy wished(view_.get(), &LibraryView::openWished);
        QTest::keyClicks(search(), "doe");
        QTest::keyClick(search(), Qt::Key_Return);
        QCOMPARE(wished.size(), 1);
        QCOMPARE(wished[0][0].toStringList(), QStringList{"2"});
    }

    void doubleClickAndEnterInTheTableOpen() {
        QSignalSpy wished(view_.get(), &LibraryView::openWished);
        const auto place = table().visualRect(view_->model().index(2, 0)).center();
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, place);
        QTest::mouseDClick(table().viewport(), Qt::LeftButton, {}, place);
        QTest::keyClick(&table(), Qt::Key_Enter);
        QCOMPARE(wished.size(), 2);
        QCOMPARE(wished[1][0].toStringList(), QStringList{"3"});
    }

    void arrowDownLeadsFromTheSearchIntoTheTable() {
        QTest::keyClick(search(), Qt::Key_Down);
        QVERIFY(table().hasFocus());
        QTest::keyClick(&table(), Qt::Key_Down);
        QCOMPARE(view_->selected(), QStringList{"2"});
    }

    void columnsSort() {
        table().sortByColumn(LibraryModel::Date, Qt::AscendingOrder);
        QCOMPARE(uids(), QStringList({"3", "2", "1"}));
        table().sortByColumn(LibraryModel::Images, Qt::DescendingOrder);
        QCOMPARE(uids(), QStringList({"2", "3", "1"}));
        search()->setText("2026");
        QCOMPARE(uids(), QStringList({"2", "1"}));
    }

    void selectionStaysWhenTheListIsReadAgain() {
        view_->select("2");
        auto rows = someRows();
        rows.prepend(aRow("4", "New, Nora"));
        view_->setRows(rows);
        QCOMPARE(view_->selected(), QStringList{"2"});
        search()->setText("doe");
        search()->clear();
        QCOMPARE(view_->selected(), QStringList{"2"});
    }

    void missingStudyIsMarkedInWordsAndSaysWhatIsMissing() {
        view_->setPlace("2", StudyPlace::Missing, "/media/disk");
        view_->setPlace("3", StudyPlace::PartlyMissing, "/b");
        view_->setPlace("nobody", StudyPlace::Missing, {});
        QCOMPARE(cells(1).at(LibraryModel::State), QString("analysed · missing"));
        QCOMPARE(cells(2).at(LibraryModel::State), QString("new · partly missing"));
        const auto index = view_->model().index(1, LibraryModel::State);
        QVERIFY(!index.data(Qt::DecorationRole).isNull());
        QVERIFY(index.data(Qt::ToolTipRole).toString().contains("/media/disk"));
    }

    void removalIsConfirmed() {
        QSignalSpy wished(view_.get(), &LibraryView::removalWished);
        view_->select("2");
        button("libraryRemove")->click();
        auto* question = view_->findChild<QMessageBox*>();
        QVERIFY(question && question->isVisible());
        QVERIFY(question->informativeText().contains("images stay"));
        question->button(QMessageBox::Cancel)->click();
        QVERIFY(wished.isEmpty());
        QTRY_VERIFY(!view_->findChild<QMessageBox*>());
        table().setFocus();
        QTest::keyClick(&table(), Qt::Key_Delete);
        view_->findChild<QPushButton*>("libraryRemoveNow")->click();
        QCOMPARE(wished.size(), 1);
        QCOMPARE(wished[0][0].toStringList(), QStringList{"2"});
    }

    void locateAsksForOneStudy() {
        QSignalSpy wished(view_.get(), &LibraryView::locateWished);
        view_->select("2");
        button("libraryLocate")->click();
        QCOMPARE(wished.size(), 1);
        table().selectAll();
        QVERIFY(!button("libraryLocate")->isEnabled());
        QVERIFY(button("libraryRemove")->isEnabled());
        view_->select("2");
        view_->setJob("Looking");
        QVERIFY(!button("libraryLocate")->isEnabled());
        QVERIFY(button("libraryStop")->isVisible());
        QCOMPARE(label("libraryNotice")->text(), QString("Looking"));
    }

    void damagedFileOffersToBeRebuilt() {
        QSignalSpy wished(view_.get(), &LibraryView::rebuildWished);
        QVERIFY(!button("libraryRebuild")->isVisible());
        view_->setFile(LibraryView::File::Unusable);
        QVERIFY(!button("libraryRebuild")->isVisible());
        view_->setFile(LibraryView::File::Damaged);
        QVERIFY(button("libraryRebuild")->isVisible());
        button("libraryRebuild")->click();
        QCOMPARE(wished.size(), 1);
        view_->setFile(LibraryView::File::Usable);
        QVERIFY(!button("libraryRebuild")->isVisible());
    }

    void thousandsOfStudiesAreSearchedAtOnce() {
        QList<LibraryRow> rows;
        for (int i = 0; i < 2000; ++i)
            rows << aRow(QString::number(i), QString("Patient%1, Müller").arg(i), "20260301");
        table().sortByColumn(LibraryModel::Patient, Qt::AscendingOrder);
        view_->setRows(rows);
        QElapsedTimer time;
        time.start();
        for (const char* typed : {"m", "mu", "mul", "mull", "mulle", "muller", "muller 1", "muller 19"}) {
            search()->setText(typed);
            table().viewport()->grab();
        }
        const auto each = time.elapsed() / 8;
        qInfo("%lld ms a key", static_cast<long long>(each));
        QCOMPARE(uids().size(), 139);
    }

private:
    QTreeView& table() const { return *view_->findChild<QTreeView*>("libraryTable"); }
    QLineEdit* search() const { return view_->findChild<QLineEdit*>("librarySearch"); }
    QLabel* label(const char* name) const { return view_->findChild<QLabel*>(name); }
    QPushButton* button(const char* name) const { return view_->findChild<QPushButton*>(name); }
    QStringList cells(int row) const {
        QStringList cells;
        for (int i = 0; i < LibraryModel::ColumnCount; ++i)
            cells << view_->model().index(row, i).data().toString();
        return cells;
    }
    QStringList uids() const {
        QStringList uids;
        for (int i = 0; i < view_->model().rowCount(); ++i)
            uids << view_->model().index(i, 0).data(LibraryModel::UidRole).toString();
        return uids;
    }

    std::unique_ptr<LibraryView> view_;
};

QTEST_MAIN(TestLibraryView)
#include "tst_library_view.moc"
