// SPDX-License-Identifier: GPL-3.0-or-later
#include <signal.h>

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "app/analysis.h"
#include "app/commands/window/command_line.h"
#include "imaging/atomic_file.h"
#include "tests/imaging/containers/nifti_files.h"
#include "tests/support/app_samples.h"
#include "tests/support/tiny_bundle.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

constexpr int kPatience = 120'000;  // ms

struct Run {
    int exitCode = -1;
    QString output, errors;
};

Run run(const QStringList& arguments) {
    QProcess program;
    program.start(RESIDUA_BUILD_DIR "/bin/residua", arguments);
    if (!program.waitForFinished(kPatience)) return {};
    return {program.exitStatus() == QProcess::NormalExit ? program.exitCode() : -1,
            QString::fromUtf8(program.readAllStandardOutput()),
            QString::fromUtf8(program.readAllStandardError())};
}

QList<QJsonObject> eventsIn(const QString& output) {
    QList<QJsonObject> events;
    for (const auto& line : output.split('\n', Qt::SkipEmptyParts))
        events << QJsonDocument::fromJson(line.toUtf8()).object();
    return events;
}

}  // namespace

class TestCommandLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(QFile::exists(RESIDUA_BUILD_DIR "/bin/residua"));
        bundle_ = QString::fromStdString(test::writeTinyBundle(test::toPath(folder_.path())).string());
        study_ = folder_.filePath("study");
        test::writeSmallStudy(test::toPath(study_), 4);
    }

    void helpAndVersionNeedNoDisplay_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("said");
        QTest::addRow("help") << QStringList{"--help"} << "analyze";
        QTest::addRow("version") << QStringList{"--version"} << "residua ";
        for (const char* command : {"analyze", "train", "evaluate", "fit-gate", "models", "import-weights",
                                    "export", "phantom", "report"})
            QTest::addRow("%s", command) << QStringList{command, "--help"} << "--help";
    }

    void helpAndVersionNeedNoDisplay() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, said);
        const auto result = run(arguments);
        QCOMPARE(result.exitCode, 0);
        QVERIFY2(result.output.contains(said), qPrintable(result.output + result.errors));
    }

    void usageErrorsExitWithTwoAndSayWhatIsWrong_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("said");
        QTest::addRow("unknown option") << QStringList{"--frobnicate"} << "--frobnicate";
        QTest::addRow("unknown option of a command")
            << QStringList{"analyze", ".", "--frobnicate"} << "--frobnicate";
        QTest::addRow("no paths") << QStringList{"analyze"} << "paths";
        QTest::addRow("unknown network") << QStringList{"analyze", ".", "--model", "nobody"} << "nobody";
        QTest::addRow("paper of another world") << QStringList{"report", "a.json", "--page", "a0"} << "a0";
    }

    void usageErrorsExitWithTwoAndSayWhatIsWrong() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, said);
        const auto result = run(arguments);
        QCOMPARE(result.exitCode, 2);
        QVERIFY2(result.errors.contains(said), qPrintable(result.errors));
    }

    void analyzeWritesJsonTableAndReport() {
        const QString out = folder_.filePath("results");
        const auto result = run({"analyze", study_, "--model", bundle_, "--out", out, "--pdf"});
        QVERIFY2(result.exitCode == 0, qPrintable(result.output + result.errors));
        const QString stem = out + "/1.2.3." + QString::fromStdString(test::tinyCard().name);
        const auto path = test::toPath(stem + ".json");
        const auto analysis = parseAnalysis(readWholeFile(path), path);
        QCOMPARE(analysis.series.at(0).images.size(), std::size_t{4});
        QCOMPARE(analysis.series[0].findings.size(), std::size_t{2});
        const auto table = QString::fromStdString(readWholeFile(test::toPath(out + "/analysis.csv")));
        QCOMPARE(table.count("\r\n"), 1 + 4 * 2);
        QVERIFY(QFile::exists(stem + ".pdf"));
        QVERIFY(result.output.contains(stem + ".json"));
        QVERIFY(!result.output.contains("\"event\""));
    }

    void analyzeScoresEverySliceOfAVolume() {
        test::NiftiFile file;
        file.setSize(48, 40, 5);
        file.setSform({{{2, 0, 0, -48}, {0, 2, 0, -40}, {0, 0, 3, 0}}});
        file.setVoxels([](int i, int j, int k, int) { return 100 * k + i * j; });
        const auto path = folder_.filePath("head.nii.gz");
        test::writeBytes(test::toPath(path), test::gzipped(file.bytes()));
        const QString out = folder_.filePath("volume-results");
        const auto result = run({"analyze", path, "--model", bundle_, "--out", out, "--pdf"});
        QVERIFY2(result.exitCode == 0, qPrintable(result.output + result.errors));
        const auto table = QString::fromStdString(readWholeFile(test::toPath(out + "/analysis.csv")));
        QCOMPARE(table.count("\r\n"), 1 + 5 * 2);
        QCOMPARE(QDir(out).entryList({"*.pdf"}).size(), 1);
    }

    void jsonLinesAreForPrograms() {
        const auto result =
            run({"analyze", study_, "--model", bundle_, "--out", folder_.filePath("lines"), "--json"});
        QCOMPARE(result.exitCode, 0);
        const auto events = eventsIn(result.output);
        QCOMPARE(events.first()["event"].toString(), QString("start"));
        QCOMPARE(events.first()["schema"].toString(), QString("residua.progress/1"));
        QCOMPARE(events.last()["event"].toString(), QString("end"));
        QCOMPARE(events.last()["exit"].toInt(-1), 0);
        for (const auto& event : events) QVERIFY(!event["event"].toString().isEmpty());
    }

    void brokenInputsExitWithOneAndTheOthersAreScored() {
        const QString mixed = folder_.filePath("mixed");
        test::writeSmallStudy(test::toPath(mixed), 2);
        auto bytes = test::imageFile();
        bytes.resize(bytes.size() - 20);
        test::writeBytes(test::toPath(mixed + "/truncated.dcm"), bytes);
        const QString out = folder_.filePath("mixed-results");
        const auto result = run({"analyze", mixed, "--model", bundle_, "--out", out});
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.errors.contains("truncated.dcm"), qPrintable(result.errors));
        const auto table = QString::fromStdString(readWholeFile(test::toPath(out + "/analysis.csv")));
        QVERIFY(table.count("flagged") >= 4);
    }

    void pathsWithoutImagesAreTold_data() {
        QTest::addColumn<QString>("path");
        QTest::addRow("missing") << folder_.filePath("nowhere");
        QDir().mkdir(folder_.filePath("empty"));
        QTest::addRow("empty folder") << folder_.filePath("empty");
    }

    void pathsWithoutImagesAreTold() {
        QFETCH(QString, path);
        const auto result = run({"analyze", path, "--model", bundle_, "--out", folder_.filePath("none")});
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.errors.contains(path), qPrintable(result.errors));
    }

    void reportIsMadeFromAnAnalysis() {
        const auto json = test::toPath(folder_.filePath("a.json"));
        writeFileAtomically(json, toJson(test::sampleAnalysis()));
        const auto result = run(
            {"report", folder_.filePath("a.json"), "--out", folder_.filePath("a.pdf"), "--page", "letter"});
        QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
        QVERIFY(QFile::exists(folder_.filePath("a.pdf")));
        QCOMPARE(run({"report", folder_.filePath("missing.json")}).exitCode, 1);
    }

    void phantomsComeWithTheirLabels() {
        const QString out = folder_.filePath("phantoms");
        const auto result =
            run({"phantom", out, "--count", "4", "--kind", "chest", "--size", "128", "--seed", "7"});
        QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
        const auto table = QString::fromStdString(readWholeFile(test::toPath(out + "/labels.csv")));
        QCOMPARE(table.count('\n'), 5);
        QVERIFY(table.startsWith("path,label,patient_id,x0,y0,x1,y1\n"));
        QCOMPARE(table.count(",opacity,"), 2);
        QCOMPARE(table.count(",normal,"), 2);
        // From phantom to score: the whole way.
        const auto scored = run({"analyze", out, "--model", bundle_, "--out", folder_.filePath("scored")});
        QVERIFY2(scored.exitCode == 0, qPrintable(scored.errors));
    }

    void modelsAreCheckedWithTheirWeights() {
        const auto result = run({"models", bundle_});
        QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
        QVERIFY(result.output.contains(QString::fromStdString(test::tinyCard().name)));
        QVERIFY(result.output.contains("not a medical device"));
    }

    void weightsThatDifferAreListedAndNotWritten() {
        const QString out = folder_.filePath("start");
        const QString weights = bundle_ + "/model.safetensors";  // of width 8
        const auto result = run({"import-weights", weights, "--arch", "resnet18", "--out", out});
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.output.contains("conv1.weight has another shape: 8×1×7×7, needed 64×1×7×7"),
                 qPrintable(result.output));
        QVERIFY2(result.errors.contains("nothing was written"), qPrintable(result.errors));
        QVERIFY(!QFile::exists(out + ".safetensors"));
    }

    void anInterruptFlushesAndExitsWith130() {
        const QString out = folder_.filePath("stopped");
        const auto many = test::toPath(folder_.filePath("many"));
        test::writeSmallStudy(many, 3000);
        QProcess program;
        program.start(RESIDUA_BUILD_DIR "/bin/residua",
                      {"analyze", folder_.filePath("many"), "--model", bundle_, "--out", out, "--json"});
        while (!program.readAllStandardOutput().contains("predicting"))
            if (!program.waitForReadyRead(kPatience)) break;
        program.waitForReadyRead(kPatience);
        ::kill(static_cast<pid_t>(program.processId()), SIGINT);
        QVERIFY(program.waitForFinished(kPatience));
        QCOMPARE(program.exitCode(), 130);
        QVERIFY(QFile::exists(out + "/analysis.csv"));
    }

    void withoutACommandTheWindowOpensWithThePaths() {
        std::vector<std::string> words{"residua", "-platform", "offscreen", "/a b", "--", "--odd"};
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        const auto wish = runCommandLine(static_cast<int>(argv.size()), argv.data());
        const auto& window = std::get<OpenWindow>(wish);
        QCOMPARE(window.paths, (std::vector<fs::path>{"/a b", "--odd"}));
    }

private:
    QTemporaryDir folder_;
    QString bundle_, study_;
};

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_command_line.moc"
