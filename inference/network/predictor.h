// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

#include "imaging/preprocess/preprocess_spec.h"
#include "inference/findings/model_card.h"
#include "inference/findings/prediction.h"

namespace residua {

enum class Device { Auto, Cpu, Cuda };
enum class Precision {
    Auto,
    Fp32,
    Bf16
};  ///< Auto: bf16 where the processor or card computes in it, else fp32

struct PredictorOptions {
    Device device = Device::Auto;
    Precision precision = Precision::Auto;
    int threads = 0;  ///< 0 = all cores; LibTorch gets its thread count once a process
};

/// A loaded network, ready to predict: conv + batch norm folded, channels-last, the trunk in reduced
/// precision where that is faster. The same input, threads and precision give the same bits. Not thread-safe.
class Predictor {
public:
    /// Throws as readBundle, and WeightsFormatInvalid, WeightsShapeMismatch, WeightsNotFinite, also for a
    /// gate that cannot be one (gate_tensors.h).
    explicit Predictor(const std::filesystem::path& bundle, PredictorOptions options = {});
    ~Predictor();
    Predictor(Predictor&&) noexcept;
    Predictor& operator=(Predictor&&) noexcept;

    const ModelCard& card() const;

    /// One prediction an input, in order, of a network with a gate with its likeness, from the same features
    /// as the scores. All inputs have the spec's shape. Batches are fitted to memory: on out-of-memory the
    /// batch is halved, then the CPU takes over; the result's note says so. Stopped early, throws Error
    /// Cancelled.
    std::vector<Prediction> predict(const std::vector<NetworkInput>& inputs, std::stop_token stop = {});

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace residua
