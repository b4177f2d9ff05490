// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <nlohmann/json.hpp>

#include "imaging/atomic_file.h"
#include "inference/findings/model_card.h"

using namespace residua;
using nlohmann::ordered_json;

namespace {

const std::string kGolden = RESIDUA_SOURCE_DIR "/tests/inference/findings/data/model_card.golden.json";

ModelCard goldenCard() {
    ModelCard card;
    card.name = "chest-example";
    card.title = "Chest radiograph: example";
    card.version = "1.2";
    card.description = "Every field of the schema, once.";
    card.architecture = {"resnet50", 32, 3, 16, Pooling::Strongest};
    card.input.window = PreprocessSpec::WindowChoice::Image;
    card.input.lowPercentile = 1;
    card.input.highPercentile = 99.9;
    card.input.crop = PreprocessSpec::Crop::Foreground;
    card.input.fit = PreprocessSpec::Fit::Stretch;
    card.input.width = 320;
    card.input.height = 256;
    card.input.channels = 3;
    card.input.mean = {0.485F, 0.456F, 0.406F};
    card.input.std = {0.229F, 0.224F, 0.225F};
    FindingCard finding;
    finding.code = "pneumonia";
    finding.name = "Pneumonia";
    finding.description = "Consolidation that radiologists called pneumonia.";
    finding.threshold = 0.375;
    finding.thresholdSource = "95 % sensitivity on validation";
    finding.temperature = 0.65;
    finding.calibrated = true;
    finding.modality = "DX";
    card.findings = {finding};
    finding.code = "lobar";
    finding.name = "Lobar pneumonia";
    finding.kindOf = "pneumonia";
    card.findings.push_back(finding);
    card.aggregation = Aggregation::Neighbours;
    card.scope.modalities = {"DX", "CR"};
    card.scope.bodyParts = {"CHEST"};
    card.scope.views = {"AP", "PA"};
    card.scope.photometrics = {"MONOCHROME2"};
    card.scope.planes = {"AXIAL"};
    card.scope.sequences = {"T1", "T2"};
    card.scope.contrast = "YES";
    card.scope.minimumAge = 0.5;
    card.scope.qualityControlImage = "NO";
    card.gate = GateCard{22.5, 25.25, {{Orientation::UpsideDown, 60}}, 0.75};
    card.limits = {"Children of one hospital.", "No lateral views."};
    card.license = "CC-BY-4.0";
    card.weightsSha256 = std::string(64, 'a');
    card.trainingJson = R"({"data":"Kermany 2018","images":3830})";
    card.evaluationJson = R"({"auc":[0.99,0.98,0.995]})";
    return card;
}

Problem refusal(const std::string& json) {
    try {
        parseModelCard(json, "card.json");
    } catch (const Error& error) {
        return error.problem();
    }
    return {ProblemKind::Unexpected, {}, "was not refused"};
}

void row(const char* pointer, const char* value, const char* field) {
    QTest::addRow("%s = %s", pointer, value) << pointer << value << field;
}

/// What the network is and sees.
void addNetworkRows() {
    row("/schema", "", "schema: missing");
    row("/schema", "\"residua.model/2\"", "schema: 'residua.model/1' is needed");
    row("/name", "", "name: missing");
    row("/name", "\"../escape\"", "name: 1 to 64 letters");
    row("/name", "\".hidden\"", "name: 1 to 64 letters");
    row("/name", "7", "name: a text");
    row("/architecture", "[]", "architecture: an object");
    row("/architecture/name", "", "architecture.name: missing");
    row("/architecture/width", "0", "architecture.width");
    row("/architecture/width", "64.5", "architecture.width");
    row("/architecture/width", "1e300", "architecture.width");
    row("/architecture/width", "18446744073709551615", "architecture.width");
    row("/architecture/input_channels", "1", "input.channels");
    row("/input/width", "", "input.width: missing");
    row("/input/width", "-224", "input.width");
    row("/input/height", "100000", "input.height");
    row("/input/window", "\"auto\"", "input.window: one of image, percentiles");
    row("/input/fit", "\"squeeze\"", "input.fit: one of pad, stretch, crop");
    row("/input/low_percentile", "-1", "input.low_percentile");
    row("/input/low_percentile", "99.95", "input.high_percentile");
    row("/input/mean", "[0.5]", "input.mean: one number a channel");
    row("/input/mean", "[0.5, null, 0.5]", "input.mean");
    row("/input/std", "[0.2, 0, 0.2]", "input.std");
    row("/input/std", "[0.2, -0.1, 0.2]", "input.std");
}

/// What it finds, and for whom.
void addFindingRows() {
    row("/findings", "[]", "findings: at least one");
    row("/findings", "{}", "findings: a list");
    row("/findings/0", "3", "findings[0]: an object");
    row("/findings/0/code", "\"two words\"", "findings[0].code");
    row("/findings/0/name", "\"\"", "findings[0].name");
    row("/findings/0/threshold", "", "findings[0].threshold: missing");
    row("/findings/0/threshold", "1.01", "findings[0].threshold: a number from 0 to 1");
    row("/findings/0/threshold", "\"0,5\"", "findings[0].threshold");
    row("/findings/0/temperature", "0", "findings[0].temperature");
    row("/findings/0/temperature", "-1", "findings[0].temperature");
    row("/findings/0/temperature", "null", "findings[0].temperature: missing");
    row("/findings/0/calibrated", "\"yes\"", "findings[0].calibrated: true or false");
    row("/findings/1/kind_of", "\"mass\"", "findings: kind_of of 'lobar'");
    row("/findings/0/kind_of", "\"lobar\"", "findings: kind_of of 'pneumonia'");
    row("/findings/1/kind_of", "3", "findings[1].kind_of: a text");
    row("/aggregation", "\"mean\"", "aggregation: one of highest, neighbours");
    row("/scope", "\"all\"", "scope: an object");
    row("/scope/modalities", "\"DX\"", "scope.modalities: a list of texts");
    row("/scope/views", "[1]", "scope.views: a list of texts");
    row("/scope/planes", "\"AXIAL\"", "scope.planes: a list of texts");
    row("/scope/contrast", "\"PERHAPS\"", "scope.contrast");
    row("/scope/minimum_age", "-1", "scope.minimum_age");
    row("/scope/maximum_age", "0.1", "scope.maximum_age: at least minimum_age");
    row("/scope/quality_control_image", "\"MAYBE\"", "scope.quality_control_image");
    row("/gate", "true", "gate: an object");
    row("/gate/refuse_distance", "", "gate.refuse_distance: missing");
    row("/gate/refuse_distance", "0", "gate.refuse_distance");
    row("/gate/refuse_distance", "1e7", "gate.refuse_distance");
    row("/gate/warn_distance", "26", "gate.warn_distance: at most refuse_distance");
    row("/gate/orientations", "[\"mirrored\"]", "gate.orientations[0]: an object");
    row("/gate/orientations/0/name", "\"askew\"", "gate.orientations[0].name");
    row("/gate/orientations/0/name", "\"as_trained\"", "gate.orientations[0].name: another than");
    row("/gate/orientations/0/distance", "-1", "gate.orientations[0].distance");
    row("/gate/orientation_threshold", "1.5", "gate.orientation_threshold: a number from 0 to 1");
    row("/limits", "[[]]", "limits: a list of texts");
    row("/weights_sha256", "\"abc\"", "weights_sha256: 64");
    row("/training", "[1]", "training: an object");
}

}  // namespace

class TestModelCard : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writtenCardIsTheGoldenOne() { QCOMPARE(toJson(goldenCard()), readWholeFile(kGolden)); }

    void goldenCardIsReadFieldByField() {
        const ModelCard read = parseModelCard(readWholeFile(kGolden), "card.json");
        const ModelCard card = goldenCard();
        QCOMPARE(read.name, card.name);
        QCOMPARE(read.title, card.title);
        QCOMPARE(read.version, card.version);
        QCOMPARE(read.description, card.description);
        QVERIFY(read.architecture == card.architecture);
        QVERIFY(read.input == card.input);
        QVERIFY(read.findings == card.findings);
        QVERIFY(read.scope == card.scope);
        QVERIFY(read.gate == card.gate);
        QCOMPARE(read.aggregation, card.aggregation);
        QCOMPARE(read.intendedUse, card.intendedUse);
        QCOMPARE(read.limits, card.limits);
        QCOMPARE(read.license, card.license);
        QCOMPARE(read.weightsSha256, card.weightsSha256);
        QCOMPARE(read.trainingJson, card.trainingJson);
        QCOMPARE(read.evaluationJson, card.evaluationJson);
    }

    void fieldsThatMayBeMissingHaveDefaults() {
        auto json = ordered_json::parse(readWholeFile(kGolden));
        for (const char* key : {"title", "version", "description", "aggregation", "scope", "gate",
                                "intended_use", "limits", "license", "training", "evaluation"})
            json.erase(key);
        json["written_by_a_newer_version"] = {{"x", 1}};
        const ModelCard card = parseModelCard(json.dump(), "card.json");
        QCOMPARE(card.title, card.name);
        QVERIFY(card.scope == ModelScope{});
        QVERIFY(!card.gate);
        QCOMPARE(card.intendedUse, std::string("For research and teaching, not a medical device."));
        QCOMPARE(card.trainingJson, std::string("{}"));
    }

    void invalidFieldIsNamed_data() {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");  // empty: the field is removed
        QTest::addColumn<QString>("field");
        addNetworkRows();
        addFindingRows();
    }
    void invalidFieldIsNamed() {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        QFETCH(QString, field);
        auto json = ordered_json::parse(readWholeFile(kGolden));
        const ordered_json::json_pointer place(pointer.toStdString());
        if (value.isEmpty())
            json[place.parent_pointer()].erase(place.back());
        else
            json[place] = ordered_json::parse(value.toStdString());
        const auto problem = refusal(json.dump());
        QCOMPARE(problem.kind, ProblemKind::BundleCardInvalid);
        QCOMPARE(problem.path, std::filesystem::path("card.json"));
        QVERIFY2(QString::fromStdString(problem.detail).startsWith(field), problem.detail.c_str());
    }

    void textThatIsNoCardIsRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addRow("empty") << QByteArray();
        QTest::addRow("cut") << QByteArray::fromStdString(readWholeFile(kGolden)).left(500);
        QTest::addRow("NaN") << QByteArray(R"({"schema":"residua.model/1","x":NaN})");
        QTest::addRow("1e7") << QByteArray(R"({"schema":"residua.model/1","x":1e999})");
        QTest::addRow("array") << QByteArray("[]");
        QTest::addRow("not UTF-8") << QByteArray("{\"schema\":\"\xff\"}");
        QTest::addRow("nested without end") << QByteArray(1'000'000, '[');
    }
    void textThatIsNoCardIsRefused() {
        QFETCH(QByteArray, text);
        QCOMPARE(refusal(text.toStdString()).kind, ProblemKind::BundleCardInvalid);
    }

    void doubledFindingIsRefused() {
        auto card = goldenCard();
        card.findings.push_back(card.findings[0]);
        QCOMPARE(QString::fromStdString(refusal(toJson(card)).detail),
                 QString("findings[2].code: another finding has it already"));
    }
};

QTEST_APPLESS_MAIN(TestModelCard)
#include "tst_model_card.moc"
