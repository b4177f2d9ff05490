// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>

#include "app/engine.h"
#include "inference/network/predictor.h"

namespace residua {

struct JobOptions {
    unsigned decoders = 0;  ///< threads that read, decode and preprocess; 0 = as many as cores
    int batch = 8;          ///< images the network takes at once, after the first
};

/// Predicts a request's images: threads read, check the scope, decode and preprocess ahead while the calling
/// thread runs the network. `result` is called on the calling thread, once an image, in the request's order;
/// the first image goes alone, so that its result is there at once. An image that cannot be read, is
/// outside the scope or unlike those of the training has a result that says so and never hides the others.
/// Stopped, it returns between two batches.
/// @return whether it came to the end, i.e. was not stopped
bool predictImages(Predictor& predictor, const PredictRequest& request, const JobOptions& options,
                   std::stop_token stop, const std::function<void(ImageResult&&)>& result);

}  // namespace residua
