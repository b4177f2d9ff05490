// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/network_shape.h"

#include "inference/network/architectures.h"

namespace residua {

namespace {

BlockShape blockShape(const std::string& name, bool bottleneck, std::int64_t in, std::int64_t planes,
                      std::int64_t stride) {
    const std::int64_t out = bottleneck ? 4 * planes : planes;
    BlockShape block;
    block.name = name;
    const auto add = [&](std::int64_t from, std::int64_t to, std::int64_t kernel, std::int64_t step) {
        const std::string number = std::to_string(block.convolutions.size() + 1);
        block.convolutions.push_back(
            {name + ".conv" + number, name + ".bn" + number, from, to, kernel, step});
    };
    if (bottleneck) {
        add(in, planes, 1, 1);
        add(planes, planes, 3, stride);
        add(planes, out, 1, 1);
    } else {
        add(in, planes, 3, stride);
        add(planes, out, 3, 1);
    }
    if (stride != 1 || in != out)
        block.downsample =
            ConvolutionShape{name + ".downsample.0", name + ".downsample.1", in, out, 1, stride};
    return block;
}

}  // namespace

NetworkShape shapeOf(const Architecture& architecture) {
    const ResNetLayout& layout = layoutOf(architecture);
    NetworkShape network;
    network.stem = {"conv1", "bn1", architecture.inputChannels, architecture.width, 7, 2};
    network.channels = architecture.width;
    for (std::size_t stage = 0; stage < layout.blocks.size(); ++stage) {
        const std::int64_t planes = std::int64_t{architecture.width} << stage;
        const std::int64_t stride = stage == 0 || (stage == 3 && architecture.outputStride == 16) ? 1 : 2;
        auto& blocks = network.stages.emplace_back();
        for (int i = 0; i < layout.blocks.at(stage); ++i) {
            const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(i);
            blocks.push_back(
                blockShape(name, layout.bottleneck, network.channels, planes, i == 0 ? stride : 1));
            network.channels = blocks.back().convolutions.back().out;
        }
    }
    return network;
}

std::vector<TensorShape> trunkTensors(const NetworkShape& network) {
    std::vector<TensorShape> tensors;
    const auto add = [&tensors](const ConvolutionShape& layer) {
        tensors.push_back({layer.convolution + ".weight", {layer.out, layer.in, layer.kernel, layer.kernel}});
        for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"})
            tensors.push_back({layer.norm + part, {layer.out}});
    };
    add(network.stem);
    for (const auto& stage : network.stages) {
        for (const auto& block : stage) {
            for (const auto& layer : block.convolutions) add(layer);
            if (block.downsample) add(*block.downsample);
        }
    }
    return tensors;
}

}  // namespace residua
