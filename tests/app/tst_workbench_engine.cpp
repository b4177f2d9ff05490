// SPDX-License-Identifier: GPL-3.0-or-later
#include <signal.h>

#include <QApplication>
#include <QDir>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <filesystem>

#include "app/engine_client.h"
#include "app/reporting.h"
#include "app/workbench.h"
#include "imaging/atomic_file.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/tiny_bundle.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

/// Ends the engines that this process started, as the out-of-memory killer would.
int killOwnEngines() {
    int killed = 0;
    for (const auto& entry : QDir("/proc").entryList(QDir::Dirs)) {
        QFile status("/proc/" + entry + "/stat");
        if (!status.open(QIODevice::ReadOnly)) continue;
        const auto fields = QString::fromLatin1(status.readAll());
        const auto rest = fields.mid(fields.lastIndexOf(')') + 2).split(' ');  // state, parent, …
        if (!fields.contains("(residua-engine)") ||
            rest.value(1).toLongLong() != QCoreApplication::applicationPid())
            continue;
        ::kill(entry.toInt(), SIGKILL);
        ++killed;
    }
    return killed;
}

}  // namespace

/// The window with the real engine process and a small bundle: the twin of tst_workbench and tst_analysing.
class TestWorkbenchEngine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        test::writeBrain(data_ / "brain");
        fs::create_directories(data_ / "models");
        bundle_ = test::writeTinyBundle(data_ / "models");
        model_ = {parseModelCard(readWholeFile(bundle_ / "card.json"), bundle_), bundle_,
                  InstalledModel::Origin::User};
    }

    void init() {
        home_ = std::make_unique<QTemporaryDir>();
        engine_ = std::make_unique<EngineClient>(RESIDUA_ENGINE);
        make();
    }
    void cleanup() {
        bench_.reset();
        engine_.reset();
    }

    void studyIsScoredWithHeatmapsAndReported() {
        openAnalysed();
        const auto* analysis = run().analysis();
        QVERIFY(analysis);
        QCOMPARE(analysis->series.at(0).images.size(), std::size_t(12));
        const auto* result = run().result(bench_->viewing().stack(), 6);
        QVERIFY(result && result->scored());
        const auto& score = result->prediction.findings.at(0);
        double sum = 0;
        for (const auto value : score.map.values) sum += value;
        QVERIFY(std::abs(sum / static_cast<double>(score.map.values.size()) + score.bias - score.logit) <
                1e-5);
        QVERIFY(window().viewport().heatmap().isVisible());

        Reporting reporting;
        QSignalSpy written(&reporting, &Reporting::written);
        const fs::path folder = home_->path().toStdString();
        reporting.write(*analysis, folder / "report.pdf", ReportFormat::Pdf);
        reporting.write(*analysis, folder / "report.json", ReportFormat::Json);
        QTRY_COMPARE_WITH_TIMEOUT(written.size(), 2, 30000);
        QVERIFY(readWholeFile(folder / "report.pdf").starts_with("%PDF"));
        const auto json = parseAnalysis(readWholeFile(folder / "report.json"), folder);
        QCOMPARE(json.series.at(0).findings.at(0).score, analysis->series.at(0).findings.at(0).score);
    }

    void storedResultsAreTheEngines() {
        openAnalysed();
        const auto before = *run().result(bench_->viewing().stack(), 3);
        bench_.reset();
        engine_ = std::make_unique<EngineClient>(QStringLiteral("/nonexistent/residua-engine"));
        make();
        openAnalysed();  // needs no engine
        const auto after = *run().result(bench_->viewing().stack(), 3);
        QCOMPARE(after.prediction.findings.at(1).logit, before.prediction.findings.at(1).logit);
        QCOMPARE(after.prediction.findings.at(1).map.values, before.prediction.findings.at(1).map.values);
    }

    void missingEngineIsToldAndTheImagesAreStillShown() {
        bench_.reset();
        engine_ = std::make_unique<EngineClient>(QStringLiteral("/nonexistent/residua-engine"));
        make();
        open();
        QTRY_COMPARE_WITH_TIMEOUT(window().findings().state(), FindingsPanel::State::EngineMissing, 20000);
        QVERIFY(!window().viewport().image().isNull());
    }

    void killedEngineLeavesTheWindowUsable() {
        bench_->analysing().setAutomatic(false);
        open();
        bench_->analysing().analyse();
        int killed = 0;  // QTRY_VERIFY asks once more when it is content
        QTRY_VERIFY_WITH_TIMEOUT((killed += killOwnEngines()) > 0, 20000);
        QTRY_VERIFY_WITH_TIMEOUT(bench_->analysing().state() != AnalysisState::Predicting, 30000);
        bench_->analysing().analyse();
        QTRY_COMPARE_WITH_TIMEOUT(window().findings().state(), FindingsPanel::State::Ready, 30000);
        QVERIFY(run().result(bench_->viewing().stack(), 0)->scored());
    }

private:
    const ModelRun& run() const { return *bench_->analysing().runs().at(0); }

    MainWindow& window() { return bench_->window(); }

    void make() {
        const fs::path home = home_->path().toStdString();
        bench_ = std::make_unique<Workbench>(
            *engine_, WorkbenchFolders{home / "library.sqlite", {}, {}, home / "samples"});
        bench_->setModels({model_});
        window().show();
    }

    void open() {
        QSignalSpy finished(&bench_->opening(), &Opening::finished);
        bench_->start({data_ / "brain"});
        QVERIFY(finished.wait(20000));
        QTRY_VERIFY_WITH_TIMEOUT(!window().viewport().image().isNull(), 20000);
    }

    void openAnalysed() {
        open();

        QTRY_COMPARE_WITH_TIMEOUT(window().findings().state(), FindingsPanel::State::Ready, 60000);
    }

    QTemporaryDir dataFolder_;
    const fs::path data_ = dataFolder_.path().toStdString();
    fs::path bundle_;
    InstalledModel model_;
    std::unique_ptr<QTemporaryDir> home_;
    std::unique_ptr<EngineClient> engine_;
    std::unique_ptr<Workbench> bench_;
};

QTEST_MAIN(TestWorkbenchEngine)
#include "tst_workbench_engine.moc"
