// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/state_dict.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>
#include <stdexcept>

#include <bit>
#include <cstdint>
#include <cstring>
#include <set>

#include "imaging/error.h"
#include "inference/network/gate_tensors.h"
#include "inference/network/resnet.h"

namespace residua {

namespace {

constexpr std::uint32_t kExponent = 0x7F800000;  // of an fp32: all ones in infinities and NaN

at::ScalarType scalarType(TensorType type) {
    switch (type) {
        case TensorType::Float32:
            return at::kFloat;
        case TensorType::Float16:
            return at::kHalf;
        case TensorType::BFloat16:
            return at::kBFloat16;
        case TensorType::Int64:
            return at::kLong;
    }
    throw std::logic_error("no such tensor type");
}

bool finite(const at::Tensor& tensor) {
    if (tensor.scalar_type() != at::kFloat || !tensor.is_contiguous())
        return at::isfinite(tensor).all().item<bool>();
    // One pass: LibTorch's own makes three tensors of it, a tenth of a second for a ResNet-18.
    const auto* values = static_cast<const float*>(tensor.data_ptr());
    std::uint32_t special = 0;
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
        special |= std::uint32_t{(std::bit_cast<std::uint32_t>(values[i]) & kExponent) == kExponent};
    return special == 0;
}

void copyInto(const at::Tensor& target, const at::Tensor& source, const std::string& name,
              const std::filesystem::path& path) {
    if (!finite(source))
        throw Error(ProblemKind::WeightsNotFinite, path, "'" + name + "' holds NaN or infinity");
    at::NoGradGuard frozen;
    target.detach().copy_(source);
}

std::string shapeText(at::IntArrayRef shape) {
    std::string text;
    for (const auto side : shape) text += (text.empty() ? "" : "×") + std::to_string(side);
    return text.empty() ? "scalar" : text;
}

using Stored = std::map<std::string, const StoredTensor*>;

Stored byName(const Safetensors& file) {
    Stored result;
    for (const auto& tensor : file.tensors()) {
        const bool passedOver =
            tensor.name.ends_with(".num_batches_tracked") || tensor.name.starts_with(kGatePrefix);
        if (!passedOver) result[tensor.name] = &tensor;
    }
    return result;
}

}  // namespace

at::Tensor toTensor(const StoredTensor& stored) {
    auto tensor = at::empty(stored.shape, scalarType(stored.type));
    if (!stored.bytes.empty()) std::memcpy(tensor.data_ptr(), stored.bytes.data(), stored.bytes.size());
    return tensor.is_floating_point() ? tensor.to(at::kFloat) : tensor;
}

void loadState(ResNet& network, const Safetensors& file) {
    auto stored = byName(file);
    const auto mismatch = [&](const std::string& detail) {
        return Error(ProblemKind::WeightsShapeMismatch, file.path(), detail);
    };
    for (const auto& [name, target] : network.state()) {
        const auto found = stored.find(name);
        if (found == stored.end()) throw mismatch("'" + name + "' is missing");
        const at::IntArrayRef shape(found->second->shape);
        if (shape != target.sizes() || found->second->type == TensorType::Int64)
            throw mismatch("'" + name + "' is " + shapeText(shape) + ", needed " + shapeText(target.sizes()));
        copyInto(target, toTensor(*found->second), name, file.path());
        stored.erase(found);
    }
    if (!stored.empty()) throw mismatch("'" + stored.begin()->first + "' does not belong to the network");
}

std::vector<std::string> loadPartialState(ResNet& network, const Safetensors& file) {
    const auto stored = byName(file);
    const auto state = network.state();
    std::vector<std::string> kept;
    for (const auto& [name, target] : state) {
        const auto found = stored.find(name);
        at::Tensor source;
        if (found != stored.end() && found->second->type != TensorType::Int64)
            source = toTensor(*found->second);
        if (source.defined() && name == "conv1.weight" && source.dim() == 4 && target.size(1) == 1)
            source = source.sum(1, /*keepdim=*/true);
        if (!source.defined() || source.sizes() != target.sizes()) {
            kept.push_back(name);
            continue;
        }
        copyInto(target, source, name, file.path());
    }
    if (kept.size() == state.size())
        throw Error(ProblemKind::WeightsShapeMismatch, file.path(),
                    "no tensor fits the network by name and shape");
    return kept;
}

std::string toSafetensors(const NamedTensors& tensors, TensorType floats,
                          const std::map<std::string, std::string>& metadata) {
    std::vector<at::Tensor> memory;  // keeps the bytes alive
    std::vector<StoredTensor> stored;
    for (const auto& [name, tensor] : tensors) {
        const bool floating = tensor.is_floating_point();
        const TensorType type = floating ? floats : TensorType::Int64;
        const auto& bytes = memory.emplace_back(tensor.detach().to(at::kCPU, scalarType(type)).contiguous());
        if (floating && !finite(bytes))
            throw Error(ProblemKind::WeightsNotFinite, {}, "'" + name + "' holds NaN or infinity");
        stored.push_back({name,
                          type,
                          bytes.sizes().vec(),
                          {static_cast<const std::byte*>(bytes.data_ptr()), bytes.nbytes()}});
    }
    return safetensorsBytes(stored, metadata);
}

std::string randomWeights(const Architecture& architecture, int findings, std::uint64_t seed) {
    return toSafetensors(ResNet(architecture, findings, seed).state(), TensorType::Float32);
}

}  // namespace residua
