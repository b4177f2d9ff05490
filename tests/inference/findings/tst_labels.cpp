// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <fstream>

#include "inference/findings/labels.h"
#include "inference/findings/truth_region.h"
#include "tests/support/real_data.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

/// A folder with images a.png to f.png and a table.
class Data {
public:
    explicit Data(const std::string& table, const std::string& name = "labels.csv") {
        for (const char* image : {"a", "b", "c", "d", "e", "f"}) write(std::string(image) + ".png", "image");
        write(name, table);
    }
    fs::path path() const { return folder_.path().toStdString(); }
    void write(const std::string& name, const std::string& text) const {
        fs::create_directories((path() / name).parent_path());
        std::ofstream(path() / name, std::ios::binary) << text;
    }
    LabelTable read() const { return readLabels(path()); }
    Problem problem() const {
        try {
            readLabels(path());
        } catch (const Error& error) {
            return error.problem();
        }
        return {};
    }

private:
    QTemporaryDir folder_;
};

}  // namespace

class TestLabels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tablesAreReadAsSpreadsheetsWriteThem_data() {
        QTest::addColumn<QByteArray>("table");
        QTest::newRow("commas") << QByteArray(
            "path,label,patient_id,split\na.png,sick,p1,train\nb.png,well,p2,val\n");
        QTest::newRow("semicolons, CRLF, BOM") << QByteArray(
            "\xef\xbb\xbfPath;Label;Patient_ID;Split\r\na.png;sick;p1;training\r\nb.png;well;p2;"
            "validation\r\n");
        QTest::newRow("tabs, no last line end")
            << QByteArray("file\tclass\tpatient\tset\na.png\tsick\tp1\ttrain\nb.png\twell\tp2\tvalid");
        QTest::newRow("quotes, other order, blank lines, lone CR") << QByteArray(
            "\"split\",\"label\",\"path\",\"patient\"\r\"train\",\"sick\",\"a.png\",\"p1\"\r\r"
            "val,well,\"b.png\",p2\r");
    }
    void tablesAreReadAsSpreadsheetsWriteThem() {
        QFETCH(QByteArray, table);
        const auto labels = Data(table.toStdString()).read();
        QVERIFY(labels.problems.empty());
        QCOMPARE(labels.images.size(), std::size_t{2});
        QCOMPARE(labels.images[0].label, std::string("sick"));
        QCOMPARE(labels.images[0].patientId, std::string("p1"));
        QVERIFY(labels.images[0].split == Split::Train && labels.images[1].split == Split::Validation);
        QVERIFY(labels.patientsKnown);
        QCOMPARE(labels.labels, (std::vector<std::string>{"sick", "well"}));
    }

    void quotedFieldsHoldDelimitersQuotesAndLineEnds() {
        Data data("path,label\n\"odd, \"\"name\"\".png\",\"of\ntwo lines\"\nb.png,well\nmissing.png,well\n");
        data.write("odd, \"name\".png", "image");
        const auto labels = data.read();
        QCOMPARE(labels.images.size(), std::size_t{2});
        QCOMPARE(labels.images[0].label, std::string("of\ntwo lines"));
        QVERIFY2(labels.problems.at(0).detail.starts_with("line 5"), "lines inside quotes count");
    }

    void wrongRowsBecomeProblemsWithTheirLine_data() {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<int>("kind");
        QTest::newRow("missing file")
            << QByteArray("gone.png,sick,p3,") << int(ProblemKind::LabelFileMissing);
        QTest::newRow("no path") << QByteArray(",sick,p3,") << int(ProblemKind::LabelFileMissing);
        QTest::newRow("no label") << QByteArray("c.png,,p3,") << int(ProblemKind::LabelUnknown);
        QTest::newRow("unknown split")
            << QByteArray("c.png,sick,p3,later") << int(ProblemKind::LabelTableInvalid);
        QTest::newRow("too many fields")
            << QByteArray("c.png,sick,p3,,x") << int(ProblemKind::LabelTableInvalid);
        QTest::newRow("doubled") << QByteArray("a.png,sick,p1,") << int(ProblemKind::LabelRowDoubled);
    }
    void wrongRowsBecomeProblemsWithTheirLine() {
        QFETCH(QByteArray, row);
        QFETCH(int, kind);
        const auto labels =
            Data("path,label,patient,split\na.png,sick,p1,\nb.png,well,p2,\n" + row.toStdString() + "\n")
                .read();
        QCOMPARE(labels.images.size(), std::size_t{2});
        QCOMPARE(labels.problems.size(), std::size_t{1});
        QCOMPARE(int(labels.problems[0].kind), kind);
        QVERIFY2(labels.problems[0].detail.find("line 4") != std::string::npos,
                 labels.problems[0].detail.c_str());
    }

    void contradictingRowsAreBothLeftOut() {
        const auto labels = Data("path,label\na.png,sick\nb.png,well\n./a.png,well\nc.png,sick\n").read();
        QCOMPARE(labels.images.size(), std::size_t{2});
        QCOMPARE(labels.problems.at(0).kind, ProblemKind::LabelContradicting);
        for (const auto& image : labels.images) QVERIFY(image.path.filename() != "a.png");
    }

    void whatIsNoTableIsRefused_data() {
        QTest::addColumn<QByteArray>("table");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray("") << "empty";
        QTest::newRow("no label column") << QByteArray("path,patient\na.png,p1\n") << "label";
        QTest::newRow("no path column") << QByteArray("label\nsick\n") << "path";
        QTest::newRow("open quote") << QByteArray("path,label\n\"a.png,sick\n") << "line 2";
        QTest::newRow("UTF-16") << QByteArray("\xff\xfep\0a\0", 6) << "UTF-16";
        QTest::newRow("bytes") << QByteArray("path,label\na\0b,c\n", 17) << "no text";
        QTest::newRow("only missing files") << QByteArray("path,label\ngone.png,sick\n") << "line 2";
    }
    void whatIsNoTableIsRefused() {
        QFETCH(QByteArray, table);
        QFETCH(QString, says);
        const auto problem = Data(table.toStdString()).problem();
        QCOMPARE(problem.kind, ProblemKind::LabelTableInvalid);
        QVERIFY2(QString::fromStdString(problem.detail).contains(says), problem.detail.c_str());
    }

    void boxesAndMasksAreRead() {
        const auto labels = Data(
                                "path,label,x0,y0,x1,y1,mask,segment,boxes_label_x_y_w_h\n"
                                "a.png,sick,0.1,0.2,0.3,0.4,m/seg.dcm,Enhancing Lesion,\n"
                                "b.png,sick,,,,,,,Pleural Thickening 0.5 0.5 0.25 0.125;Pneumonia 0 0 1 1\n")
                                .read();
        QVERIFY(labels.images.at(0).boxes == std::vector<TruthBox>({{0.1, 0.2, 0.3, 0.4, ""}}));
        QCOMPARE(labels.images[0].mask.filename(), fs::path("seg.dcm"));
        QCOMPARE(labels.images[0].segment, std::string("Enhancing Lesion"));
        QVERIFY(labels.images[1].mask.empty() && labels.images[1].segment.empty());
        QVERIFY(labels.images.at(1).boxes ==
                std::vector<TruthBox>(
                    {{0.5, 0.5, 0.75, 0.625, "pleural thickening"}, {0, 0, 1, 1, "pneumonia"}}));
    }

    void outlinesAreReadAndTakeThePlaceOfTheirBox() {
        const auto labels = Data(
                                "path,label,x0,y0,x1,y1,polygon\n"
                                "a.png,sick,0.1,0.2,0.3,0.4,\"0.1,0.2 0.3,0.2 0.3,0.4\"\n"
                                "b.png,sick,,,,,\"0,0 0.5,0 0.5,0.5 0,0.5; 0.6,0.6 0.7,0.6 0.7,0.7\"\n")
                                .read();
        double area = 0;
        for (const auto& row : labels.images.at(0).boxes) area += (row.x1 - row.x0) * (row.y1 - row.y0);
        QVERIFY2(std::abs(area - 0.02) < 1e-3,
                 qPrintable(QString::number(area)));  // the triangle, not its box
        area = 0;
        for (const auto& row : labels.images.at(1).boxes) area += (row.x1 - row.x0) * (row.y1 - row.y0);
        QVERIFY2(std::abs(area - 0.255) < 1e-3, qPrintable(QString::number(area)));
    }

    void wrongOutlinesBecomeProblemsWithTheirLine_data() {
        QTest::addColumn<QByteArray>("outline");
        QTest::newRow("a number alone") << QByteArray("0.1,0.2 0.3 0.3,0.4");
        QTest::newRow("pixels") << QByteArray("10,20 30,20 30,40");
        QTest::newRow("two corners") << QByteArray("0.1,0.2 0.3,0.2");
        QTest::newRow("no number") << QByteArray("0.1,0.2 0.3,nan 0.3,0.4");
    }
    void wrongOutlinesBecomeProblemsWithTheirLine() {
        QFETCH(QByteArray, outline);
        const auto labels =
            Data("path,label,outline\na.png,sick,\nb.png,sick,\"" + outline.toStdString() + "\"\n").read();
        QCOMPARE(labels.images.size(), std::size_t{1});
        QCOMPARE(labels.problems.size(), std::size_t{1});
        QCOMPARE(labels.problems[0].kind, ProblemKind::LabelTableInvalid);
        QVERIFY2(labels.problems[0].detail.find("line 3: outline") == 0, labels.problems[0].detail.c_str());
    }

    void masksBecomeTheRunsOfTheirRows() {
        TruthMask mask{200, 300, std::vector<std::uint8_t>(200 * 300)};
        const auto fill = [&](int left, int top, int right, int bottom) {
            for (int y = top; y < bottom; ++y)
                std::fill_n(mask.values.begin() + y * 200 + left, right - left, std::uint8_t{255});
        };
        fill(20, 60, 60, 120);
        fill(100, 60, 110, 120);
        double area = 0;
        for (const auto& run : rowsOfMask(mask)) {
            area += (run.x1 - run.x0) * (run.y1 - run.y0);
            QVERIFY((run.x0 == 0.1 && run.x1 == 0.3) || (run.x0 == 0.5 && run.x1 == 0.55));
            QVERIFY(run.y0 > 0.19 && run.y1 < 0.41);
        }
        QVERIFY2(std::abs(area - 0.25 * 0.2) < 0.25 * 2.0 / kTruthRows, qPrintable(QString::number(area)));
        QVERIFY(rowsOfMask({4, 4, std::vector<std::uint8_t>(16)}).empty());
    }

    void folderAClassGivesEachImageAPatientOfItsOwn() {
        QTemporaryDir folder;
        for (const char* name :
             {"sick/1.png", "sick/deep/2.dcm", "well/3", "well/.hidden", "well/readme.txt"}) {
            const fs::path file = fs::path(folder.path().toStdString()) / name;
            fs::create_directories(file.parent_path());
            std::ofstream(file) << "x";
        }
        const auto labels = readLabels(folder.path().toStdString());
        QCOMPARE(labels.images.size(), std::size_t{3});
        QVERIFY(!labels.patientsKnown);
        QCOMPARE(labels.labels, (std::vector<std::string>{"sick", "well"}));
        QCOMPARE(labels.images[1].patientId, std::string("sick/deep/2.dcm"));
    }

    void foldersNamedTrainAndTestGiveTheSplit() {
        QTemporaryDir folder;
        for (const char* name : {"train/sick/1.png", "test/sick/2.png", "train/well/3.png"}) {
            const fs::path file = fs::path(folder.path().toStdString()) / name;
            fs::create_directories(file.parent_path());
            std::ofstream(file) << "x";
        }
        const auto labels = readLabels(folder.path().toStdString());
        QCOMPARE(labels.images.size(), std::size_t{3});
        QCOMPARE(labels.images[0].label, std::string("sick"));
        QCOMPARE(labels.images[0].split, Split::Test);
    }

    void missingAndEmptyFoldersAreNamed() {
        QTemporaryDir folder;
        const auto kind = [](const fs::path& path) {
            try {
                readLabels(path);
            } catch (const Error& error) {
                return error.problem().kind;
            }
            return ProblemKind::Unexpected;
        };
        QCOMPARE(kind("/nonexistent"), ProblemKind::FileMissing);
        QCOMPARE(kind(folder.path().toStdString()), ProblemKind::LabelTableInvalid);
    }

    void targetsSayPresentAbsentOrNotAsked() {
        FindingCard opacity;
        opacity.code = "opacity";
        opacity.modality = "DX";
        FindingCard lesion;
        lesion.code = "lesion";
        lesion.modality = "MR";
        LabelledImage image;
        image.label = "Opacity";
        auto targets = targetsOf(image, {opacity, lesion}, "normal", "DX");
        QCOMPARE(targets[0], 1.0F);
        QVERIFY(std::isnan(targets[1]));
        targets = targetsOf(image, {opacity, lesion}, "normal", "");
        QCOMPARE(targets[1], 0.0F);
        image.label = "lesion|normal";
        QCOMPARE(targetsOf(image, {opacity, lesion}, "normal", "")[1], 1.0F);
        image.label = "fracture";
        QVERIFY_EXCEPTION_THROWN(targetsOf(image, {opacity, lesion}, "normal", "DX"), Error);
    }

    void realTablesAreReadWithoutProblems() {
        RESIDUA_NEEDS_DATA("chest/labels.csv");
        const auto chest = readLabels(test::realData() / "chest");
        QCOMPARE(chest.images.size(), std::size_t{5216});
        QVERIFY(chest.problems.empty() && chest.patientsKnown);
        const auto adult = readLabels(test::realData() / "chest-adult");
        QCOMPARE(std::count_if(adult.images.begin(), adult.images.end(),
                               [](const auto& i) { return !i.boxes.empty(); }),
                 21);
        QVERIFY(readLabels(test::realData() / "brain").problems.empty());
    }
};

QTEST_APPLESS_MAIN(TestLabels)
#include "tst_labels.moc"
