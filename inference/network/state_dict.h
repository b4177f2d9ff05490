// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <map>
#include <string>

#include "inference/network/resnet_module.h"
#include "inference/network/safetensors.h"

namespace residua {

/// The stored tensor in memory of its own; floating types become fp32.
at::Tensor toTensor(const StoredTensor& stored);

/// Copies every tensor of `file` into `network`. Throws Error WeightsShapeMismatch (a tensor missing, left
/// over or of another shape) or WeightsNotFinite, naming the tensor. "*.num_batches_tracked", which
/// torchvision's files hold, and "gate.*" (gate_tensors.h) are passed over.
void loadState(ResNet& network, const Safetensors& file);

/// Copies what fits by name and shape, for training from another network; a three-channel stem is summed into
/// a one-channel one (the same function of a grey image). Throws WeightsNotFinite, and WeightsShapeMismatch
/// if nothing fits.
/// @return the names of the network's tensors that kept their random values
std::vector<std::string> loadPartialState(ResNet& network, const Safetensors& file);

/// A safetensors file of the tensors; floating ones are stored as `floats`, whole numbers as Int64.
/// Throws Error WeightsNotFinite, naming the tensor, also where fp16 overflows: what is written can be read.
std::string toSafetensors(const NamedTensors& tensors, TensorType floats,
                          const std::map<std::string, std::string>& metadata = {});

}  // namespace residua
