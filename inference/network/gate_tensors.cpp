// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/gate_tensors.h"

#include <cstring>
#include <map>
#include <span>

#include "imaging/error.h"

namespace residua {

namespace {

using Stored = std::map<std::string, const StoredTensor*>;

Stored gateTensors(const Safetensors& file) {
    Stored result;
    for (const auto& tensor : file.tensors())
        if (tensor.name.starts_with(kGatePrefix)) result[tensor.name] = &tensor;
    return result;
}

/// Takes a tensor of `columns` numbers a row (1: of one dimension) out of the stored ones.
std::vector<float> take(Stored& stored, const std::string& name, std::size_t columns,
                        const std::filesystem::path& path) {
    const auto found = stored.find(name);
    const auto refuse = [&](const char* what) {
        return Error(ProblemKind::WeightsShapeMismatch, path, "'" + name + "' " + what);
    };
    if (found == stored.end()) throw refuse("is missing");
    const auto& tensor = *found->second;
    if (tensor.type != TensorType::Float32) throw refuse("is not F32");
    const bool fits = columns == 1
                          ? tensor.shape.size() == 1
                          : tensor.shape.size() == 2 && tensor.shape[1] == static_cast<std::int64_t>(columns);
    if (!fits) throw refuse("has another shape than the features ask for");
    std::vector<float> values(tensor.bytes.size() / sizeof(float));
    if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    stored.erase(found);
    return values;
}

StoredTensor stored(const char* name, std::vector<std::size_t> shape, const std::vector<float>& values) {
    return {name, TensorType::Float32, {shape.begin(), shape.end()}, std::as_bytes(std::span(values))};
}

}  // namespace

std::optional<Gate> gateOf(const ModelCard& card, const Safetensors& file, std::size_t channels) {
    auto tensors = gateTensors(file);
    std::optional<Gate> gate;
    if (card.gate) {
        gate.emplace();
        gate->channels = channels;
        gate->whitening = take(tensors, "gate.whitening", channels, file.path());
        gate->centres = take(tensors, "gate.centres", channels, file.path());
        gate->classes = gate->centres.size() / channels;
        if (!card.gate->orientations.empty()) {
            gate->turnWeights = take(tensors, "gate.turn.weight", channels, file.path());
            gate->turnBiases = take(tensors, "gate.turn.bias", 1, file.path());
        }
        checkGate(*gate, *card.gate, file.path());
    }
    if (!tensors.empty())
        throw Error(ProblemKind::WeightsShapeMismatch, file.path(),
                    "'" + tensors.begin()->first + "' is nothing that the card speaks of");
    return gate;
}

std::string withGate(const Safetensors& file, const Gate& gate) {
    std::vector<StoredTensor> tensors;
    for (const auto& tensor : file.tensors())
        if (!tensor.name.starts_with(kGatePrefix)) tensors.push_back(tensor);
    tensors.push_back(stored("gate.whitening", {gate.channels, gate.channels}, gate.whitening));
    tensors.push_back(stored("gate.centres", {gate.classes, gate.channels}, gate.centres));
    if (!gate.turnBiases.empty()) {
        tensors.push_back(
            stored("gate.turn.weight", {gate.turnBiases.size(), gate.channels}, gate.turnWeights));
        tensors.push_back(stored("gate.turn.bias", {gate.turnBiases.size()}, gate.turnBiases));
    }
    return safetensorsBytes(tensors, file.metadata());
}

}  // namespace residua
