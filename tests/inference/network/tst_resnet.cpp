// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <cstring>

#include <QtTest>
#include <cmath>
#include <nlohmann/json.hpp>

#include "imaging/atomic_file.h"
#include "imaging/error.h"
#include "inference/findings/pooling.h"
#include "inference/network/architectures.h"
#include "inference/network/resnet_module.h"
#include "inference/network/state_dict.h"
#include "inference/network/trunk.h"

using namespace residua;

namespace {

constexpr std::uint32_t kImageTensor = 9999;

/// The numbers of make_resnet_reference.py: murmur3's finaliser of the element's and the tensor's numbers.
double uniform(std::uint32_t tensor, std::uint32_t element) {
    std::uint32_t h = element * 2654435761U + tensor * 40503U + 1U;
    h ^= h >> 16;
    h *= 0x85EBCA6BU;
    h ^= h >> 13;
    h *= 0xC2B2AE35U;
    h ^= h >> 16;
    return (h >> 8) / 16777216.0;
}

double weight(const std::string& name, at::IntArrayRef shape, double u, bool lastNorm) {
    if (name.ends_with("running_var")) return 0.5 + u;
    if (name.ends_with("running_mean")) return 0.2 * u - 0.1;
    if (shape.size() == 4) return (2 * u - 1) * std::sqrt(6.0 / double(shape[1] * shape[2] * shape[3]));
    if (name == "fc.weight") return (2 * u - 1) * std::sqrt(3.0 / double(shape[1]));
    if (name.ends_with(".weight")) return lastNorm ? 0.1 + 0.2 * u : 0.5 + 0.5 * u;
    return 0.2 * u - 0.1;
}

ResNet referenceNetwork(const Architecture& architecture) {
    ResNet network(architecture, 3);
    const std::string last = layoutOf(architecture).bottleneck ? ".bn3." : ".bn2.";
    std::uint32_t number = 0;
    for (const auto& [name, tensor] : network.state()) {
        auto* values = tensor.data_ptr<float>();
        const bool lastNorm = name.find(last) != std::string::npos;
        for (std::int64_t i = 0; i < tensor.numel(); ++i)
            values[i] = static_cast<float>(
                weight(name, tensor.sizes(), uniform(number, static_cast<std::uint32_t>(i)), lastNorm));
        ++number;
    }
    return network;
}

at::Tensor referenceImages(std::int64_t channels) {
    auto images = at::zeros({2, channels, 64, 96});
    auto* values = images.data_ptr<float>();
    for (std::int64_t i = 0; i < images.numel(); ++i)
        values[i] = static_cast<float>(2 * uniform(kImageTensor, static_cast<std::uint32_t>(i)) - 1);
    return images;
}

Architecture small(int inputChannels = 1, int outputStride = 32) {
    return {.name = "resnet18", .width = 8, .inputChannels = inputChannels, .outputStride = outputStride};
}

double largest(const at::Tensor& tensor) {
    return tensor.abs().max().item<double>();
}

Safetensors fileOf(const NamedTensors& tensors, TensorType type = TensorType::Float32) {
    return Safetensors(toSafetensors(tensors, type), "test.safetensors");
}

template <class Work>
Problem problemOf(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.problem();
    }
    return {ProblemKind::Unexpected, {}, "nothing was thrown"};
}

}  // namespace

class TestResNet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void logitsAndFeaturesAreTorchvisions_data() {
        QTest::addColumn<QByteArray>("json");
        const auto text =
            readWholeFile(RESIDUA_SOURCE_DIR "/tests/inference/network/data/resnet_reference.json");
        const auto reference = nlohmann::json::parse(text);
        for (const auto& row : reference["cases"]) {
            const auto name = row["name"].get<std::string>() + ", " + row["input_channels"].dump() +
                              " channels, stride " + row["output_stride"].dump();
            QTest::addRow("%s", name.c_str()) << QByteArray::fromStdString(row.dump());
        }
    }
    void logitsAndFeaturesAreTorchvisions() {
        QFETCH(QByteArray, json);
        const auto reference = nlohmann::json::parse(json.toStdString());
        const c10::InferenceMode guard;
        const ResNet network = referenceNetwork({.name = reference["name"],
                                                 .inputChannels = reference["input_channels"],
                                                 .outputStride = reference["output_stride"]});
        QCOMPARE(network.state().size(), reference["tensors"].get<std::size_t>());
        std::int64_t parameters = 0;
        for (const auto& entry : network.parameters()) parameters += entry.second.numel();
        QCOMPARE(parameters, reference["parameters"].get<std::int64_t>());

        const auto images = referenceImages(reference["input_channels"]);
        const auto check = [&](const at::Tensor& features) {
            QCOMPARE(features.sizes().vec(), reference["feature_shape"].get<std::vector<std::int64_t>>());
            const auto flat = features.contiguous().flatten();
            const auto& samples = reference["feature_samples"];
            for (std::size_t i = 0; i < samples.size(); ++i) {
                // numpy's linspace, cut to whole numbers
                const auto index = static_cast<std::int64_t>(double(i) * (double(flat.numel() - 1) / 23));
                QVERIFY(std::abs(flat[index].item<double>() - samples[i].get<double>()) <= 1e-4);
            }
            const auto logits = network.logits(features);
            for (int n = 0; n < 2; ++n)
                for (int f = 0; f < 3; ++f)
                    QVERIFY(std::abs(logits[n][f].item<double>() - reference["logits"][n][f].get<double>()) <=
                            1e-4);
        };
        check(network.features(images));
        check(Trunk(network, at::kCPU, at::kFloat).features(images));
    }

    void trunkInBf16StaysCloseToFp32() {
        const c10::InferenceMode guard;
        const ResNet network = referenceNetwork({.name = "resnet50"});
        const auto images = referenceImages(1);
        const auto exact = Trunk(network, at::kCPU, at::kFloat).features(images);
        const auto reduced = Trunk(network, at::kCPU, at::kBFloat16).features(images);
        QCOMPARE(reduced.scalar_type(), at::kFloat);
        QVERIFY(largest(reduced - exact) > 0);
        QVERIFY(largest(reduced - exact) <= 0.03 * largest(exact));
    }

    void trunkTakesImagesOfChangingShapes_data() {
        QTest::addColumn<bool>("bf16");
        QTest::addRow("fp32") << false;
        QTest::addRow("bf16") << true;
    }
    void trunkTakesImagesOfChangingShapes() {
        QFETCH(bool, bf16);
        const c10::InferenceMode guard;
        const ResNet network = referenceNetwork({.name = "resnet50", .width = 8});
        const Trunk trunk(network, at::kCPU, bf16 ? at::kBFloat16 : at::kFloat);
        const auto wide = referenceImages(1);
        const auto odd = at::randn({1, 1, 77, 45});
        const auto first = trunk.features(wide);
        for (const auto& images : {odd, wide.slice(0, 1, 2), odd.transpose(2, 3)}) {
            const auto exact = network.features(images);
            QCOMPARE(trunk.features(images).sizes().vec(), exact.sizes().vec());
            QVERIFY(largest(trunk.features(images) - exact) <= (bf16 ? 0.03 * largest(exact) : 1e-4));
        }
        QVERIFY(at::equal(trunk.features(wide), first));
    }

    void outputStride16DoublesTheMap() {
        const c10::InferenceMode guard;
        const auto images = at::randn({1, 1, 72, 64});
        QCOMPARE(ResNet(small(1, 32), 1).features(images).sizes().vec(),
                 (std::vector<std::int64_t>{1, 64, 3, 2}));
        QCOMPARE(ResNet(small(1, 16), 1).features(images).sizes().vec(),
                 (std::vector<std::int64_t>{1, 64, 5, 4}));
    }

    void meanOfTheMapsPlusBiasIsTheFullyConnectedLayer() {
        const c10::InferenceMode guard;
        const ResNet network(small(), 4, 3);
        const auto features = at::randn({2, 64, 5, 7});
        const auto pooled = features.mean({2, 3}).matmul(network.headWeight().t()) + network.headBias();
        QVERIFY(at::allclose(network.logits(features), pooled, 1e-5, 1e-5));
    }

    void strongestCellsOfTheMapsPlusBiasAreTheLogit() {
        const c10::InferenceMode guard;
        auto architecture = small();
        architecture.pooling = Pooling::Strongest;
        const ResNet network(architecture, 1, 3);
        auto maps = at::zeros({2, 1, 10, 15});  // 150 cells: three count
        maps[0][0][4][5] = 9;
        maps[0][0][0][0] = 6;
        maps[0][0][9][9] = 3;
        maps[0][0][9][8] = -50;
        auto counted = at::ones({2, 1, 10, 15}).to(at::kBool);
        counted[1].fill_(false);
        counted[1][0][0][1] = true;
        maps[1][0][0][1] = -2;  // the only one that counts: the higher ones are padding
        const auto logits = network.logitsOfMaps(maps, counted) - network.headBias();
        QVERIFY(std::abs(logits[0][0].item<double>() - 6) < 1e-6);
        QVERIFY(std::abs(logits[1][0].item<double>() + 2) < 1e-6);
        counted[1].fill_(false);
        QVERIFY(std::abs((network.logitsOfMaps(maps, counted) - network.headBias())[1][0].item<double>()) <
                1e-6);
    }

    void theNumberOfStrongestCellsIsTheSameEverywhere() {
        const c10::InferenceMode guard;
        auto architecture = small();
        architecture.pooling = Pooling::Strongest;
        const ResNet network(architecture, 1, 3);
        for (const int cells : {1, 24, 25, 74, 75, 76, 124, 125, 144, 400}) {
            const auto falling = at::arange(cells, 0, -1).to(at::kFloat).view({1, 1, 1, cells});
            const double mean = (network.logitsOfMaps(falling) - network.headBias()).item<double>();
            const int strongest = strongestCount(cells);  // the mean of cells, cells - 1, …
            QVERIFY2(std::abs(mean - (cells - (strongest - 1) / 2.0)) < 1e-4,
                     qPrintable(QStringLiteral("%1 cells: %2").arg(cells).arg(mean)));
        }
        QCOMPARE(strongestCount(24), 1);
        QCOMPARE(strongestCount(75), 2);
        QCOMPARE(strongestCount(144), 3);
    }

    void sameSeedGivesTheSameWeights() {
        const ResNet one(small(), 2, 7);
        const ResNet two(small(), 2, 7);
        const ResNet other(small(), 2, 8);
        for (std::size_t i = 0; i < one.state().size(); ++i)
            QVERIFY(at::equal(one.state()[i].second, two.state()[i].second));
        QVERIFY(!at::equal(one.stem().weight, other.stem().weight));
    }

    void trainingMovesStatisticsAndGivesGradients() {
        ResNet network(small(), 2);
        network.requireGradients();
        const auto before = network.stem().norm.runningMean.clone();
        network.logits(network.features(at::randn({4, 1, 64, 64}), Phase::Train)).square().sum().backward();
        QVERIFY(!at::equal(before, network.stem().norm.runningMean));
        for (const auto& [name, tensor] : network.parameters()) {
            QVERIFY2(tensor.grad().defined(), name.c_str());
            QVERIFY2(largest(tensor.grad()) > 0, name.c_str());
        }
    }

    void observedStatisticsKeepTheFunction() {
        ResNet network(small(), 2, 5);
        const auto images = at::randn({6, 1, 64, 64}) * 2 + 1;
        const auto before = network.features(images);
        network.features(images, Phase::Observe);
        adoptObservedStatistics(network);
        QVERIFY(at::allclose(network.features(images), before, 1e-4, 1e-4));
        // In training mode the very same images now give nearly the same features: that is the point of it.
        const auto training = network.features(images, Phase::Train);
        QVERIFY(largest(training - before) <= 0.02 * largest(before));
    }

    void writtenWeightsComeBackBitForBit() {
        const ResNet written(small(), 2, 11);
        ResNet read(small(), 2, 12);
        loadState(read, fileOf(written.state()));
        for (std::size_t i = 0; i < read.state().size(); ++i)
            QVERIFY(at::equal(read.state()[i].second, written.state()[i].second));
    }

    void fp16WeightsAreFp32InMemory() {
        const ResNet written(small(), 2, 11);
        ResNet read(small(), 2, 12);
        loadState(read, fileOf(written.state(), TensorType::Float16));
        QCOMPARE(read.stem().weight.scalar_type(), at::kFloat);
        QVERIFY(at::allclose(read.stem().weight, written.stem().weight, 1e-3, 1e-6));
    }

    void batchCountersOfPublishedFilesArePassedOver() {
        ResNet network(small(), 2);
        auto state = network.state();
        state.emplace_back("bn1.num_batches_tracked", at::ones({}, at::kLong));
        loadState(network, fileOf(state));
    }

    void unfitWeightsAreNamed_data() {
        QTest::addColumn<int>("change");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("detail");
        QTest::addRow("missing") << 0 << "weights_shape_mismatch"
                                 << "'conv1.weight' is missing";
        QTest::addRow("left over") << 1 << "weights_shape_mismatch"
                                   << "'extra.weight' does not belong";
        QTest::addRow("shape") << 2 << "weights_shape_mismatch"
                               << "'fc.weight' is 3×64, needed 2×64";
        QTest::addRow("NaN") << 3 << "weights_not_finite"
                             << "'bn1.bias'";
        QTest::addRow("whole numbers") << 4 << "weights_shape_mismatch"
                                       << "'fc.bias'";
    }
    void unfitWeightsAreNamed() {
        QFETCH(int, change);
        QFETCH(QString, kind);
        QFETCH(QString, detail);
        ResNet network(small(), 2);
        std::map<std::string, at::Tensor> state;
        for (const auto& [name, tensor] : network.state()) state[name] = tensor.clone();
        if (change == 0) state.erase("conv1.weight");
        if (change == 1) state["extra.weight"] = at::ones({2});
        if (change == 2) state["fc.weight"] = at::ones({3, 64});
        if (change == 4) state["fc.bias"] = at::ones({2}, at::kLong);
        std::string bytes = toSafetensors({state.begin(), state.end()}, TensorType::Float32);
        if (change == 3) {
            const Safetensors file(bytes, {});
            const auto& tensors = file.tensors();
            std::size_t end = bytes.size();
            for (auto it = tensors.rbegin(); it != tensors.rend() && it->name != "bn1.bias"; ++it)
                end -= it->bytes.size();
            const float nan = std::nanf("");
            std::memcpy(bytes.data() + end - sizeof(nan), &nan, sizeof(nan));
        }
        const auto problem = problemOf([&] { loadState(network, Safetensors(bytes, "model.safetensors")); });
        QCOMPARE(QString::fromStdString(std::string(kindName(problem.kind))), kind);
        QVERIFY2(QString::fromStdString(problem.detail).contains(detail), problem.detail.c_str());
        QCOMPARE(problem.path, std::filesystem::path("model.safetensors"));
    }

    void weightsThatOverflowFp16AreNotWritten() {
        const NamedTensors tensors{{"big", at::ones({2}) * 1e6}};
        QCOMPARE(problemOf([&] { toSafetensors(tensors, TensorType::Float16); }).kind,
                 ProblemKind::WeightsNotFinite);
    }

    void partialWeightsFillWhatFits() {
        const ResNet pretrained(small(3), 1000, 1);
        auto state = pretrained.state();
        std::erase_if(state, [](const auto& entry) { return entry.first.starts_with("layer4"); });
        ResNet network(small(1), 2, 2);
        const auto kept = loadPartialState(network, fileOf(state));
        QVERIFY(at::allclose(network.stem().weight, pretrained.stem().weight.sum(1, true)));
        QVERIFY(at::equal(network.stages()[2][1].convolutions[1].weight,
                          pretrained.stages()[2][1].convolutions[1].weight));
        for (const auto& name : kept)
            QVERIFY2(name.starts_with("layer4") || name.starts_with("fc"), name.c_str());
        QVERIFY(!kept.empty());
    }

    void partialWeightsOfAnotherNetworkAreRefused() {
        ResNet network(small(), 2);
        const NamedTensors foreign{{"encoder.weight", at::ones({2, 2})}};
        QCOMPARE(problemOf([&] { loadPartialState(network, fileOf(foreign)); }).kind,
                 ProblemKind::WeightsShapeMismatch);
    }

    void unknownArchitecturesAreRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("stride");
        QTest::addColumn<QString>("field");
        QTest::addRow("name") << "resnet19" << 64 << 1 << 32 << "architecture.name";
        QTest::addRow("width") << "resnet18" << 12 << 1 << 32 << "architecture.width";
        QTest::addRow("channels") << "resnet18" << 64 << 2 << 32 << "architecture.input_channels";
        QTest::addRow("stride") << "resnet18" << 64 << 1 << 8 << "architecture.output_stride";
    }
    void unknownArchitecturesAreRefused() {
        QFETCH(QString, name);
        QFETCH(int, width);
        QFETCH(int, channels);
        QFETCH(int, stride);
        QFETCH(QString, field);
        const auto problem = problemOf([&] { ResNet({name.toStdString(), width, channels, stride}, 1); });
        QCOMPARE(problem.kind, ProblemKind::BundleCardInvalid);
        QVERIFY(QString::fromStdString(problem.detail).contains(field));
    }
};

QTEST_APPLESS_MAIN(TestResNet)
#include "tst_resnet.moc"
