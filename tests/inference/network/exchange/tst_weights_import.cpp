// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cstring>
#include <limits>

#include "imaging/atomic_file.h"
#include "imaging/error.h"
#include "inference/findings/counter_random.h"
#include "inference/network/exchange/weights_import.h"
#include "inference/network/network_shape.h"
#include "tests/inference/network/exchange/torch_file.h"
#include "tests/support/python_peer.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

const Architecture kNarrow{"resnet18", 8, 3, 32};

/// A state dict as numbers, to be changed and written as torch.save writes it.
using State = std::map<std::string, std::pair<std::vector<std::int64_t>, std::vector<float>>>;

State stateOf(const Architecture& architecture, std::int64_t classes) {
    State state;
    CounterRandom random(5, 5);
    const auto shape = shapeOf(architecture);
    const auto add = [&](const std::string& name, const std::vector<std::int64_t>& sides) {
        std::int64_t count = 1;
        for (const auto side : sides) count *= side;
        std::vector<float> numbers(static_cast<std::size_t>(count));
        for (auto& number : numbers) number = static_cast<float>(random.uniform(-1, 1));
        state[name] = {sides, numbers};
    };
    for (const auto& tensor : trunkTensors(shape)) add(tensor.name, tensor.shape);
    add("fc.weight", {classes, shape.channels});
    add("fc.bias", {classes});
    return state;
}

void writeState(const fs::path& path, const State& state, const std::string& prefix = {}) {
    std::vector<std::pair<std::string, std::string>> items;
    std::map<std::string, std::string> records;
    for (const auto& [name, tensor] : state) {
        const auto& [sides, numbers] = tensor;
        const std::string key = std::to_string(records.size());
        std::vector<std::uint32_t> shape(sides.begin(), sides.end()), strides(shape.size(), 1);
        for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
        items.emplace_back(pickled::text(prefix + name),
                           pickled::tensor(key, static_cast<std::uint32_t>(numbers.size()), shape, strides));
        records["data/" + key] = {reinterpret_cast<const char*>(numbers.data()),
                                  numbers.size() * sizeof(float)};
    }
    writeTorchFile(path, pickled::whole(pickled::dict(items)), records);
}

std::string notesOf(const ImportedWeights& weights) {
    std::string text;
    for (const auto& note : weights.notes) text += note + '\n';
    return text;
}

// State dicts of all depths and what else PyTorch saves of a ResNet-18. Initialising is what takes long.
const char* const kWriteStates = R"(
import sys, torch, torchvision
for name in ('kaiming_normal_', 'kaiming_uniform_', 'normal_', 'uniform_'):
    setattr(torch.nn.init, name, lambda tensor, *rest, **more: tensor)
def made(depth):
    network = getattr(torchvision.models, f'resnet{depth}')()
    for tensor in network.state_dict().values():
        if tensor.is_floating_point(): tensor.uniform_(0.5, 1)
    return network
save = lambda thing, name, **how: torch.save(thing, f'{sys.argv[1]}/{name}.pth', **how)
for depth in (34, 50, 101, 152): save(made(depth).state_dict(), f'resnet{depth}')
network = made(18)
optimiser = torch.optim.SGD(network.parameters(), 1e-3, momentum=0.9)
for tensor in network.parameters(): tensor.grad = torch.ones_like(tensor)
optimiser.step()
state = network.state_dict()
save(state, 'resnet18')
save({'epoch': 3, 'best': 0.5, 'done': False, 'name': 'x', 'rates': [0.1, (1, 2)], 'optimizer': optimiser.state_dict(),
      'state_dict': torch.nn.DataParallel(network).state_dict()}, 'checkpoint')
save(dict(network.named_parameters()) | dict(network.named_buffers()), 'parameters')
save(state, 'old', _use_new_zipfile_serialization=False)
save(network.to(memory_format=torch.channels_last).state_dict(), 'channels_last')
save(network, 'whole')
)";

// What was written against the state dict: name by name, number by number.
const char* const kCompare = R"(
import sys, json, numpy, torch
for pth, written in zip(sys.argv[1::2], sys.argv[2::2]):
    state = torch.load(pth)
    data = open(written, 'rb').read()
    length = int.from_bytes(data[:8], 'little')
    header = json.loads(data[8:8 + length]); header.pop('__metadata__')
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        numbers = numpy.frombuffer(data[8 + length + begin:8 + length + end], numpy.float32)
        assert numpy.array_equal(numbers.reshape(entry['shape']), state.pop(name).numpy()), (written, name)
    assert all(name.endswith('num_batches_tracked') for name in state), (written, list(state))
print('same')
)";

}  // namespace

class TestWeightsImport : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path path_ = folder_.filePath("weights.pth").toStdString();
    fs::path target_ = folder_.filePath("start.safetensors").toStdString();

    ImportedWeights import(const State& state, const std::string& prefix = {}) {
        writeState(path_, state, prefix);
        return importWeights(readWeightsFile(path_), kNarrow);
    }

    QString file(const QString& name) const { return folder_.filePath(name); }

    Problem refusal(const QString& name) const {
        try {
            readWeightsFile(file(name).toStdString());
        } catch (const Error& error) {
            return error.problem();
        }
        return {};
    }

private Q_SLOTS:
    void everyTensorArrivesUnchanged() {
        auto state = stateOf(kNarrow, 1000);
        const auto weights = import(state);
        QVERIFY(weights.mismatches.empty());
        writeImported(weights, target_);
        const Safetensors written(readWholeFile(target_), target_);
        QCOMPARE(written.tensors().size(), state.size());
        for (const auto& tensor : written.tensors()) {
            const auto& [shape, numbers] = state.at(tensor.name);
            QCOMPARE(tensor.shape, shape);
            QVERIFY(std::memcmp(tensor.bytes.data(), numbers.data(), tensor.bytes.size()) == 0);
        }
        QCOMPARE(written.metadata().at("architecture"), std::string("resnet18"));
    }

    void whatDiffersHarmlesslyIsTold() {
        auto state = stateOf({"resnet18", 8, 1, 32}, 10);
        state.erase("fc.weight");
        state.erase("fc.bias");
        state["projector.weight"] = {{2}, {1, 2}};
        state["bn1.num_batches_tracked"] = {{1}, {1}};
        const auto weights = import(state, "module.encoder.");
        QVERIFY(weights.mismatches.empty());
        QCOMPARE(weights.architecture.inputChannels, 1);
        const auto notes = notesOf(weights);
        for (const char* told : {"prefix 'module.encoder.'", "fc is missing", "one channel",
                                 "'projector.weight'", "num_batches_tracked was left out"})
            QVERIFY2(notes.find(told) != std::string::npos, told);
        QVERIFY(notesOf(import(stateOf(kNarrow, 2))).find("num_batches_tracked is missing") !=
                std::string::npos);
    }

    void mismatchesAreListedByTensor_data() {
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("detail");
        QTest::addRow("missing") << "layer3.1.bn2.running_var"
                                 << "missing"
                                 << "needed: 32";
        QTest::addRow("wrong shape") << "layer2.0.downsample.0.weight"
                                     << "wrong_shape"
                                     << "3×3, needed 16×8×1×1";
        QTest::addRow("four channels") << "conv1.weight"
                                       << "wrong_shape"
                                       << "8×4×7×7, needed 8×3×7×7";
        QTest::addRow("another depth") << "layer3.6.conv1.weight"
                                       << "unexpected"
                                       << "3×3";
        QTest::addRow("another stem") << "conv1.0.weight"
                                      << "unexpected"
                                      << "3×3";
    }
    void mismatchesAreListedByTensor() {
        QFETCH(QString, tensor);
        QFETCH(QString, kind);
        QFETCH(QString, detail);
        auto state = stateOf(kNarrow, 2);
        const auto name = tensor.toStdString();
        if (kind == "missing")
            state.erase(name);
        else if (name == "conv1.weight")
            state[name] = {{8, 4, 7, 7}, std::vector<float>(8 * 4 * 7 * 7)};
        else
            state[name] = {{3, 3}, std::vector<float>(9)};
        const auto weights = import(state);
        QCOMPARE(weights.mismatches.size(), std::size_t{1});
        QCOMPARE(weights.mismatches[0].tensor, name);
        QCOMPARE(QString::fromUtf8(mismatchName(weights.mismatches[0].kind).data()), kind);
        QCOMPARE(QString::fromStdString(weights.mismatches[0].detail), detail);
    }

    void aDeeperNetworkIsNotTakenForAShallowOne() {
        writeState(path_, stateOf({"resnet34", 8, 3, 32}, 2));
        const auto weights = importWeights(readWeightsFile(path_), kNarrow);
        QVERIFY(!weights.mismatches.empty());
        QVERIFY(std::ranges::all_of(weights.mismatches, [](const TensorMismatch& mismatch) {
            return mismatch.kind == TensorMismatch::Kind::Unexpected;
        }));
    }

    void weightsThatAreNoNumbersAreRefused() {
        auto state = stateOf(kNarrow, 2);
        state["layer1.0.conv2.weight"].second[5] = std::numeric_limits<float>::infinity();
        try {
            import(state);
            QFAIL("not refused");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::WeightsNotFinite);
            QVERIFY(error.problem().detail.find("layer1.0.conv2.weight") != std::string::npos);
        }
    }

    void severalNetworksInOneFileAreRefused() {
        auto state = stateOf(kNarrow, 2);
        for (const auto& [name, tensor] : stateOf(kNarrow, 2)) state["teacher." + name] = tensor;
        try {
            import(state);
            QFAIL("not refused");
        } catch (const Error& error) {
            QVERIFY(error.problem().detail.find("several networks") != std::string::npos);
        }
    }

    void safetensorsWithTimmsNamesAreTaken() {
        writeImported(import(stateOf(kNarrow, 2)), target_);
        const auto again = importWeights(readWeightsFile(target_), kNarrow);
        QVERIFY(again.mismatches.empty());
        QCOMPARE(again.tensors.size(), stateOf(kNarrow, 2).size());
    }

    void whatPyTorchSavesArrivesUnchanged() {
        RESIDUA_NEEDS_TORCHVISION();
        const auto made = runPython({"-c", kWriteStates, folder_.path()});
        QVERIFY2(made.exitCode == 0, qPrintable(made.errors));
        QStringList pairs;
        for (const char* name : {"resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "checkpoint",
                                 "parameters", "channels_last"}) {
            const QString depth = QString(name).startsWith("resnet") ? name : "resnet18";
            const auto read = readWeightsFile(file(QString(name) + ".pth").toStdString());
            QCOMPARE(read.under, std::string(name == std::string("checkpoint") ? "state_dict" : ""));
            const auto weights = importWeights(read, {depth.toStdString(), 64, 3, 32});
            QVERIFY2(weights.mismatches.empty(), name);
            writeImported(weights, file(QString(name) + ".safetensors").toStdString());
            pairs << file(depth + ".pth") << file(QString(name) + ".safetensors");
        }
        const auto compared = runPython(QStringList{"-c", kCompare} + pairs);
        QVERIFY2(compared.output == "same\n", qPrintable(compared.errors));

        QCOMPARE(refusal("old.pth").kind, ProblemKind::WeightsFormatOld);
        QCOMPARE(refusal("whole.pth").kind, ProblemKind::WeightsContentRefused);
        QVERIFY(refusal("whole.pth").detail.find("'torchvision.models.resnet.ResNet'") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestWeightsImport)
#include "tst_weights_import.moc"
