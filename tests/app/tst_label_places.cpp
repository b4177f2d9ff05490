// SPDX-License-Identifier: GPL-3.0-or-later
#include <png.h>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <functional>
#include <sstream>

#include "app/commands/engine/labelled_data.h"
#include "inference/network/place_targets.h"
#include "inference/network/trainer.h"
#include "tests/imaging/pixels/encoded_pictures.h"
#include "tests/support/blob_training.h"
#include "tests/support/segmentation_bytes.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

constexpr unsigned kSide = 64;

/// What a command would tell, kept.
struct Told {
    std::ostringstream text;
    ProgressLines lines{text, {}};
    CommandContext context{lines, {}};

    std::vector<QJsonObject> problems() const {
        std::vector<QJsonObject> found;
        for (const auto& line : QString::fromStdString(text.str()).split('\n', Qt::SkipEmptyParts)) {
            const auto event = QJsonDocument::fromJson(line.toUtf8()).object();
            if (event["event"].toString() == "problem") found.push_back(event["problem"].toObject());
        }
        return found;
    }
};

/// One square of `width` × `height` pixels, its values row by row.
std::vector<std::uint8_t> square(unsigned width, unsigned height, unsigned left, unsigned top,
                                 unsigned side) {
    std::vector<std::uint8_t> pixels(std::size_t{width} * height);
    for (unsigned y = top; y < top + side; ++y)
        for (unsigned x = left; x < left + side; ++x) pixels[std::size_t{y} * width + x] = 1;
    return pixels;
}

Bytes grey(unsigned width, unsigned height, const std::vector<std::uint8_t>& values) {
    std::string rows;
    for (const auto value : values) rows += static_cast<char>(value * 255);
    return pngFile(width, height, PNG_COLOR_TYPE_GRAY, 8, rows);
}

std::string uidOf(int number) {
    return "1.2.3.9." + std::to_string(number + 1);
}

/// The network's cells of an image that is shown as it is; 16 × 16 pixels each.
std::vector<float> cellsOf(const CachedSample& sample, const TrainingRecipe& recipe) {
    auto shown = sample;
    shown.imageWidth = shown.imageHeight = kSide;
    return placeTargets(shown, {}, recipe.input, 16, recipe.findings);
}

TrainingRecipe recipe() {
    auto recipe = blobRecipe();
    recipe.findings[0].code = "lesion";
    recipe.negativeLabel = "normal";
    recipe.architecture.outputStride = 16;
    recipe.input.width = recipe.input.height = kSide;
    recipe.placeWeight = 1;
    recipe.epochs = 1;
    recipe.batch = 8;
    return recipe;
}

}  // namespace

/// Where a table's places come from, up to what the network is taught.
class TestLabelPlaces : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    fs::path folder_ = temporary_.path().toStdString();
    Told told_;

    void writeImage(int number) const {
        auto bytes = slicedImage(uidOf(number), kSide, kSide, "0\\0\\" + std::to_string(number));
        for (std::size_t i = 0; i < kSide * kSide; ++i)
            bytes[bytes.size() - 1 - i] =
                static_cast<std::byte>((i * 7 + static_cast<std::size_t>(number) * 13) & 0xFF);
        writeBytes(folder_ / (std::to_string(number) + ".dcm"), bytes);
    }

    void writeTable(const std::string& rows) const {
        std::ofstream(folder_ / "labels.csv") << "path,label,patient_id,split,mask,segment,x0,y0,x1,y1\n"
                                              << rows;
    }

    std::vector<CachedSample> samples(const std::string& rows) {
        writeTable(rows);
        told_.text.str("");
        const auto settings = recipe();
        return samplesOf(readLabels(folder_), settings.findings, settings.negativeLabel, "CT", told_.context);
    }

private Q_SLOTS:
    void placesOfEveryKindTeachTheirCell() {
        // Image n lies n mm up; its lesion is a square of 16 pixels in the second cell of the second row.
        WrittenSegmentation written;
        written.rows = written.columns = kSide;
        written.segments = {{1, "Lesion"}, {2, "Everything"}};
        constexpr int kImages = 24;
        std::string rows;
        for (int i = 0; i < kImages; ++i) {
            writeImage(i);
            const bool positive = i % 2 == 0;
            const std::string path = std::to_string(i) + ".dcm";
            rows += path + (positive ? ",lesion,p" : ",normal,p") + std::to_string(i) +
                    (i < 16 ? ",train," : ",val,");
            const int kind = i / 2 % 4;  // segmentation, picture, box, the label alone
            if (positive && kind == 0) {
                written.frames.push_back({1, {{uidOf(i), ""}}, "", square(kSide, kSide, 16, 16, 16)});
                written.frames.push_back({2, {{uidOf(i), ""}}, "", square(kSide, kSide, 0, 0, kSide)});
                rows += "seg.dcm,lesion,,,,";
            } else if (positive && kind == 1) {
                rows += "mask.png,,,,,";
            } else if (positive && kind == 2) {
                rows += ",,0.25,0.25,0.5,0.5";
            } else {
                rows += ",,,,,";
            }
            rows += "\n";
        }
        writeBytes(folder_ / "seg.dcm", segmentationFile(written));
        writeBytes(folder_ / "mask.png", grey(32, 32, square(32, 32, 8, 8, 8)));  // half the image's size
        const auto made = samples(rows);
        QVERIFY2(told_.problems().empty(), told_.text.str().c_str());
        QCOMPARE(made.size(), std::size_t{kImages});
        for (std::size_t i = 0; i < made.size(); ++i) {
            const auto cells = cellsOf(made[i], recipe());
            for (std::size_t cell = 0; cell < 16; ++cell) {
                if (i % 8 == 6)
                    QVERIFY2(std::isnan(cells[cell]), "the label alone tells no place");
                else
                    QCOMPARE(cells[cell], i % 2 == 0 && cell == 5 ? 1.0F : 0.0F);
            }
        }
        trainsTwoSteps(made);
    }

    void aMaskThatSaysNothingLeavesTheLabel_data();
    void aMaskThatSaysNothingLeavesTheLabel();
    void anEmptyMaskOfAnImageWithoutTheFindingIsNoProblem();

private:
    void trainsTwoSteps(const std::vector<CachedSample>& made) {
        const auto settings = recipe();
        const auto cache = cacheOf(made, settings.input, folder_ / "images.cache", told_.context);
        QCOMPARE(cache.size(), made.size());
        std::size_t steps = 0;
        TrainingObserver observer;
        observer.step = [&](int, std::size_t, std::size_t, double loss, double) {
            QVERIFY(std::isfinite(loss));
            ++steps;
        };
        train(settings, cache, folder_, {}, observer);
        QCOMPARE(steps, std::size_t{2});
        QVERIFY(fs::exists(folder_ / settings.name / "card.json"));
    }
};

void TestLabelPlaces::aMaskThatSaysNothingLeavesTheLabel_data() {
    QTest::addColumn<QString>("mask");
    QTest::addColumn<QString>("segment");
    QTest::addColumn<QString>("said");
    QTest::addRow("missing") << "gone.png"
                             << ""
                             << "file_missing";
    QTest::addRow("broken picture") << "broken.png"
                                    << ""
                                    << "picture_invalid";
    QTest::addRow("text") << "mask.txt"
                          << ""
                          << "not_an_image";
    QTest::addRow("another shape") << "wide.png"
                                   << ""
                                   << "64 × 32 pixels on an image of 64 × 64";
    QTest::addRow("no pixel") << "black.png"
                              << ""
                              << "no pixel is marked, though the label is 'lesion'";
    QTest::addRow("of other images") << "others.dcm"
                                     << ""
                                     << "no frame refers to the image";
    QTest::addRow("unknown segment") << "others.dcm"
                                     << "7"
                                     << "no segment '7' among 1 (Lesion)";
    QTest::addRow("truncated segmentation") << "cut.dcm"
                                            << ""
                                            << "dicom_truncated";
}

void TestLabelPlaces::aMaskThatSaysNothingLeavesTheLabel() {
    QFETCH(QString, mask);
    QFETCH(QString, segment);
    QFETCH(QString, said);
    writeImage(0);
    auto broken = grey(64, 64, square(64, 64, 0, 0, 8));
    broken.resize(40);
    writeBytes(folder_ / "broken.png", broken);
    writeBytes(folder_ / "mask.txt", toBytes("a mask"));
    writeBytes(folder_ / "wide.png", grey(64, 32, square(64, 32, 0, 0, 8)));
    writeBytes(folder_ / "black.png", grey(64, 64, square(64, 64, 0, 0, 0)));
    WrittenSegmentation written;
    written.frames = {{1, {{"1.2.3.4", ""}}, "", std::vector<std::uint8_t>(16, 1)}};
    auto others = segmentationFile(written);
    writeBytes(folder_ / "others.dcm", others);
    others.pop_back();
    writeBytes(folder_ / "cut.dcm", others);
    const auto made =
        samples("0.dcm,lesion,p,train," + mask.toStdString() + "," + segment.toStdString() + ",,,,\n");
    QCOMPARE(made.size(), std::size_t{1});
    QCOMPARE(made[0].targets, std::vector<float>{1.0F});
    QVERIFY(made[0].image.boxes.empty());
    const auto problems = told_.problems();
    QCOMPARE(problems.size(), std::size_t{1});
    QCOMPARE(problems[0]["kind"].toString(), QString("label_mask_invalid"));
    QVERIFY(problems[0]["path"].toString().endsWith(mask));
    const auto detail = problems[0]["detail"].toString();
    QVERIFY2(detail.contains(said) && detail.contains("0.dcm"), qPrintable(detail));
}

void TestLabelPlaces::anEmptyMaskOfAnImageWithoutTheFindingIsNoProblem() {
    writeImage(0);
    writeBytes(folder_ / "black.png", grey(64, 64, square(64, 64, 0, 0, 0)));
    QCOMPARE(samples("0.dcm,normal,p,train,black.png,,,,,\n").size(), std::size_t{1});
    QVERIFY2(told_.problems().empty(), told_.text.str().c_str());
}

QTEST_GUILESS_MAIN(TestLabelPlaces)
#include "tst_label_places.moc"
