// SPDX-License-Identifier: GPL-3.0-or-later
#include <onnx/onnx_pb.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>
#include <map>
#include <set>

#include "imaging/error.h"
#include "inference/network/bundle.h"
#include "inference/network/exchange/onnx_model.h"
#include "tests/support/tiny_bundle.h"

using namespace residua;

namespace {

onnx::ModelProto modelOf(const ModelCard& card) {
    QTemporaryDir folder;
    auto bundle = loadBundle(test::writeTinyBundle(folder.path().toStdString(), card));
    const Safetensors weights(std::move(bundle.weights), {});
    onnx::ModelProto model;
    if (!model.ParseFromString(onnxModel(bundle.card, weights))) throw std::runtime_error("no ONNX file");
    return model;
}

std::vector<std::int64_t> sidesOf(const onnx::ValueInfoProto& value) {
    std::vector<std::int64_t> sides;
    for (const auto& side : value.type().tensor_type().shape().dim())
        sides.push_back(side.has_dim_value() ? side.dim_value() : -1);
    return sides;
}

}  // namespace

class TestOnnxModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void inputAndOutputsHaveTheCardsSizes() {
        auto card = test::tinyCard();
        card.architecture.outputStride = 16;
        card.input.height = 72;
        const auto model = modelOf(card);
        const auto& graph = model.graph();
        QCOMPARE(graph.input_size(), 1);
        QCOMPARE(sidesOf(graph.input(0)), (std::vector<std::int64_t>{-1, 1, 72, 64}));
        std::map<std::string, std::vector<std::int64_t>> outputs;
        for (const auto& output : graph.output()) outputs[output.name()] = sidesOf(output);
        QCOMPARE(outputs.at("scores"), (std::vector<std::int64_t>{-1, 2}));
        QCOMPARE(outputs.at("logits"), (std::vector<std::int64_t>{-1, 2}));
        QCOMPARE(outputs.at("maps"), (std::vector<std::int64_t>{-1, 2, 5, 4}));
    }

    void everyNodesInputIsMadeBeforeIt() {
        auto card = test::tinyCard();
        card.architecture.name = "resnet50";
        const auto model = modelOf(card);
        std::set<std::string> known{"images"};
        for (const auto& tensor : model.graph().initializer()) QVERIFY(known.insert(tensor.name()).second);
        for (const auto& node : model.graph().node()) {
            for (const auto& input : node.input()) QVERIFY2(known.contains(input), input.c_str());
            for (const auto& output : node.output()) QVERIFY2(known.insert(output).second, output.c_str());
        }
        for (const auto& output : model.graph().output()) QVERIFY(known.contains(output.name()));
        QVERIFY(known.contains("layer3.5.conv3.weight"));
    }

    void networksOfTheStrongestCellsAskWhichAreShown() {
        auto card = test::tinyCard();
        card.architecture.outputStride = 16;
        card.architecture.pooling = Pooling::Strongest;
        const auto model = modelOf(card);
        QCOMPARE(model.graph().input_size(), 2);
        QCOMPARE(model.graph().input(1).name(), std::string("cells"));
        QCOMPARE(sidesOf(model.graph().input(1)), (std::vector<std::int64_t>{-1, 1, 4, 4}));
        const auto& nodes = model.graph().node();
        QVERIFY(std::any_of(nodes.begin(), nodes.end(),
                            [](const auto& node) { return node.op_type() == "TopK"; }));
    }

    void metadataTellHowAnImageBecomesTheInput() {
        const auto card = test::tinyCard();
        const auto model = modelOf(card);
        std::map<std::string, std::string> metadata;
        for (const auto& entry : model.metadata_props()) metadata[entry.key()] = entry.value();
        QCOMPARE(metadata.at("findings"), std::string(R"(["opacity","effusion"])"));
        QCOMPARE(parseModelCard(metadata.at("residua.model"), {}).name, card.name);
        const auto steps =
            QJsonDocument::fromJson(QByteArray::fromStdString(metadata.at("residua.preprocessing")));
        QCOMPARE(steps["schema"].toString(), QString("residua.preprocessing/1"));
        QCOMPARE(steps["parameters"]["width"].toInt(), 64);
        QVERIFY(steps["steps"].toArray().size() >= 7);
        QVERIFY(QString::fromStdString(model.doc_string()).contains("not a medical device"));
    }

    void weightsThatDoNotFitTheCardAreRefused() {
        QTemporaryDir folder;
        auto bundle = loadBundle(test::writeTinyBundle(folder.path().toStdString()));
        const Safetensors weights(std::move(bundle.weights), "x");
        bundle.card.architecture.inputChannels = 3;
        try {
            onnxModel(bundle.card, weights);
            QFAIL("not refused");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::WeightsShapeMismatch);
            QVERIFY(error.problem().detail.find("conv1.weight") != std::string::npos);
        }
    }
};

QTEST_APPLESS_MAIN(TestOnnxModel)
#include "tst_onnx_model.moc"
