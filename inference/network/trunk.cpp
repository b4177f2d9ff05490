// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/trunk.h"

#include <ATen/Context.h>
#include <ATen/ops/mkldnn_reorder_conv2d_weight.h>

#include "inference/network/onednn_trunk.h"

namespace residua {

namespace {

/// Weights in the layout that oneDNN would otherwise convert them to in each prediction.
void reorderForOneDnn(ResNet& network, at::ScalarType type) {
    for (auto* layer : network.convolutions()) {
        const std::int64_t padding = layer->weight.size(2) / 2;
        layer->weight =
            at::mkldnn_reorder_conv2d_weight(layer->weight.contiguous().to_mkldnn(type), {padding, padding},
                                             {layer->stride, layer->stride}, {1, 1});
        layer->bias = layer->bias.to(type).to_mkldnn();
    }
}

/// oneDNN has no bf16 kernels below AVX-512; LibTorch's own imitate it, slowly.
bool oneDnnComputesIn(at::ScalarType type) {
    if (!at::hasMKLDNN()) return false;
#if defined(__x86_64__)
    return type == at::kFloat || __builtin_cpu_supports("avx512bw") != 0;
#else
    return type == at::kFloat;
#endif
}

}  // namespace

Trunk::Trunk(const ResNet& network, at::Device device, at::ScalarType type)
    : network_(folded(network)),
      device_(device),
      type_(type),
      blocked_(device.is_cpu() && oneDnnComputesIn(type)) {
#ifdef RESIDUA_ONEDNN
    if (blocked_) {
        oneDnn_ = std::make_shared<OneDnnTrunk>(network_, type);
        network_ = network;  // the folded copy is not needed
        return;
    }
#endif
    if (blocked_)
        reorderForOneDnn(network_, type);
    else
        network_.to(device, type);
}

at::Tensor Trunk::features(const at::Tensor& images) const {
#ifdef RESIDUA_ONEDNN
    if (oneDnn_) return oneDnn_->features(images);
#endif
    if (blocked_) return network_.features(images.to_mkldnn(type_)).to_dense(at::kFloat);
    const auto x = images.to(device_, type_).contiguous(at::MemoryFormat::ChannelsLast);
    return network_.features(x).to(at::kFloat);
}

}  // namespace residua
