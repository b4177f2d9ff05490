// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/onednn_trunk.h"

#include <ATen/ops/empty.h>

#include <cstring>
#include <dnnl.hpp>
#include <new>
#include <optional>
#include <unordered_map>
#include <vector>

namespace residua {

namespace {

using dnnl::memory;
using Tag = memory::format_tag;
using Type = memory::data_type;

/// A convolution's numbers, in the layout that the last plan asked for.
struct Layer {
    memory weights, bias;
    memory::dim stride = 1;
};

struct Block {
    std::vector<Layer> convolutions;
    std::optional<Layer> downsample;
};

enum class Ending { Linear, Relu };

/// One primitive with what it reads and writes.
struct Step {
    dnnl::primitive primitive;
    std::unordered_map<int, memory> arguments;
};

// Version 3 of oneDNN gave new names to some of what version 2 (Debian 12) had.
memory::dims dimsOf(const memory& values) {
#if DNNL_VERSION_MAJOR >= 3
    return values.get_desc().get_dims();
#else
    return values.get_desc().dims();
#endif
}

dnnl::convolution_forward::primitive_desc convolutionOf(const memory::desc& source,
                                                        const memory::desc& weights, const memory::desc& bias,
                                                        const memory::desc& destination, memory::dim stride,
                                                        memory::dim padding, Ending ending, bool adds,
                                                        const dnnl::engine& engine) {
    dnnl::post_ops after;
    if (adds) after.append_sum(1);
    constexpr auto inference = dnnl::prop_kind::forward_inference;
    constexpr auto direct = dnnl::algorithm::convolution_direct;
    constexpr auto relu = dnnl::algorithm::eltwise_relu;
    const memory::dims strides{stride, stride}, paddings{padding, padding};
    dnnl::primitive_attr attributes;
#if DNNL_VERSION_MAJOR >= 3
    if (ending == Ending::Relu) after.append_eltwise(relu, 0, 0);
    attributes.set_post_ops(after);
    return {engine,      inference, direct,   source,   weights,   bias,
            destination, strides,   paddings, paddings, attributes};
#else
    if (ending == Ending::Relu) after.append_eltwise(1, relu, 0, 0);
    attributes.set_post_ops(after);
    return {{inference, direct, source, weights, bias, destination, strides, paddings, paddings},
            attributes,
            engine};
#endif
}

/// 3 × 3, every second pixel.
dnnl::pooling_forward::primitive_desc poolingOf(const memory::desc& source, const memory::desc& destination,
                                                const dnnl::engine& engine) {
    constexpr auto inference = dnnl::prop_kind::forward_inference;
    constexpr auto max = dnnl::algorithm::pooling_max;
    const memory::dims strides{2, 2}, kernel{3, 3}, padding{1, 1};
#if DNNL_VERSION_MAJOR >= 3
    const memory::dims dilation{0, 0};
    return {engine, inference, max, source, destination, strides, kernel, dilation, padding, padding};
#else
    return {{inference, max, source, destination, strides, kernel, padding, padding}, engine};
#endif
}

memory::dims halved(memory::dims dims) {
    for (const std::size_t axis : {2U, 3U}) dims[axis] = (dims[axis] + 1) / 2;
    return dims;
}

/// oneDNN's errors do not say that memory is short in words that others would know.
template <class Work>
auto withBadAlloc(Work&& work) {
    try {
        return work();
    } catch (const dnnl::error& error) {
        if (error.status == dnnl_out_of_memory) throw std::bad_alloc();
        throw;
    }
}

}  // namespace

class OneDnnTrunk::Weights {
public:
    Weights(const ResNet& folded, at::ScalarType scalar)
        : type(scalar == at::kBFloat16 ? Type::bf16 : Type::f32), stem(layerOf(folded.stem())) {
        for (const auto& stage : folded.stages())
            for (const auto& block : stage) {
                auto& copy = blocks.emplace_back();
                for (const auto& layer : block.convolutions) copy.convolutions.push_back(layerOf(layer));
                for (const auto& layer : block.downsample) copy.downsample = layerOf(layer);
            }
    }

    /// The layer's weights in the given layout, from now on.
    const memory& arranged(Layer& layer, const memory::desc& layout) {
        if (layer.weights.get_desc() == layout) return layer.weights;
        memory better(layout, engine);
        dnnl::reorder(layer.weights, better).execute(stream, layer.weights, better);
        stream.wait();
        return layer.weights = better;
    }

    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
    Type type;  ///< of weights and activations; sums and biases are fp32
    Layer stem;
    std::vector<Block> blocks;

private:
    Layer layerOf(const Convolution& convolution) const {
        return {copied(convolution.weight, Tag::oihw), copied(convolution.bias, Tag::x), convolution.stride};
    }

    memory copied(const at::Tensor& tensor, Tag tag) const {
        const auto values = tensor.contiguous();
        memory copy({values.sizes().vec(), Type::f32, tag}, engine);
        std::memcpy(copy.get_data_handle(), values.data_ptr<float>(), values.nbytes());
        return copy;
    }
};

/// What is done, in order, for images of one shape.
class OneDnnTrunk::Plan {
public:
    Plan(Weights& weights, at::IntArrayRef shape)
        : weights_(weights), images_({shape.vec(), Type::f32, Tag::nchw}, weights.engine, nullptr) {
        memory x = convolve(weights.stem, images_, Ending::Relu);  // [N, width, H/2, W/2]
        x = pool(x);                                               // [N, width, H/4, W/4]
        for (auto& block : weights.blocks) x = add(block, x);
        features_ = memory({dimsOf(x), Type::f32, Tag::nchw}, weights.engine, nullptr);
        reorder(x, features_);
    }

    bool fits(const at::Tensor& images) const { return images.sizes().vec() == dimsOf(images_); }

    at::Tensor run(const at::Tensor& images) {
        const auto input = images.contiguous();
        auto output = at::empty(dimsOf(features_));
        images_.set_data_handle(input.data_ptr<float>());
        features_.set_data_handle(output.data_ptr<float>());
        for (const auto& step : steps_) step.primitive.execute(weights_.stream, step.arguments);
        weights_.stream.wait();
        return output;
    }

private:
    struct Buffer {
        memory store;
        bool taken = true;
    };

    /// @param sum what the result is added to and takes the place of
    memory convolve(Layer& layer, const memory& source, Ending ending, const memory* sum = nullptr) {
        const auto from = dimsOf(source);
        const auto kernel = dimsOf(layer.weights);
        const memory::dim padding = kernel[2] / 2;
        const auto length = [&](memory::dim side) {
            return (side + 2 * padding - kernel[2]) / layer.stride + 1;
        };
        const memory::dims to{from[0], kernel[0], length(from[2]), length(from[3])};
        const auto chosen = convolutionOf({from, weights_.type, Tag::any}, {kernel, weights_.type, Tag::any},
                                          layer.bias.get_desc(),
                                          sum ? sum->get_desc() : memory::desc(to, weights_.type, Tag::any),
                                          layer.stride, padding, ending, sum != nullptr, weights_.engine);
        memory input = source;
        if (source.get_desc() != chosen.src_desc()) {
            input = take(chosen.src_desc());
            reorder(source, input);
        }
        const memory output = sum ? *sum : take(chosen.dst_desc());
        steps_.push_back({dnnl::convolution_forward(chosen),
                          {{DNNL_ARG_SRC, input},
                           {DNNL_ARG_WEIGHTS, weights_.arranged(layer, chosen.weights_desc())},
                           {DNNL_ARG_BIAS, layer.bias},
                           {DNNL_ARG_DST, output}}});
        if (input != source) giveBack(input);
        return output;
    }

    memory pool(const memory& source) {
        const auto chosen =
            poolingOf(source.get_desc(), {halved(dimsOf(source)), weights_.type, Tag::any}, weights_.engine);
        const memory output = take(chosen.dst_desc());
        steps_.push_back({dnnl::pooling_forward(chosen), {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, output}}});
        giveBack(source);
        return output;
    }

    /// A residual block: its last convolution adds itself to the shortcut.
    memory add(Block& block, const memory& x) {
        const memory shortcut = block.downsample ? convolve(*block.downsample, x, Ending::Linear) : x;
        memory y = x;
        for (std::size_t i = 0; i + 1 < block.convolutions.size(); ++i) {
            const memory next = convolve(block.convolutions[i], y, Ending::Relu);
            if (y != x) giveBack(y);
            y = next;
        }
        const memory sum = convolve(block.convolutions.back(), y, Ending::Relu, &shortcut);
        giveBack(y);
        if (block.downsample) giveBack(x);
        return sum;
    }

    void reorder(const memory& source, const memory& destination) {
        steps_.push_back(
            {dnnl::reorder(source, destination), {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, destination}}});
    }

    /// Memory for an activation: where an earlier one lay that is no longer needed, if that is large enough.
    memory take(const memory::desc& layout) {
        for (auto& buffer : buffers_) {
            if (buffer.taken || buffer.store.get_desc().get_size() < layout.get_size()) continue;
            buffer.taken = true;
            return {layout, weights_.engine, buffer.store.get_data_handle()};
        }
        buffers_.push_back({memory(layout, weights_.engine)});
        return {layout, weights_.engine, buffers_.back().store.get_data_handle()};
    }

    void giveBack(const memory& activation) {
        for (auto& buffer : buffers_)
            if (buffer.store.get_data_handle() == activation.get_data_handle()) buffer.taken = false;
    }

    Weights& weights_;
    memory images_, features_;  ///< their addresses are set for each run
    std::vector<Buffer> buffers_;
    std::vector<Step> steps_;
};

OneDnnTrunk::OneDnnTrunk(const ResNet& folded, at::ScalarType type)
    : weights_(withBadAlloc([&] { return std::make_unique<Weights>(folded, type); })) {}

OneDnnTrunk::~OneDnnTrunk() = default;

at::Tensor OneDnnTrunk::features(const at::Tensor& images) {
    return withBadAlloc([&] {
        if (!plan_ || !plan_->fits(images)) {
            plan_.reset();
            plan_ = std::make_unique<Plan>(*weights_, images.sizes());
        }
        return plan_->run(images);
    });
}

}  // namespace residua
