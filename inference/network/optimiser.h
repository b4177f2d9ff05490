// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <cstdint>
#include <string>

#include "inference/network/resnet_module.h"
#include "inference/network/training_recipe.h"

namespace residua {

/// Linear warm-up, then a cosine down to 1 % (Loshchilov 2017). @param step from 0 @return the factor of the
/// rate
double scheduleFactor(std::int64_t step, std::int64_t warmupSteps, std::int64_t steps);

/// The rate's factor of a tensor: 1 for the head and layer4, stageFactor, its square and cube for layer3,
/// layer2 and layer1 with the stem.
double stageFactorOf(const std::string& parameter, double stageFactor);

/// AdamW (Loshchilov 2019; betas 0.9 and 0.999) and the weights' moving average. Weights decay, norms and
/// biases do not. All tensors share memory with the network that they come from.
class Optimiser {
public:
    Optimiser(const ResNet& network, const TrainingRecipe& recipe);

    /// One step from the parameters' gradients, which are cleared. @param rate of the head
    void step(double rate);
    /// Moves the average, running statistics included, towards the network. A young average follows faster
    /// (min(decay, (1 + t) / (10 + t))).
    void follow();

    /// The averaged network's tensors by name, in the order of ResNet::state(); the network's own without an
    /// average.
    const NamedTensors& average() const { return average_; }
    /// Everything that a checkpoint needs: "moment1.*", "moment2.*" and "average.*".
    NamedTensors state() const;
    std::int64_t steps() const { return steps_; }
    void setSteps(std::int64_t steps) { steps_ = steps; }

private:
    struct Slot {
        std::string name;
        at::Tensor parameter, moment1, moment2;
        double rateFactor = 1;
        double decay = 0;
    };
    void stepOnCpu(const Slot& slot, const at::Tensor& gradient, double rate) const;
    void stepAnywhere(const Slot& slot, const at::Tensor& gradient, double rate) const;

    std::vector<Slot> slots_;
    NamedTensors live_;
    NamedTensors average_;
    double emaDecay_;
    std::int64_t steps_ = 0;
};

}  // namespace residua
