// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "inference/findings/model_card.h"
#include "inference/network/safetensors.h"

namespace residua {

/// A bundle's network as the bytes of an ONNX file (operator set 13), for other programs:
///   input   "images"  float [N, C, H, W], preprocessed as the metadata say
///           "cells"   float [N, 1, h, w], for Pooling::Strongest alone: 1 where a cell's middle shows the
///           image,
///                     0 where it shows padding (cellShown)
///   outputs "scores"  [N, F]        sigmoid of logit / temperature, as the card's
///           "logits"  [N, F]        mean of the class map (or of its strongest cells) plus the bias
///           "maps"    [N, F, h, w]  class maps
/// N is free; the other sizes are the card's. Weights keep their names and types and are cast to float; norms
/// are nodes of their own, which every runtime folds. Metadata: "residua.model" (the card's JSON),
/// "residua.preprocessing" (preprocessingJson), "findings" (codes in the outputs' order).
/// Throws Error WeightsShapeMismatch, naming the tensor.
std::string onnxModel(const ModelCard& card, const Safetensors& weights);

/// How an image becomes "images", step by step, as JSON "residua.preprocessing/1".
std::string preprocessingJson(const ModelCard& card);

}  // namespace residua
