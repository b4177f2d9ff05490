// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "app/analysis.h"
#include "app/analysis_table.h"
#include "app/study_analysis.h"
#include "imaging/atomic_file.h"
#include "tests/support/app_samples.h"

using namespace residua;

class TestAnalysis : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jsonIsTheGoldenFile() {
        const auto golden = readWholeFile(RESIDUA_SOURCE_DIR "/tests/app/analysis.golden.json");
        QCOMPARE(QString::fromStdString(toJson(test::sampleAnalysis())), QString::fromStdString(golden));
    }

    void jsonReadAndWrittenAgainIsTheSame() {
        const auto json = toJson(test::sampleAnalysis());
        QCOMPARE(toJson(parseAnalysis(json, "a.json")), json);
    }

    void strongestCellsAreKeptAndMustBeThere() {
        auto analysis = test::sampleAnalysis();
        auto& map = analysis.series[0].images[0].prediction.findings[0].map;
        map.strongest = {2, 0};
        const auto read = parseAnalysis(toJson(analysis), "a.json");
        QCOMPARE(read.series[0].images[0].prediction.findings[0].map.strongest, map.strongest);
        map.strongest = {4};  // of four cells
        QVERIFY_EXCEPTION_THROWN(parseAnalysis(toJson(analysis), "a.json"), Error);
    }

    void brokenFilesAreToldByTheirField_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("said");
        QTest::addRow("another schema") << "residua.analysis/1"
                                        << "residua.analysis/9"
                                        << "schema";
        QTest::addRow("a series without its UID") << "\"series_uid\": \"1.2.3.2\""
                                                  << "\"uid\": 1"
                                                  << "series_uid";
        QTest::addRow("an answer nobody gives") << "\"disagree\""
                                                << "\"perhaps\""
                                                << "answer";
        QTest::addRow("a score that is text") << "\"score\": 0.125"
                                              << "\"score\": \"high\""
                                              << "score";
        QTest::addRow("a map that does not fit") << "\"width\": 2"
                                                 << "\"width\": 3"
                                                 << "map";
        QTest::addRow("a slice beyond the images") << "\"slice\": 1"
                                                   << "\"slice\": 7"
                                                   << "slice";
        QTest::addRow("deciding slices beyond the images") << "\"count\": 1"
                                                           << "\"count\": 2"
                                                           << "slice";
        QTest::addRow("a stack beyond the images") << "\"count\": 2"
                                                   << "\"count\": 3"
                                                   << "stacks";
        QTest::addRow("a series beyond the study's") << "\"series\": 0"
                                                     << "\"series\": 2"
                                                     << "series";
        QTest::addRow("a length with one end") << "33.5,"
                                               << ""
                                               << "to";
        QTest::addRow("an orientation that there is not") << "\"as_trained\""
                                                          << "\"askew\""
                                                          << "orientation";
        QTest::addRow("a likeness without its number") << "\"unlikeness\""
                                                       << "\"likeness\""
                                                       << "unlikeness";
        QTest::addRow("no verdicts") << "\"verdicts\""
                                     << "\"others\""
                                     << "verdicts";
        QTest::addRow("no JSON") << "{"
                                 << "("
                                 << "JSON";
    }

    void brokenFilesAreToldByTheirField() {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, said);
        auto text = QString::fromStdString(toJson(test::sampleAnalysis()));
        QVERIFY(text.contains(from));
        text.replace(from, to);
        try {
            parseAnalysis(text.toStdString(), "a.json");
            QFAIL("a broken file must be refused");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::UsageInvalid);
            QCOMPARE(error.problem().path, std::filesystem::path("a.json"));
            QVERIFY2(QString::fromStdString(error.problem().detail).contains(said), error.what());
        }
    }

    void theHighestSliceDecidesASeries() {
        const auto analysis = test::sampleAnalysis();
        const auto& finding = analysis.series[0].findings.at(0);
        QCOMPARE(finding.score, 0.8125);
        QCOMPARE(finding.slice, std::size_t{1});
        QCOMPARE(finding.scored, std::size_t{2});
        QVERIFY(finding.flagged);
    }

    void aStudyHasTheScoreOfItsHighestSeries() {
        const auto analysis = test::sampleAnalysis();
        QCOMPARE(analysis.findings.size(), std::size_t{1});
        QCOMPARE(analysis.findings[0].series, std::size_t{0});
        QCOMPARE(analysis.findings[0].finding.score, 0.8125);
        QVERIFY(analysis.findings[0].finding.flagged);
    }

    void theCardSaysHowSlicesMakeTheVerdict() {
        auto analysis = test::sampleAnalysis();
        analysis.model.aggregation = Aggregation::Neighbours;
        aggregate(analysis);
        const auto& finding = analysis.series[0].findings.at(0);
        QCOMPARE(finding.count, std::size_t{2});
        QCOMPARE(finding.logit, -0.2);  // the mean of -1.5 and 1.1
        QCOMPARE(finding.aggregation, std::string("highest mean of 2 neighbours among 2 images"));
    }

    void imagesWithoutAScoreAreCountedInTheirStack() {
        auto analysis = test::sampleAnalysis();
        analysis.series[0].images.push_back(analysis.series[1].images[0]);
        analysis.series[0].stacks[0].count = 3;
        aggregate(analysis);
        const auto& stack = analysis.series[0].stacks[0];
        QCOMPARE(stack.notScored, std::size_t{1});
        QVERIFY(stack.whyNotScored.starts_with("Modality (0008,0060) is CT"));
        QCOMPARE(stack.findings.at(0).scored, std::size_t{2});
    }

    void aSeriesOutsideTheScopeHasNoScoreAndSaysWhy() {
        const auto analysis = test::sampleAnalysis();
        QVERIFY(analysis.series[1].findings.empty());
        QVERIFY(QString::fromStdString(analysis.series[1].notScored).contains("(0008,0060)"));
    }

    void likenessIsKeptAndMustBeWhole() {
        const auto read = parseAnalysis(toJson(test::sampleAnalysis()), "a.json");
        const auto& image = read.series[0].images[1];
        QCOMPARE(image.prediction.likeness.value().unlikeness, 0.9375);
        QCOMPARE(image.prediction.likeness->orientation, Orientation::AsTrained);
        QCOMPARE(image.scope.caution, std::string("unlike the training images: read with care"));
        QVERIFY(!read.series[0].images[0].prediction.likeness);
    }

    void onlyMapsThatAreShownAreKept() {
        auto analysis = test::sampleAnalysis();
        keepShownMaps(analysis);
        QVERIFY(analysis.series[0].images[0].prediction.findings[0].map.values.empty());
        QCOMPARE(analysis.series[0].images[1].prediction.findings[0].map.values.size(), std::size_t{4});
    }

    void tableHasOneRowAnImageAndFinding() {
        const auto rows = QString::fromStdString(analysisTableRows(test::sampleAnalysis()))
                              .split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(rows.size(), 3);
        const QString sha(64, 'a');
        QCOMPARE(rows[0], "1.2.3,1.2.3.1,1.2.3.1.1,/studies/1.dcm,0,DX,chest-test," + sha +
                              ",opacity,0.125,0.375,yes,not flagged,\"scope not checked: BodyPartExamined "
                              "(0018,0015) is missing\",");
        QCOMPARE(rows[1],
                 "1.2.3,1.2.3.1,1.2.3.1.2,/studies/2.dcm,0,DX,chest-test," + sha +
                     ",opacity,0.8125,0.375,yes,flagged,inside; unlike the training images: read with "
                     "care,0.9375");
        QVERIFY(rows[2].contains("not scored: Modality (0008,0060) is CT"));
        const auto columns = QString(analysisTableHeader()).count(',');
        QCOMPARE(rows[1].count(','), columns);
    }

    void quotesAndCommasInPathsStayOneField() {
        auto analysis = test::sampleAnalysis();
        analysis.series[0].images[1].path = "/a \"b\", c.dcm";
        QVERIFY(QString::fromStdString(analysisTableRows(analysis)).contains("\"/a \"\"b\"\", c.dcm\""));
    }

    void timeHasItsOffset() {
        const QRegularExpression iso("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d\\d:\\d\\d$");
        QVERIFY(iso.match(QString::fromStdString(isoTime())).hasMatch());
    }
};

QTEST_APPLESS_MAIN(TestAnalysis)
#include "tst_analysis.moc"
