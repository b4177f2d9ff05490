// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include "app/analysis_table.h"
#include "app/prediction_job.h"
#include "app/study_analysis.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/app_samples.h"
#include "tests/support/tiny_bundle.h"

using namespace residua;

/// What a network's gate says of an image, from the engine to the files.
class TestLikeness : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path file_;

    /// A study of one image, analysed by a network with this gate.
    Analysis analysed(const GateCard& gate) const {
        auto card = test::tinyCard();
        card.name = "gated";
        Predictor predictor(test::writeGatedBundle(test::toPath(folder_.path()), card, gate),
                            {Device::Cpu, Precision::Fp32, 1});
        std::vector<ImageResult> results;
        predictImages(predictor, {{}, {{file_, 0}}, {}}, {}, {},
                      [&](ImageResult&& result) { results.push_back(std::move(result)); });
        return makeAnalysis(readStudyOfFile(file_), predictor.card(), results);
    }

private Q_SLOTS:
    void initTestCase() { file_ = test::writeSmallStudy(test::toPath(folder_.filePath("study")), 1).at(0); }

    void filesSayWhatTheEngineFound_data() {
        QTest::addColumn<double>("warn");
        QTest::addColumn<double>("refuse");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<QString>("caution");
        QTest::newRow("alike") << 1e5 << 1e6 << ""
                               << "";
        QTest::newRow("rather unlike") << 0.0 << 1e6 << ""
                                       << "unlike the training images: read with care";
        QTest::newRow("unlike") << 0.0 << 1e-6 << "unlike the images the network was trained on"
                                << "";
    }
    void filesSayWhatTheEngineFound() {
        QFETCH(double, warn);
        QFETCH(double, refuse);
        QFETCH(QString, reason);
        QFETCH(QString, caution);
        const auto analysis = analysed({warn, refuse, {}, 1});
        const auto& series = analysis.series.at(0);
        const auto& image = series.images.at(0);
        QCOMPARE(image.scored(), reason.isEmpty());
        QCOMPARE(QString::fromStdString(image.scope.reason), reason);
        QCOMPARE(QString::fromStdString(image.scope.caution), caution);
        QCOMPARE(image.prediction.findings.empty(), !reason.isEmpty());
        QVERIFY(image.prediction.likeness.value().unlikeness > 0);
        QCOMPARE(QString::fromStdString(series.notScored), reason);

        const auto json = QString::fromStdString(toJson(analysis));
        const auto rows = QString::fromStdString(analysisTableRows(analysis));
        for (const auto& words : {reason, caution})
            QVERIFY(words.isEmpty() || (json.contains('"' + words + '"') && rows.contains(words)));
        if (!reason.isEmpty()) QVERIFY(rows.contains("not scored: " + reason));
        if (!caution.isEmpty()) QVERIFY(rows.contains("inside; " + caution));
        const auto read = parseAnalysis(toJson(analysis), "a.json");
        QCOMPARE(read.series.at(0).images.at(0).prediction.likeness->unlikeness,
                 image.prediction.likeness->unlikeness);
    }

    void aNetworkWithoutAGateSaysNothingOfIt() {
        const auto bundle = test::writeTinyBundle(test::toPath(folder_.path()));
        Predictor predictor(bundle, {Device::Cpu, Precision::Fp32, 1});
        predictImages(predictor, {{}, {{file_, 0}}, {}}, {}, {}, [&](ImageResult&& result) {
            QVERIFY(result.scored());
            QVERIFY(!result.prediction.likeness);
            QCOMPARE(result.scope, ScopeCheck{});
        });
    }
};

QTEST_GUILESS_MAIN(TestLikeness)
#include "tst_likeness.moc"
