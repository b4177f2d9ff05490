// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTreeView>
#include <QtTest>
#include <functional>

#include "ui/header_view.h"

using namespace residua;

namespace {

constexpr std::uint32_t item = HeaderElement::kItem;

HeaderElement element(int depth, std::uint32_t tag, const char* vr, const char* name,
                      const char* value = "") {
    HeaderElement made;
    made.depth = depth;
    made.tag = tag;
    made.vr = vr;
    made.name = name;
    made.value = value;
    made.length = 8;
    return made;
}

HeaderDump dumpOf(const char* patient, const char* code, const char* instance = "1") {
    HeaderDump dump;
    dump.elements = {element(0, 0x00080060, "CS", "Modality", "MR"),
                     element(0, 0x00081140, "SQ", "ReferencedImageSequence"),
                     element(1, item, "", ""),
                     element(2, 0x00080100, "SH", "CodeValue", code),
                     element(1, item, "", ""),
                     element(2, 0x00080100, "SH", "CodeValue", "SAME"),
                     element(0, 0x00100010, "PN", "PatientName", patient),
                     element(0, 0x00191010, "UN", "", "7"),
                     element(0, 0x00200013, "IS", "InstanceNumber", instance),
                     element(0, 0x7FE00010, "OW", "PixelData")};
    dump.elements[7].creator = "ACME";
    dump.elements.back().isCut = true;
    dump.elements.back().length = 131072;
    dump.total = dump.elements.size();
    return dump;
}

HeaderPage page(HeaderDump dump, const QString& title = QStringLiteral("first")) {
    return {title, std::make_shared<const HeaderDump>(std::move(dump)), {}};
}

HeaderDump flat(int count) {
    HeaderDump dump;
    for (int i = 0; i < count; ++i) {
        dump.elements.push_back(element(0, 0x00280010u + static_cast<unsigned>(i), "US", "Rows"));
        dump.elements.back().value = std::to_string(i);
    }
    dump.total = dump.elements.size();
    return dump;
}

}  // namespace

class TestHeaderView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        view_ = std::make_unique<HeaderView>();
        view_->setPage(page(dumpOf("Doe^Jane", "A")));
        view_->show();
        QVERIFY(QTest::qWaitForWindowActive(view_.get()));
    }
    void cleanup() { view_.reset(); }

    void elementsNestAsInTheFile() {
        QCOMPARE(rows(),
                 QStringList({"(0008,0060) CS Modality MR", "(0008,1140) SQ ReferencedImageSequence items: 2",
                              "Item 1   ", "(0008,0100) SH CodeValue A", "Item 2   ",
                              "(0008,0100) SH CodeValue SAME", "(0010,0010) PN PatientName Doe^Jane",
                              "(0019,1010) UN [ACME] 7", "(0020,0013) IS InstanceNumber 1",
                              "(7FE0,0010) OW PixelData " + QLocale().toString(131072) + " bytes"}));
        const auto& model = view_->model();
        const auto sequence = model.index(1, 0);
        QCOMPARE(model.rowCount(sequence), 2);
        const auto inside = model.index(0, 0, model.index(1, 0, sequence));
        QCOMPARE(inside.siblingAtColumn(HeaderModel::Value).data().toString(), QString("SAME"));
        QCOMPARE(inside.parent().parent(), sequence);
        QVERIFY(tree().isExpanded(sequence));
        QCOMPARE(found(), QString("elements: 8"));
    }

    void searchLeavesMatchesAndTheirParents_data() {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QStringList>("left");
        QTest::addColumn<QString>("count");
        QTest::addRow("value") << "jane" << QStringList{"(0010,0010)"} << "1 found";
        QTest::addRow("name") << "codevalue"
                              << QStringList{"(0008,1140)", "Item 1", "(0008,0100)", "Item 2", "(0008,0100)"}
                              << "2 found";
        QTest::addRow("name with a space") << "patient name" << QStringList{"(0010,0010)"} << "1 found";
        QTest::addRow("tag") << "0010,0010" << QStringList{"(0010,0010)"} << "1 found";
        QTest::addRow("digits of a tag") << "7fe00010" << QStringList{"(7FE0,0010)"} << "1 found";
        QTest::addRow("creator") << "acme" << QStringList{"(0019,1010)"} << "1 found";
        QTest::addRow("sequence, with what it holds")
            << "ReferencedImage"
            << QStringList{"(0008,1140)", "Item 1", "(0008,0100)", "Item 2", "(0008,0100)"} << "1 found";
        QTest::addRow("nothing") << "nowhere" << QStringList() << "0 found";
    }
    void searchLeavesMatchesAndTheirParents() {
        QFETCH(QString, words);
        QFETCH(QStringList, left);
        QFETCH(QString, count);
        QTest::keyClicks(search(), words);
        QStringList tags;
        for (const QString& row : rows())
            tags += row.startsWith("Item") ? row.left(6) : row.section(' ', 0, 0);
        QCOMPARE(tags, left);
        QCOMPARE(found(), count);
        QCOMPARE(view_->findChild<QLabel*>("headerNothing")->isVisible(), left.isEmpty());
        search()->clear();
        QCOMPARE(rows().size(), 10);
    }

    void selectedRowsAreCopiedInTheirOrder() {
        const auto& model = view_->model();
        const auto select = [&](const QModelIndex& row) {
            tree().selectionModel()->select(row, QItemSelectionModel::Select | QItemSelectionModel::Rows);
        };
        select(model.index(2, 0));
        select(model.index(0, 0, model.index(0, 0, model.index(1, 0))));
        tree().setFocus();
        QTest::keyClick(&tree(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QString(">>(0008,0100)\tCodeValue\tA\n(0010,0010)\tPatientName\tDoe^Jane"));
    }

    void copyAllCopiesWhatIsLeft() {
        QTest::keyClicks(search(), "code");
        click("headerCopyAll");
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QString("(0008,1140)\tReferencedImageSequence\titems: 2\n>Item 1\t\t\n"
                         ">>(0008,0100)\tCodeValue\tA\n>Item 2\t\t\n>>(0008,0100)\tCodeValue\tSAME"));
    }

    void comparingMarksTheRowsThatDiffer() {
        QSignalSpy wished(view_.get(), &HeaderView::otherPageWished);
        click("headerCompare");
        QCOMPARE(wished.size(), 1);
        QVERIFY(view_->isComparing() && view_->isKept());
        auto other = dumpOf("Doe^Jane", "B", "2");
        other.elements.erase(other.elements.begin());  // no Modality
        other.elements.insert(other.elements.end() - 1, element(0, 0x00280010, "US", "Rows", "4"));
        other.elements.back().digest = 99;
        view_->setOtherPage(page(other, "second"));
        QStringList marks;
        forEach([&](const QModelIndex& row) {
            const auto mark = row.siblingAtColumn(HeaderModel::Difference).data().toString();
            if (!mark.isEmpty()) marks += row.data().toString() + ' ' + mark;
        });
        QCOMPARE(marks, QStringList({"(0008,0060) ≠ only left", "(0008,1140) ≠ inside", "Item 1 ≠ inside",
                                     "(0008,0100) ≠ differs", "(0020,0013) ≠ differs",
                                     "(0028,0010) ≠ only right", "(7FE0,0010) ≠ differs"}));
        QCOMPARE(found(), QString("differences: 5"));
        const auto& model = view_->model();
        QCOMPARE(model.headerData(HeaderModel::OtherValue, Qt::Horizontal, Qt::DisplayRole).toString(),
                 QString("second"));
        view_->findChild<QCheckBox*>("headerOnlyDifferent")->click();
        QCOMPARE(rows().size(), 7);
        QTest::keyClicks(search(), "code");
        QCOMPARE(found(), QString("1 found"));
        click("headerCopyAll");
        QVERIFY(QGuiApplication::clipboard()->text().endsWith(">>(0008,0100)\tCodeValue\tA\tB"));
        search()->clear();
        click("headerCompare");
        QVERIFY(!view_->isComparing());
        QCOMPARE(rows().size(), 10);
        QCOMPARE(model.columnCount(), 4);
    }

    void sameHeadersSaySo() {
        click("headerCompare");
        view_->setOtherPage(page(dumpOf("Doe^Jane", "A"), "second"));
        view_->findChild<QCheckBox*>("headerOnlyDifferent")->click();
        QCOMPARE(view_->model().shownRows(), 0);
        QVERIFY(view_->findChild<QLabel*>("headerNothing")->text().contains("same"));
        QVERIFY(view_->findChild<QLabel*>("headerNothing")->isVisible());
    }

    void scrollingThroughImagesLeavesTheTreeAsItIs() {
        const auto sequence = view_->model().index(1, 0);
        tree().collapse(sequence);
        tree().setCurrentIndex(view_->model().index(2, 0));
        view_->setPage(page(dumpOf("Doe^Jane", "A", "2"), "next"));
        QVERIFY(!tree().isExpanded(view_->model().index(1, 0)));
        QCOMPARE(tree().currentIndex().row(), 2);
        QCOMPARE(view_->model().index(4, HeaderModel::Value).data().toString(), QString("2"));
        QTest::keyClicks(search(), "InstanceNumber");
        view_->setPage(page(dumpOf("Doe^Jane", "A", "3"), "next"));
        QCOMPARE(view_->model().index(0, HeaderModel::Value).data().toString(), QString("3"));
    }

    void keptImageIsLetGoAgain() {
        QSignalSpy wished(view_.get(), &HeaderView::pageWished);
        auto* keep = view_->findChild<QCheckBox*>("headerKeep");
        keep->click();
        QVERIFY(view_->isKept() && wished.isEmpty());
        keep->click();
        QCOMPARE(wished.size(), 1);
    }

    void whatIsNotShownIsTold() {
        auto dump = flat(10);
        dump.total = 123456;
        view_->setPage(page(dump));
        auto* note = view_->findChild<QLabel*>("headerNote");
        QVERIFY(note->isVisible());
        QCOMPARE(note->text(),
                 QStringLiteral("The first 10 of %1 elements are shown.").arg(QLocale().toString(123456)));
        view_->setPage({"picture", nullptr, "It has no header."});
        QCOMPARE(note->text(), QString("It has no header."));
        QVERIFY(rows().isEmpty());
        QVERIFY(!view_->findChild<QPushButton*>("headerCompare")->isEnabled());
    }

    void largeTreesOpenAndSearchAtOnce_data() {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("most");  // ms; a slow machine's
        QTest::addRow("5,000 rows") << 5'000 << 1'000;
        QTest::addRow("100,000 rows") << 100'000 << 5'000;
    }
    void largeTreesOpenAndSearchAtOnce() {
        QFETCH(int, count);
        QFETCH(int, most);
        const auto large = page(flat(count));
        QElapsedTimer time;
        time.start();
        view_->setPage(large);
        tree().viewport()->grab();
        qInfo("opened in %lld ms", static_cast<long long>(time.elapsed()));
        search()->setText("99");
        tree().viewport()->grab();
        qInfo("searched by %lld ms", static_cast<long long>(time.elapsed()));
        QVERIFY2(time.elapsed() < most, qPrintable(QString::number(time.elapsed())));
        QVERIFY(view_->model().found() > 0);
    }

private:
    QTreeView& tree() const { return *view_->findChild<QTreeView*>("headerTree"); }
    QLineEdit* search() const { return view_->findChild<QLineEdit*>("headerSearch"); }
    QString found() const { return view_->findChild<QLabel*>("headerFound")->text(); }
    void click(const char* button) const {
        QTest::mouseClick(view_->findChild<QPushButton*>(button), Qt::LeftButton);
    }
    void forEach(const std::function<void(const QModelIndex&)>& visit, const QModelIndex& parent = {}) const {
        const auto& model = view_->model();
        for (int row = 0; row < model.rowCount(parent); ++row) {
            const auto index = model.index(row, 0, parent);
            visit(index);
            forEach(visit, index);
        }
    }
    QStringList rows() const {
        QStringList rows;
        forEach([&](const QModelIndex& row) {
            QStringList cells;
            for (int column = 0; column <= HeaderModel::Value; ++column)
                cells += row.siblingAtColumn(column).data().toString();
            rows += cells.join(' ');
        });
        return rows;
    }

    std::unique_ptr<HeaderView> view_;
};

QTEST_MAIN(TestHeaderView)
#include "tst_header_view.moc"
