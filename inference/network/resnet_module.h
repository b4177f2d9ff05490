// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Includes LibTorch: for inference/network/*.cpp and their tests only.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "inference/findings/model_card.h"

namespace residua {

/// Tensors by torchvision's names, e.g. "layer1.0.bn2.running_mean". They share memory with the network.
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

enum class Phase {
    Evaluate,  ///< batch norm by the stored statistics
    Train,     ///< batch norm by the batch's statistics, which also move the stored ones
    Observe,   ///< as Evaluate, while each norm adds up its input's statistics: see adoptObservedStatistics
};

struct BatchNorm {
    at::Tensor weight, bias;             ///< [C]; undefined once folded into the convolution
    at::Tensor runningMean, runningVar;  ///< [C]
    mutable at::Tensor observedSum,
        observedSquare;  ///< [C], double: sums over the batches seen in Phase::Observe
    mutable std::int64_t observedBatches = 0;

    at::Tensor operator()(const at::Tensor& x, Phase phase) const;
};

/// A convolution without bias and the norm behind it; folded, the norm is gone and the convolution has a
/// bias.
struct Convolution {
    at::Tensor weight;  ///< [out, in, k, k]
    at::Tensor bias;    ///< [out], only once folded
    std::int64_t stride = 1;
    BatchNorm norm;

    at::Tensor operator()(const at::Tensor& x, Phase phase) const;
};

struct ResidualBlock {
    std::vector<Convolution> convolutions;  ///< two (basic) or three (bottleneck)
    std::vector<Convolution> downsample;    ///< none or one: on the shortcut, where the shape changes

    at::Tensor operator()(const at::Tensor& x, Phase phase) const;
};

/// A ResNet (He 2016; stride in the 3×3 convolution, as torchvision's) with one independent output a finding.
/// Copying shares tensors. Parameters need gradients only after requireGradients().
class ResNet {
public:
    /// Random weights (He 2015, fan out), the same for the same seed. Throws Error BundleCardInvalid.
    ResNet(const Architecture& architecture, std::int64_t findings, std::uint64_t seed = 0);

    /// [N, C, H, W] → [N, featureChannels, H / outputStride, W / outputStride], rounded up.
    at::Tensor features(const at::Tensor& images, Phase phase = Phase::Evaluate) const;
    /// The head on fp32 features: [N, C, h, w] → [N, findings, h, w], without the bias.
    at::Tensor classMaps(const at::Tensor& features) const;
    /// [N, C, h, w] → [N, findings]: logitsOfMaps(classMaps(features)).
    at::Tensor logits(const at::Tensor& features) const;
    /// The maps pooled as the architecture says, plus the bias: [N, findings].
    /// @param maps [N, F, h, w] of classMaps(); for who needs both maps and logits
    /// @param counted bool, broadcast over the maps: cells that may count for Pooling::Strongest, the others
    /// being padding; undefined = all. A finding with none has its bias as logit.
    at::Tensor logitsOfMaps(const at::Tensor& maps, const at::Tensor& counted = {}) const;

    /// Parameters and running statistics, in torchvision's order ("conv1.weight" first, "fc.bias" last).
    NamedTensors state() const;
    /// What an optimiser moves: state() without the running statistics.
    NamedTensors parameters() const;
    void requireGradients();
    /// To a device or type, in place; four-dimensional tensors become channels-last.
    void to(at::Device device, at::ScalarType type);

    /// Every convolution with its norm, from the stem to layer4.
    std::vector<Convolution*> convolutions();

    const Architecture& architecture() const { return architecture_; }
    const Convolution& stem() const { return stem_; }
    const std::vector<std::vector<ResidualBlock>>& stages() const { return stages_; }  ///< layer1 to layer4
    const at::Tensor& headWeight() const { return headWeight_; }                       ///< [findings, C]
    const at::Tensor& headBias() const { return headBias_; }                           ///< [findings]

private:
    template <class Network, class Visit>
    static void visit(Network& network, Visit&& visit);

    Architecture architecture_;
    Convolution stem_;
    std::vector<std::vector<ResidualBlock>> stages_;
    at::Tensor headWeight_;
    at::Tensor headBias_;
};

/// Gives norms that were folded away (weight 1, mean 0, variance 1) statistics to train from, after some 200
/// images went through features(…, Phase::Observe): mean and variance become those seen, weight and bias what
/// keeps the function unchanged. Norms that saw nothing stay as they are.
void adoptObservedStatistics(ResNet& network);

/// Makes each convolution and its norm one convolution with bias (running statistics; Jacob 2018, eq. 14).
/// The result is for Phase::Evaluate only. Tensors of `network` are not changed.
ResNet folded(const ResNet& network);

}  // namespace residua
