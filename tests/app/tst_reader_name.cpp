// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QUndoStack>
#include <QtTest>

#include "app/library_thread.h"
#include "app/settings_keeper.h"
#include "tests/support/fake_engine.h"
#include "ui/dialogs/reader_dialog.h"

using namespace residua;

namespace {

/// All that gives a verdict and keeps settings, without a study.
struct Desk {
    explicit Desk(const QString& settings)
        : keeper(settings.toStdString(), window, viewing, analysing, verdicts, findings) {
        window.show();
    }
    ReaderDialog* dialog() { return window.findChild<ReaderDialog*>(); }
    void answer(const std::string& finding) { verdicts.give("1.2", "hash", finding, Answer::Agree); }
    std::string signedBy(const std::string& finding) { return verdicts.of("1.2", "hash", finding).reader; }

    test::FakeEngine engine;
    LibraryThread library{{}};
    QUndoStack undo;
    MainWindow window;
    Viewing viewing;
    Verdicts verdicts{library, undo};
    Analysing analysing{engine, library};
    FindingsPresenter findings{window, viewing, analysing, verdicts};
    SettingsKeeper keeper;
};

}  // namespace

/// The reader's name is asked for once, and no answer waits for it.
class TestReaderName : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        settings_ = folder_->filePath("settings.json");
        qputenv("USER", "account");
    }

    void firstAnswerIsSavedAndSignedWithTheNameGivenThen() {
        Desk desk(settings_);
        desk.answer("opacity");
        QCOMPARE(desk.signedBy("opacity"), std::string("account"));
        QVERIFY(desk.dialog());
        auto* name = desk.dialog()->findChild<QLineEdit*>("readerName");
        QCOMPARE(name->text(), QString("account"));
        name->setText(" Dr. Änne ");
        QTest::keyClick(desk.dialog(), Qt::Key_Return);
        QTRY_VERIFY(!desk.dialog());
        QCOMPARE(desk.signedBy("opacity"), std::string("Dr. Änne"));
        desk.answer("nodule");
        QVERIFY(!desk.dialog());
        QCOMPARE(desk.signedBy("nodule"), std::string("Dr. Änne"));
    }

    void nameIsKeptForTheNextStart() {
        {
            Desk desk(settings_);
            desk.answer("opacity");
            desk.dialog()->findChild<QLineEdit*>("readerName")->setText("Dr. Änne");
            desk.dialog()->accept();
        }
        Desk desk(settings_);
        desk.answer("opacity");
        QVERIFY(!desk.dialog());
        QCOMPARE(desk.signedBy("opacity"), std::string("Dr. Änne"));
    }

    void questionThatIsSentAwayIsNotAskedAgain() {
        {
            Desk desk(settings_);
            desk.answer("opacity");
            QTest::keyClick(desk.dialog(), Qt::Key_Escape);
            QTRY_VERIFY(!desk.dialog());
            desk.answer("nodule");
            QVERIFY(!desk.dialog());
            QCOMPARE(desk.signedBy("opacity"), std::string("account"));
        }
        Desk desk(settings_);
        desk.answer("opacity");
        QVERIFY(!desk.dialog());
    }

    void reportAsksAndGoesOnEitherWay_data() {
        QTest::addColumn<int>("key");
        QTest::addRow("given") << int(Qt::Key_Return);
        QTest::addRow("sent away") << int(Qt::Key_Escape);
    }

    void reportAsksAndGoesOnEitherWay() {
        QFETCH(int, key);
        Desk desk(settings_);
        int reports = 0;
        desk.keeper.withReaderName([&] { ++reports; });
        QCOMPARE(reports, 0);
        QTest::keyClick(desk.dialog(), static_cast<Qt::Key>(key));
        QCOMPARE(reports, 1);
        desk.keeper.withReaderName([&] { ++reports; });
        QCOMPARE(reports, 2);
    }

    void nameIsChangedFromTheMenu() {
        Desk desk(settings_);
        desk.window.actions()[Command::ReaderName]->trigger();
        desk.dialog()->findChild<QLineEdit*>("readerName")->setText("First");
        desk.dialog()->accept();
        QTRY_VERIFY(!desk.dialog());
        desk.answer("opacity");
        desk.window.actions()[Command::ReaderName]->trigger();
        desk.dialog()->findChild<QLineEdit*>("readerName")->setText("Second");
        desk.dialog()->accept();
        QTRY_VERIFY(!desk.dialog());
        desk.answer("nodule");
        QCOMPARE(desk.signedBy("opacity"), std::string("First"));
        QCOMPARE(desk.signedBy("nodule"), std::string("Second"));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    QString settings_;
};

QTEST_MAIN(TestReaderName)
#include "tst_reader_name.moc"
