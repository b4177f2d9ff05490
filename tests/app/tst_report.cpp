// SPDX-License-Identifier: GPL-3.0-or-later
#include <QGuiApplication>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "app/report.h"
#include "app/report_images.h"
#include "app/reporting.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/app_samples.h"
#include "tests/support/failing_file.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/small_disk.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

/// What a reader can select and copy.
QString textOf(const fs::path& pdf) {
    QProcess reader;
    reader.start("pdftotext", {"-layout", QString::fromStdString(pdf.string()), "-"});
    reader.waitForFinished();
    return QString::fromUtf8(reader.readAllStandardOutput());
}

}  // namespace

#define NEEDS_PDFTOTEXT() \
    if (QStandardPaths::findExecutable("pdftotext").isEmpty()) QSKIP("needs pdftotext (poppler-utils)")

class TestReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        analysis_ = test::sampleAnalysis();
        const auto files = test::writeSmallStudy(test::toPath(folder_->filePath("study")), 2);
        for (std::size_t i = 0; i < files.size(); ++i) analysis_.series[0].images[i].path = files[i];
        analysis_.keyImages[0].path = analysis_.lengths[0].image.path = files[1];
        pdf_ = test::toPath(folder_->filePath("report.pdf"));
    }

    void textCanBeSelectedAndHoldsTheStoredValues() {
        NEEDS_PDFTOTEXT();
        writeReport(analysis_, pdf_);
        const auto text = textOf(pdf_);
        for (const char* expected : {"Müller, Jürgen",
                                     "P1",
                                     "1970-01-01",
                                     "2026-02-28",
                                     "A42",
                                     "Chest PA",
                                     "Opacity",
                                     "0.813",
                                     "0.375",
                                     "calibrated",
                                     "flagged",
                                     "disagree",
                                     "An artefact, \"clip\"",
                                     "Dr. Test",
                                     "chest-test",
                                     "cpu",
                                     "fp32",
                                     "2026-03-01 14:05:09 +01:00",
                                     "Children of one hospital.",
                                     "(0008,0060)",
                                     "highest of 2 images",
                                     "unlike the training images: read with care"})
            QVERIFY2(text.contains(expected), expected);
        QVERIFY(QString(text).remove(QRegularExpression("\\s")).contains(QString(64, 'a')));
    }

    void everyPageSaysWhatItIsForAndItsNumber() {
        NEEDS_PDFTOTEXT();
        for (int i = 0; i < 60; ++i)
            analysis_.model.limits.push_back("A limit that takes a line of its own.");
        writeReport(analysis_, pdf_);
        const auto pages = textOf(pdf_).split('\f', Qt::SkipEmptyParts);
        QVERIFY(pages.size() >= 2);
        for (qsizetype i = 0; i < pages.size(); ++i) {
            QVERIFY(pages[i].contains("For research and teaching, not a medical device."));
            const QRegularExpression number(QString("\\b%1 ?/ ?%2\\b").arg(i + 1).arg(pages.size()));
            QVERIFY(number.match(pages[i]).hasMatch());
        }
        QVERIFY(pages[1].contains("Müller, Jürgen"));
    }

    void wordsThatOnlyAReaderMaySayAreAbsent() {
        NEEDS_PDFTOTEXT();
        writeReport(analysis_, pdf_);
        const auto text = textOf(pdf_);
        for (const char* word : {"detect", "diagnos", "normal"})
            QVERIFY2(!text.contains(word, Qt::CaseInsensitive), word);
    }

    void aKeyImageThatIsGoneIsToldInItsPlace() {
        NEEDS_PDFTOTEXT();
        fs::remove(analysis_.keyImages[0].path);
        writeReport(analysis_, pdf_);
        QVERIFY(textOf(pdf_).contains("The file does not exist."));
    }

    void aKeyImageThatWasReplacedIsToldInItsPlace() {
        fs::copy_file(analysis_.series[0].images[0].path, analysis_.keyImages[0].path,
                      fs::copy_options::overwrite_existing);
        const auto images = reportImages(analysis_, 12, 200, [](std::size_t, std::size_t) {});
        QCOMPARE(images.size(), std::size_t(1));
        QVERIFY(images[0].plain.isNull() && images[0].heat.isNull());
        QVERIFY(images[0].problem && images[0].problem->kind == ProblemKind::FileChanged);
        QCOMPARE(images[0].problem->path, analysis_.keyImages[0].path);
        writeReport(analysis_, pdf_);  // the report goes on
        QVERIFY(fs::file_size(pdf_) > 1000);
    }

    void keyImagesCarryTheSideMarkersOfTheirHeader() {
        test::writeChest(pdf_.parent_path() / "chest");
        const auto file = *fs::recursive_directory_iterator(pdf_.parent_path() / "chest");
        analysis_.series[0].images[1].path = analysis_.keyImages[0].path = file.path();
        analysis_.series[0].images[1].sopInstanceUid =
            readStudyOfFile(file.path()).series[0].instances[0].sopInstanceUid;
        const auto images = reportImages(analysis_, 12, 1000, [](std::size_t, std::size_t) {});
        QCOMPARE(images.size(), std::size_t(1));
        for (const auto& image : {images[0].plain, images[0].heat}) {
            // A white letter with a dark rim halfway up the left edge: the patient's right.
            const auto edge = image.copy(0, image.height() / 2 - 25, 60, 50);
            int white = 0;
            for (int y = 0; y < edge.height(); ++y)
                for (int x = 0; x < edge.width(); ++x) white += edge.pixel(x, y) == 0xffffffff ? 1 : 0;
            QVERIFY2(white > 40, qPrintable(QString::number(white)));
        }
    }

    void drawnLengthsStandOnTheirImageWithTheStoredValue() {
        const auto yellow = [](const QImage& image) {
            int count = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x) {
                    const QColor c = image.pixelColor(x, y);
                    count += c.red() > 200 && c.green() > 180 && c.blue() < 170 ? 1 : 0;
                }
            return count;
        };
        const Progress silent = [](std::size_t, std::size_t) {};
        const auto image = analysis_.keyImages[0];
        analysis_.keyImages.clear();
        analysis_.lengths = {{image, {3.5, 4}, {33.5, 44}, {25, SpacingKind::Detector}}};
        const auto with = reportImages(analysis_, 12, 600, silent);
        QVERIFY2(!with.empty() && !with[0].problem, "the image with the length is not in the report");
        QVERIFY2(yellow(with[0].plain) > 300, qPrintable(QString::number(yellow(with[0].plain))));
        // Another value, the same line: the label is what was stored, not measured again.
        analysis_.lengths[0].length.value = 111.1;
        QVERIFY(reportImages(analysis_, 12, 600, silent)[0].plain != with[0].plain);
        analysis_.lengths.clear();
        analysis_.keyImages = {image};
        QCOMPARE(yellow(reportImages(analysis_, 12, 600, silent)[0].plain), 0);
    }

    void heatCoversTheImageToItsLastPixel() {
        // One cell that stands for all 48 × 48 pixels, whose middles are at whole numbers.
        auto& score = analysis_.series[0].images[1].prediction.findings[0];
        score.map = {1, 1, {20}, {}, {48, 0, 23.5, 0, 48, 23.5}};
        analysis_.lengths.clear();
        const auto image = reportImages(analysis_, 12, 960, [](std::size_t, std::size_t) {}).at(0);
        for (const int at : {3, 956}) {  // 20 rendered pixels each: half a pixel's shift leaves ten bare
            const QColor plain = image.plain.pixelColor(at, at), heat = image.heat.pixelColor(at, at);
            QVERIFY2(plain != heat, qPrintable(QString::number(at)));
        }
    }

    void keyImagesAreInTheFile() {
        writeReport(analysis_, pdf_);
        const auto with = fs::file_size(pdf_);
        fs::remove(analysis_.keyImages[0].path);
        writeReport(analysis_, pdf_);
        QVERIFY(with > fs::file_size(pdf_) + 2000);
    }

    void scoresNextToTheThresholdAreNotRoundedOntoIt() {
        NEEDS_PDFTOTEXT();
        analysis_.series[0].images[1].prediction.findings[0].score = 0.37496;
        aggregate(analysis_);
        writeReport(analysis_, pdf_);
        const auto text = textOf(pdf_);
        QVERIFY(text.contains("0.37496"));
        QVERIFY(text.contains("not flagged"));
    }

    void headingsStayWithWhatFollows() {
        NEEDS_PDFTOTEXT();
        // Findings that push the network's facts towards the end of the first page, a line at a time.
        for (int notes = 0; notes < 60; ++notes) {
            analysis_.verdicts.assign(1, analysis_.verdicts.front());
            analysis_.verdicts[0].note.clear();
            for (int i = 0; i < notes; ++i)
                analysis_.verdicts[0].note +=
                    "a line of a note that goes on and on to the end of the line, word by word by word ";
            analysis_.keyImages.clear();
            analysis_.lengths.clear();
            writeReport(analysis_, pdf_);
            for (const auto& page : textOf(pdf_).split('\f'))
                for (const auto* heading : {"Network", "Deciding images", "Findings", "Limits", "Problems"}) {
                    const auto lines = page.trimmed().split('\n', Qt::SkipEmptyParts);
                    // The foot is the last line.
                    QVERIFY2(lines.size() < 2 || lines[lines.size() - 2].trimmed() != heading, heading);
                }
            if (notes > 10) notes += 3;
        }
    }

    void howTheVerdictCameAboutAndWhatIsMissingAreInTheReport() {
        NEEDS_PDFTOTEXT();
        writeReport(analysis_, pdf_);
        const auto text = textOf(pdf_).simplified();
        QVERIFY(text.contains("highest of 2"));
        QVERIFY(text.contains("Slices are missing in this stack."));
        QVERIFY(text.contains("between 3.5 and 9 mm"));
    }

    void pageIsA4OrLetter_data() {
        QTest::addColumn<int>("page");
        QTest::addColumn<QString>("size");
        QTest::addRow("A4") << int(QPageSize::A4) << "595 x 842";
        QTest::addRow("Letter") << int(QPageSize::Letter) << "612 x 792";
    }

    void pageIsA4OrLetter() {
        QFETCH(int, page);
        QFETCH(QString, size);
        if (QStandardPaths::findExecutable("pdfinfo").isEmpty()) QSKIP("needs pdfinfo (poppler-utils)");
        ReportOptions options;
        options.page = static_cast<QPageSize::PageSizeId>(page);
        writeReport(analysis_, pdf_, options);
        QProcess info;
        info.start("pdfinfo", {QString::fromStdString(pdf_.string())});
        info.waitForFinished();
        QVERIFY(QString::fromUtf8(info.readAllStandardOutput()).contains(size));
    }

    void hostileTextsNeitherBreakNorOverflow() {
        analysis_.patientName = std::string(5000, 'W');
        analysis_.studyDescription = "line\nfeed\ttab\x01 \xff\xfe";
        analysis_.verdicts[0].note = std::string(20000, 'n');
        for (int i = 0; i < 200; ++i)
            analysis_.problems.push_back({ProblemKind::DicomTruncated, std::string(300, 'p'), "x"});
        writeReport(analysis_, pdf_);
        QVERIFY(fs::file_size(pdf_) > 10000);
    }

    void anEmptyAnalysisStillMakesAPage() {
        writeReport(Analysis{}, pdf_);
        QVERIFY(fs::file_size(pdf_) > 1000);
    }

    void aFullDiskKeepsTheOldReport() {
        writeFileAtomically(pdf_, "old");
        try {
            writeReport(analysis_, pdf_, {}, {}, {}, test::failingFile(1000));
            QFAIL("a full disk must be told");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::DiskFull);
        }
        QCOMPARE(readWholeFile(pdf_), std::string("old"));
    }

    void aStoppedReportLeavesTheOldOneAndNothingElse_data() {
        QTest::addColumn<std::size_t>("steps");
        for (const std::size_t steps : {0, 1, 2, 3}) QTest::addRow("after %d steps", int(steps)) << steps;
    }

    void aStoppedReportLeavesTheOldOneAndNothingElse() {
        QFETCH(std::size_t, steps);
        const auto folder = pdf_.parent_path() / "reports";
        fs::create_directory(folder);
        const auto target = folder / "report.pdf";
        writeFileAtomically(target, "old");
        std::stop_source stop;
        if (steps == 0) stop.request_stop();
        std::size_t told = 0;
        const auto progress = [&](std::size_t done, std::size_t total) {
            QVERIFY(done <= total);
            if (++told == steps) stop.request_stop();
        };
        try {
            writeReport(analysis_, target, {}, stop.get_token(), progress);
            QCOMPARE(steps, std::size_t{3});  // the last step is told when the stop comes too late
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::Cancelled);
            QCOMPARE(readWholeFile(target), std::string("old"));
        }
        QCOMPARE(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), std::ptrdiff_t{1});
    }

    void reportsAreWrittenBesideTheWindowAndStopped() {
        Reporting reporting;
        QSignalSpy written(&reporting, &Reporting::written), stopped(&reporting, &Reporting::stopped),
            progress(&reporting, &Reporting::progress);
        reporting.write(analysis_, pdf_, ReportFormat::Pdf);
        QVERIFY(reporting.busy());
        QTRY_COMPARE(written.size(), 1);
        QVERIFY(progress.size() > 2);
        QVERIFY(fs::exists(pdf_));
        const auto other = pdf_.parent_path() / "other";
        for (const auto format : {ReportFormat::Pdf, ReportFormat::Json}) {
            written.clear();
            stopped.clear();
            reporting.write(analysis_, other, format);
            reporting.stop();  // may come too late for a small one
            QTRY_VERIFY(!reporting.busy());
            QCOMPARE(written.size() + stopped.size(), 1);
            QCOMPARE(fs::exists(other), written.size() == 1);
            fs::remove(other);
        }
    }

    void aReportUnderWayIsFinishedWhenTheWindowCloses() {
        { Reporting().write(analysis_, pdf_, ReportFormat::Pdf); }
        QVERIFY(fs::file_size(pdf_) > 1000);
    }

    void aDiskThatIsReallyFullKeepsTheOldReportToo() {
        const test::SmallDisk disk(64);
        RESIDUA_NEEDS_SMALL_DISK(disk);
        const auto target = disk.folder() / "report.pdf";
        writeFileAtomically(target, "old");
        disk.fill();
        try {
            writeReport(analysis_, target);
            QFAIL("a full disk must be told");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::DiskFull);
            QCOMPARE(error.problem().path, target);
        }
        disk.makeRoom();
        QCOMPARE(readWholeFile(target), std::string("old"));
        QCOMPARE(std::distance(fs::directory_iterator(disk.folder()), fs::directory_iterator()),
                 std::ptrdiff_t{1});
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    Analysis analysis_;
    fs::path pdf_;
};

QTEST_MAIN(TestReport)
#include "tst_report.moc"
