// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/exchange/weights_import.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <string_view>

#include "imaging/error.h"
#include "inference/network/network_shape.h"

namespace residua {

namespace {

constexpr std::string_view kCounter = ".num_batches_tracked";
constexpr std::string_view kFirstTensor = "conv1.weight";

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const auto side : shape) text += (text.empty() ? "" : "×") + std::to_string(side);
    return text.empty() ? "a single number" : text;
}

template <class Bits>
bool allFinite(std::span<const std::byte> bytes, Bits exponent) {
    bool finite = true;
    for (std::size_t i = 0; i + sizeof(Bits) <= bytes.size(); i += sizeof(Bits)) {
        Bits value = 0;
        std::memcpy(&value, bytes.data() + i, sizeof value);
        finite &= (value & exponent) != exponent;  // all ones in infinities and NaN
    }
    return finite;
}

bool finite(const StoredTensor& tensor) {
    switch (tensor.type) {
        case TensorType::Float32:
            return allFinite<std::uint32_t>(tensor.bytes, 0x7F800000);
        case TensorType::Float16:
            return allFinite<std::uint16_t>(tensor.bytes, 0x7C00);
        case TensorType::BFloat16:
            return allFinite<std::uint16_t>(tensor.bytes, 0x7F80);
        case TensorType::Int64:
            return true;
    }
    return false;
}

/// What stands before "conv1.weight" where "bn1.weight" stands too: a residual block's conv1 has more before
/// it than its stage, so it does not count.
std::string prefixOf(const WeightsFile& file) {
    std::vector<std::string> prefixes;
    for (const auto& tensor : file.tensors) {
        if (!tensor.name.ends_with(kFirstTensor)) continue;
        const auto prefix = tensor.name.substr(0, tensor.name.size() - kFirstTensor.size());
        const bool stem = std::ranges::any_of(
            file.tensors, [&](const auto& other) { return other.name == prefix + "layer1.0.conv1.weight"; });
        if (stem && (prefix.empty() || prefix.ends_with('.'))) prefixes.push_back(prefix);
    }
    if (prefixes.size() > 1)
        throw Error(ProblemKind::WeightsFormatInvalid, file.path,
                    "it holds several networks, at '" + prefixes[0] + "' and '" + prefixes[1] + "'");
    return prefixes.empty() ? std::string() : prefixes[0];
}

class Import {
public:
    Import(const WeightsFile& file, const Architecture& architecture) : file_(file) {
        result_.architecture = architecture;
        result_.memory = file.memory;
        if (!file.under.empty()) note("The tensors were found under '" + file.under + "'.");
        sortOut();
        const auto stem = byName_.find(std::string(kFirstTensor));
        const bool grey =
            stem != byName_.end() && stem->second.shape.size() == 4 && stem->second.shape[1] == 1;
        result_.architecture.inputChannels = grey ? 1 : 3;
        network_ = shapeOf(result_.architecture);
    }

    ImportedWeights run() {
        takeTrunk();
        takeHead();
        leaveRest();
        if (result_.architecture.inputChannels == 1)
            note(
                "conv1 takes one channel: the network was made for grey images and keeps its own scale of "
                "input.");
        return std::move(result_);
    }

private:
    void note(std::string text) { result_.notes.push_back(std::move(text)); }

    /// Tensors by torchvision's names; counters are not needed.
    void sortOut() {
        const auto prefix = prefixOf(file_);
        if (!prefix.empty()) note("The prefix '" + prefix + "' was taken off the names.");
        std::size_t counters = 0;
        for (StoredTensor tensor : file_.tensors) {
            if (tensor.name.ends_with(kCounter)) {
                ++counters;
                continue;
            }
            if (tensor.name.starts_with(prefix)) tensor.name.erase(0, prefix.size());
            byName_[tensor.name] = tensor;
        }
        note(counters == 0 ? "num_batches_tracked is missing: it is not needed."
                           : "num_batches_tracked was left out: it is not needed.");
    }

    void take(StoredTensor tensor) {
        if (!finite(tensor))
            throw Error(ProblemKind::WeightsNotFinite, file_.path,
                        "'" + tensor.name + "' holds NaN or infinity");
        result_.tensors.push_back(std::move(tensor));
    }

    void mismatch(TensorMismatch::Kind kind, const std::string& tensor, std::string detail = {}) {
        result_.mismatches.push_back({kind, tensor, std::move(detail)});
    }

    void takeTrunk() {
        for (const auto& needed : trunkTensors(network_)) {
            const auto found = byName_.extract(needed.name);
            if (found.empty())
                mismatch(TensorMismatch::Kind::Missing, needed.name, "needed: " + shapeText(needed.shape));
            else if (found.mapped().shape != needed.shape || found.mapped().type == TensorType::Int64)
                mismatch(TensorMismatch::Kind::WrongShape, needed.name,
                         shapeText(found.mapped().shape) + ", needed " + shapeText(needed.shape));
            else
                take(found.mapped());
        }
    }

    /// Another task's classes: a training replaces them unless their number is the same.
    void takeHead() {
        const auto weight = byName_.extract("fc.weight"), bias = byName_.extract("fc.bias");
        if (weight.empty() || bias.empty()) return note("fc is missing: a training starts it anew.");
        const auto& shape = weight.mapped().shape;
        if (shape.size() != 2 || shape[1] != network_.channels ||
            bias.mapped().shape != std::vector{shape[0]} || weight.mapped().type == TensorType::Int64 ||
            bias.mapped().type == TensorType::Int64)
            return note("fc is " + shapeText(shape) + ", which is no head of this network: it was left out.");
        take(weight.mapped());
        take(bias.mapped());
    }

    /// A stage's tensor that the network has no place for tells of another network; others are heads.
    void leaveRest() {
        std::string first;
        std::size_t others = 0;
        for (const auto& [name, tensor] : byName_) {
            const bool stage =
                name.starts_with("layer") || name.starts_with("conv1.") || name.starts_with("bn1.");
            if (stage)
                mismatch(TensorMismatch::Kind::Unexpected, name, shapeText(tensor.shape));
            else if (others++ == 0)
                first = name;
        }
        if (others > 0)
            note("Left out, as no part of the network: '" + first + "'" +
                 (others > 1 ? " and " + std::to_string(others - 1) + " more." : "."));
    }

    const WeightsFile& file_;
    std::map<std::string, StoredTensor> byName_;
    NetworkShape network_;
    ImportedWeights result_;
};

}  // namespace

std::string_view mismatchName(TensorMismatch::Kind kind) {
    constexpr std::array<std::string_view, 3> names{"missing", "unexpected", "wrong_shape"};
    return names.at(static_cast<std::size_t>(kind));
}

ImportedWeights importWeights(const WeightsFile& file, const Architecture& architecture) {
    return Import(file, architecture).run();
}

void writeImported(const ImportedWeights& weights, const std::filesystem::path& target) {
    writeSafetensors(target, weights.tensors,
                     {{"format", "pt"}, {"architecture", weights.architecture.name}});
}

}  // namespace residua
