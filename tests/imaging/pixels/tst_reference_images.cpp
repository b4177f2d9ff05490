// SPDX-License-Identifier: GPL-3.0-or-later
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "imaging/error.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/file_gate.h"
#include "tests/support/real_data.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

struct Difference {
    int largest = 0;
    double mean = 0;
};

template <typename A, typename B>
Difference differenceOf(const A& a, const B& b) {
    Difference difference;
    if (a.size() != b.size() || a.empty()) return {std::numeric_limits<int>::max(), 1e9};
    for (std::size_t i = 0; i < a.size(); ++i) {
        const int off = std::abs(static_cast<int>(a[i]) - static_cast<int>(b[i]));
        difference.largest = std::max(difference.largest, off);
        difference.mean += off;
    }
    difference.mean /= static_cast<double>(a.size());
    return difference;
}

std::vector<int> storedValues(const Image& image) {
    return std::visit([](const auto& values) { return std::vector<int>(values.begin(), values.end()); },
                      image.pixels);
}

fs::path wg04() {
    return test::realData() / "dicom" / "wg04";
}

/// The uncompressed original of a WG04 file, e.g. REF/CT1_UNC of RLE/CT1_RLE; empty where there is none.
fs::path originalOf(const fs::path& file) {
    const std::string name = file.filename().string();
    const fs::path original = wg04() / "REF" / (name.substr(0, name.find('_')) + "_UNC");
    return fs::exists(original) ? original : fs::path();
}

std::vector<fs::path> filesIn(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().extension() != ".csv") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

/// A window that both programs understand: the file's own, else one over the grey levels, LINEAR.
Window commonWindow(const Image& image) {
    const auto voi = defaultVoi(image);
    const auto window = std::get_if<Window>(&voi) ? std::get<Window>(voi) : percentileWindow(image);
    if (window.function == WindowFunction::Linear) return window;
    return {std::round(window.center), std::max(2.0, std::round(window.width)), WindowFunction::Linear, {}};
}

/// The 8-bit rendering by DCMTK's tool: binary PGM. Empty where the tool fails.
std::vector<std::uint8_t> renderedBy(const QString& tool, const fs::path& file, const Window& window) {
    QProcess process;
    process.setProcessEnvironment([] {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("LC_ALL", "C");
        return environment;
    }());
    process.start(tool, {"+op", "+Ww", QString::number(window.center, 'g', 12),
                         QString::number(window.width, 'g', 12), QString::fromStdString(file.string())});
    if (!process.waitForFinished(60000)) return {};
    const QByteArray pgm = process.readAllStandardOutput();
    int lines = pgm.startsWith("P5") ? 3 : -1;  // magic, size, maximum; comments begin with #
    qsizetype at = 0;
    while (lines > 0) {
        if (pgm.size() <= at) return {};
        if (pgm[at] != '#') --lines;
        at = pgm.indexOf('\n', at) + 1;
        if (at == 0) return {};
    }
    if (lines < 0) return {};
    return {pgm.begin() + at, pgm.end()};
}

}  // namespace

class TestReferenceImages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void losslessFilesEqualTheirOriginals_data() {
        QTest::addColumn<QString>("syntax");
        for (const char* syntax : {"RLE", "JPLL", "JLSL", "J2KR"})
            QTest::addRow("%s", syntax) << QString(syntax);
    }
    void losslessFilesEqualTheirOriginals() {
        RESIDUA_NEEDS_DATA("dicom/wg04");
        QFETCH(QString, syntax);
        int compared = 0;
        for (const auto& file : filesIn(wg04() / syntax.toStdString())) {
            const auto original = originalOf(file);
            if (original.empty()) continue;
            const auto decoded = decodeFrame(file);
            QVERIFY2(storedValues(*decoded) == storedValues(*decodeFrame(original)), file.filename().c_str());
            ++compared;
        }
        QVERIFY(compared >= 8);
    }

    void lossyFilesStayNearTheirOriginals_data() {
        QTest::addColumn<QString>("syntax");
        QTest::addColumn<double>("largest");  // percent of the original's range of stored values
        QTest::addColumn<double>("mean");
        QTest::addRow("JPEG 2000 irreversible") << "J2KI" << 50.0 << 1.6;  // NM1 has 266 bytes, US1 is colour
        QTest::addRow("JPEG extended")
            << "JPLY" << 100.0 << 1.0;  // RG3: overshoot past BitsStored wraps, as in DCMTK
        QTest::addRow("JPEG-LS near-lossless") << "JLSN" << 1.5 << 0.5;
    }
    void lossyFilesStayNearTheirOriginals() {
        RESIDUA_NEEDS_DATA("dicom/wg04");
        QFETCH(QString, syntax);
        QFETCH(double, largest);
        QFETCH(double, mean);
        for (const auto& file : filesIn(wg04() / syntax.toStdString())) {
            const auto path = originalOf(file);
            if (path.empty()) continue;
            const auto original = storedValues(*decodeFrame(path));
            const auto difference = differenceOf(storedValues(*decodeFrame(file)), original);
            const double percent = (std::ranges::max(original) - std::ranges::min(original)) / 100.0;
            const double worst = difference.largest / percent;
            const double average = difference.mean / percent;
            QVERIFY2(
                worst <= largest && average <= mean,
                qPrintable(
                    QString("%1: %2 %, mean %3 %").arg(file.filename().c_str()).arg(worst).arg(average)));
        }
    }

    void greyLevelsAreDcmtks_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("tool");
        for (const char* syntax : {"REF", "RLE", "JPLL", "JPLY"})
            QTest::addRow("%s", syntax) << QString("wg04/") + syntax << QString("dcmj2pnm");
        for (const char* syntax : {"JLSL", "JLSN"})
            QTest::addRow("%s", syntax) << QString("wg04/") + syntax << QString("dcml2pnm");
        QTest::addRow("radiographs") << "radiographs" << QString("dcmj2pnm");
        QTest::addRow("chest radiographs") << "radiographs/chest-dx" << QString("dcmj2pnm");
    }
    void greyLevelsAreDcmtks() {
        RESIDUA_NEEDS_DATA("dicom/wg04");
        QFETCH(QString, folder);
        QFETCH(QString, tool);
        if (QStandardPaths::findExecutable(tool).isEmpty()) QSKIP("needs DCMTK's tools (package dcmtk)");
        int compared = 0;
        for (const auto& file : filesIn(test::realData() / "dicom" / folder.toStdString())) {
            const auto image = decodeFrame(file);
            if (image->isColour()) continue;
            const auto window = commonWindow(*image);
            const auto theirs = renderedBy(tool, file, window);
            QVERIFY2(!theirs.empty(), file.filename().c_str());
            const auto difference = differenceOf(renderGrey8(*image, window), theirs);
            QVERIFY2(difference.largest <= 1,
                     qPrintable(QString("%1: %2").arg(file.filename().c_str()).arg(difference.largest)));
            ++compared;
        }
        QVERIFY(compared > 0);
    }

    void losslessJpeg2000IsRenderedAsItsOriginal() {
        RESIDUA_NEEDS_DATA("dicom/wg04");
        for (const auto& file : filesIn(wg04() / "J2KR")) {
            const auto path = originalOf(file);
            if (path.empty()) continue;
            const auto image = decodeFrame(file);
            const auto original = decodeFrame(path);
            QVERIFY2(render(*image, defaultVoi(*image)).argb == render(*original, defaultVoi(*original)).argb,
                     file.filename().c_str());
        }
    }

    void oddFilesDecodeOrNameTheirProblem() {
        RESIDUA_NEEDS_DATA("dicom/odd");
        int decoded = 0;
        for (const auto& file : filesIn(test::realData() / "dicom" / "odd")) {
            try {
                const auto image = decodeFrame(file);
                QVERIFY2(!render(*image, defaultVoi(*image)).argb.empty(), file.filename().c_str());
                ++decoded;
            } catch (const Error& error) {
                QVERIFY2(error.problem().kind != ProblemKind::Unexpected, file.filename().c_str());
                QCOMPARE(error.problem().path, file);
            }
        }
        QVERIFY2(decoded >= 68, qPrintable(QString::number(decoded)));
    }
};

QTEST_GUILESS_MAIN(TestReferenceImages)
#include "tst_reference_images.moc"
