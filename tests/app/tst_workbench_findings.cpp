// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFileDialog>
#include <QLabel>

#include "imaging/atomic_file.h"
#include "tests/support/workbench_test.h"
#include "ui/finding_frame.h"

using namespace residua;
using test::aModel;

/// What networks find, in the whole window.
class TestWorkbenchFindings : public test::WorkbenchTest {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setUpStudies(); }
    void init() { setUp(); }
    void cleanup() { bench_.reset(); }

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

    void whatAFailedEngineLeavesIsNotScoredAndNotAwaited() {
        open("brain");
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        const auto state = [&] { return window().findings().findChild<FindingFrame*>()->row().state; };
        QCOMPARE(state(), FindingState::Waiting);
        engine_->finish(PredictEnd::Failed, {ProblemKind::EngineDied, {}, "signal 11"});
        QTRY_COMPARE(state(), FindingState::NotScored);
        bench_->analysing().analyse();
        QTRY_COMPARE(state(), FindingState::Waiting);
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
};

QTEST_MAIN(TestWorkbenchFindings)
#include "tst_workbench_findings.moc"
