// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QImage>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>

#include "app/header_presenter.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/phantom_studies.h"

using namespace residua;
namespace fs = std::filesystem;

/// The header's window with the real viewing and real files behind it.
class TestHeaderPresenter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->path().toStdString();
        viewing_ = std::make_unique<Viewing>();
        window_ = std::make_unique<MainWindow>();
        presenter_ = std::make_unique<HeaderPresenter>(*window_, *viewing_);
        window_->setPage(MainWindow::Page::Viewer);
        window_->show();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    void cleanup() {
        presenter_.reset();
        window_.reset();
        viewing_.reset();
    }

    void keyOpensTheHeaderOfTheShownImage() {
        openBrain();
        QTRY_COMPARE(value("InstanceNumber"), instanceNumber());
        QCOMPARE(value("Modality"), QString("MR"));
        QVERIFY(title().endsWith(QStringLiteral("image %1 of 6").arg(viewing_->slice() + 1)));
        window_->actions()[Command::DicomHeader]->trigger();
        QCOMPARE(window_->findChildren<HeaderView*>().size(), 1);
    }

    void headerFollowsTheSliceUntilItIsKept() {
        openBrain();
        viewing_->goTo(0);
        QTRY_COMPARE(value("InstanceNumber"), instanceNumber());
        const auto kept = instanceNumber();
        auto* keep = view()->findChild<QCheckBox*>("headerKeep");
        keep->click();
        viewing_->goTo(5);
        QVERIFY(instanceNumber() != kept);
        QTest::qWait(400);
        QCOMPARE(value("InstanceNumber"), kept);
        keep->click();
        QTRY_COMPARE(value("InstanceNumber"), instanceNumber());
    }

    void twoImagesAreComparedSideBySide() {
        openBrain();
        viewing_->goTo(1);
        QTRY_COMPARE(value("InstanceNumber"), instanceNumber());
        const auto left = instanceNumber();
        view()->findChild<QCheckBox*>("headerKeep")->click();
        viewing_->goTo(4);
        QTest::mouseClick(view()->findChild<QPushButton*>("headerCompare"), Qt::LeftButton);
        QTRY_COMPARE(value("InstanceNumber", HeaderModel::OtherValue), instanceNumber());
        QCOMPARE(value("InstanceNumber"), left);
        QCOMPARE(value("InstanceNumber", HeaderModel::Difference), QString("≠ differs"));
        QVERIFY(value("Modality", HeaderModel::Difference).isEmpty());
        viewing_->goTo(2);
        QTRY_COMPARE(value("InstanceNumber", HeaderModel::OtherValue), instanceNumber());
    }

    void pictureHasNoHeaderAndSaysSo() {
        QImage image(20, 20, QImage::Format_Grayscale8);
        image.fill(100);
        QVERIFY(image.save(QString::fromStdString((path_ / "p.png").string())));
        open();
        QTRY_VERIFY(note().contains("another kind"));
        QCOMPARE(view()->model().rowCount(), 0);
    }

    void fileThatIsGoneIsTold() {
        openBrain();
        viewing_->goTo(1);
        QTRY_COMPARE(value("InstanceNumber"), instanceNumber());
        fs::remove(viewing_->stack().instance(3).path);
        viewing_->goTo(3);
        QTRY_VERIFY(note().contains("does not exist"));
        QCOMPARE(view()->model().rowCount(), 0);
        viewing_->goTo(2);
        QTRY_COMPARE(value("InstanceNumber"), instanceNumber());
        QVERIFY(note().isEmpty());
    }

    void anotherPatientsHeaderIsNotShownInItsPlace() {
        openBrain();
        test::writeBrain(path_ / "other", 6, 2);
        const auto other = scanStudies({path_ / "other"}).studies.at(0).series.at(0).instances.at(0).path;
        fs::copy_file(other, viewing_->stack().instance(0).path, fs::copy_options::overwrite_existing);
        viewing_->goTo(0);
        QTRY_VERIFY(note().contains("has changed"));
        QCOMPARE(view()->model().rowCount(), 0);
    }

    void closedStudiesLeaveNoHeader() {
        openBrain();
        QPointer<HeaderView> open = view();
        viewing_->clear();
        QTRY_VERIFY(!open);
    }

private:
    void openBrain() {
        test::writeBrain(path_, 6);
        open();
    }
    void open() {
        const auto scan = scanStudies({path_});
        viewing_->show({makeOpenStudy(scan.studies.at(0)), 0, 0});
        QTest::keyClick(window_.get(), Qt::Key_I, Qt::ControlModifier);
        QVERIFY(view());
    }
    HeaderView* view() const { return window_->findChild<HeaderView*>(); }
    QString note() const {
        const auto* label = view()->findChild<QLabel*>("headerNote");
        return label->isVisible() ? label->text() : QString();
    }
    QString title() const { return view()->findChild<QLabel*>("headerTitle")->text(); }
    QString instanceNumber() const {
        return QString::number(viewing_->stack().instance(viewing_->slice()).instanceNumber);
    }
    /// The value of a top-level element, by name.
    QString value(const QString& name, int column = HeaderModel::Value) const {
        const auto& model = view()->model();
        for (int row = 0; row < model.rowCount(); ++row)
            if (model.index(row, HeaderModel::Name).data().toString() == name)
                return model.index(row, column).data().toString();
        return {};
    }

    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path_;
    std::unique_ptr<Viewing> viewing_;
    std::unique_ptr<MainWindow> window_;
    std::unique_ptr<HeaderPresenter> presenter_;
};

QTEST_MAIN(TestHeaderPresenter)
#include "tst_header_presenter.moc"
