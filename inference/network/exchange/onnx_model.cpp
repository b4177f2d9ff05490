// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/exchange/onnx_model.h"

#include <onnx/onnx_pb.h>

#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "imaging/error.h"
#include "inference/findings/card_json.h"
#include "inference/findings/pooling.h"
#include "inference/network/class_map.h"
#include "inference/network/network_shape.h"

namespace residua {

namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kOperatorSet = 13;
constexpr std::int64_t kIrVersion = 7;  // of ONNX 1.7, which brought operator set 12; 13 needs no more
constexpr float kEpsilon = 1e-5F;       // of the norms, as torchvision's

onnx::TensorProto::DataType typeOf(TensorType type) {
    switch (type) {
        case TensorType::Float16:
            return onnx::TensorProto::FLOAT16;
        case TensorType::BFloat16:
            return onnx::TensorProto::BFLOAT16;
        case TensorType::Int64:
            return onnx::TensorProto::INT64;
        case TensorType::Float32:
            break;
    }
    return onnx::TensorProto::FLOAT;
}

/// Adds nodes to a graph; each method returns its output's name.
class Builder {
public:
    Builder(onnx::GraphProto& graph, const Safetensors& weights) : graph_(graph), path_(weights.path()) {
        for (const auto& tensor : weights.tensors()) stored_[tensor.name] = &tensor;
    }

    /// A stored tensor as float, of the shape that the network needs.
    std::string weight(const std::string& name, const std::vector<std::int64_t>& shape) {
        return weight(name, shape, shape);
    }

    /// @param given the shape that the graph is given: as many numbers
    std::string weight(const std::string& name, const std::vector<std::int64_t>& shape,
                       const std::vector<std::int64_t>& given) {
        const auto found = stored_.find(name);
        if (found == stored_.end() || found->second->shape != shape ||
            found->second->type == TensorType::Int64)
            throw Error(ProblemKind::WeightsShapeMismatch, path_,
                        "'" + name + "' is missing or of another shape");
        const auto& tensor = *found->second;
        const bool wide = tensor.type == TensorType::Float32;
        auto* constant = graph_.add_initializer();
        constant->set_name(wide ? name : name + ".stored");
        constant->set_data_type(typeOf(tensor.type));
        for (const auto side : given) constant->add_dims(side);
        constant->set_raw_data(tensor.bytes.data(), tensor.bytes.size());
        if (wide) return name;
        auto& cast = node("Cast", {name + ".stored"}, name);
        attribute(cast, "to", std::int64_t{onnx::TensorProto::FLOAT});
        return name;
    }

    std::string constant(const std::string& name, const std::vector<float>& numbers) {
        auto* tensor = graph_.add_initializer();
        tensor->set_name(name);
        tensor->set_data_type(onnx::TensorProto::FLOAT);
        tensor->add_dims(static_cast<std::int64_t>(numbers.size()));
        tensor->set_raw_data(numbers.data(), numbers.size() * sizeof(float));
        return name;
    }

    std::string constant(const std::string& name, const std::vector<std::int64_t>& numbers) {
        auto* tensor = graph_.add_initializer();
        tensor->set_name(name);
        tensor->set_data_type(onnx::TensorProto::INT64);
        tensor->add_dims(static_cast<std::int64_t>(numbers.size()));
        tensor->set_raw_data(numbers.data(), numbers.size() * sizeof(std::int64_t));
        return name;
    }

    std::string normedConvolution(const ConvolutionShape& layer, const std::string& input) {
        const auto kernel =
            weight(layer.convolution + ".weight", {layer.out, layer.in, layer.kernel, layer.kernel});
        auto& convolution = node("Conv", {input, kernel}, layer.convolution);
        attribute(convolution, "kernel_shape", {layer.kernel, layer.kernel});
        attribute(convolution, "strides", {layer.stride, layer.stride});
        const auto padding = layer.kernel / 2;
        attribute(convolution, "pads", {padding, padding, padding, padding});
        std::vector<std::string> inputs{layer.convolution};
        for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"})
            inputs.push_back(weight(layer.norm + part, {layer.out}));
        auto& norm = node("BatchNormalization", inputs, layer.norm);
        attribute(norm, "epsilon", kEpsilon);
        return layer.norm;
    }

    std::string relu(const std::string& input) {
        node("Relu", {input}, input + ".relu");
        return input + ".relu";
    }

    onnx::NodeProto& node(const char* type, const std::vector<std::string>& inputs,
                          const std::string& output) {
        auto* result = graph_.add_node();
        result->set_op_type(type);
        result->set_name(output);
        for (const auto& input : inputs) result->add_input(input);
        result->add_output(output);
        return *result;
    }

    static void attribute(onnx::NodeProto& node, const char* name, std::int64_t value) {
        auto* attribute = add(node, name, onnx::AttributeProto::INT);
        attribute->set_i(value);
    }
    static void attribute(onnx::NodeProto& node, const char* name, float value) {
        auto* attribute = add(node, name, onnx::AttributeProto::FLOAT);
        attribute->set_f(value);
    }
    static void attribute(onnx::NodeProto& node, const char* name,
                          std::initializer_list<std::int64_t> values) {
        auto* attribute = add(node, name, onnx::AttributeProto::INTS);
        for (const auto value : values) attribute->add_ints(value);
    }

private:
    static onnx::AttributeProto* add(onnx::NodeProto& node, const char* name,
                                     onnx::AttributeProto::AttributeType type) {
        auto* attribute = node.add_attribute();
        attribute->set_name(name);
        attribute->set_type(type);
        return attribute;
    }

    onnx::GraphProto& graph_;
    std::filesystem::path path_;
    std::map<std::string, const StoredTensor*> stored_;
};

/// The counterpart of ResidualBlock.
std::string addBlock(Builder& builder, const BlockShape& block, const std::string& x) {
    auto y = x;
    for (std::size_t i = 0; i < block.convolutions.size(); ++i) {
        if (i > 0) y = builder.relu(y);
        y = builder.normedConvolution(block.convolutions[i], y);
    }
    const auto shortcut = block.downsample ? builder.normedConvolution(*block.downsample, x) : x;
    builder.node("Add", {y, shortcut}, block.name);
    return builder.relu(block.name);
}

/// The counterpart of ResNet::features.
std::string addTrunk(Builder& builder, const NetworkShape& network) {
    auto x = builder.relu(builder.normedConvolution(network.stem, "images"));
    auto& pool = builder.node("MaxPool", {x}, "maxpool");
    Builder::attribute(pool, "kernel_shape", {3, 3});
    Builder::attribute(pool, "strides", {2, 2});
    Builder::attribute(pool, "pads", {1, 1, 1, 1});
    x = "maxpool";
    for (const auto& stage : network.stages)
        for (const auto& block : stage) x = addBlock(builder, block, x);
    return x;
}

void addMeanOfAll(Builder& builder) {
    auto& mean = builder.node("ReduceMean", {"maps"}, "means");
    Builder::attribute(mean, "axes", {2, 3});
    Builder::attribute(mean, "keepdims", std::int64_t{0});
}

/// The counterpart of meanOfStrongest in resnet.cpp. The number of cells that count differs from image to
/// image, as padding does; so as many as could count at most are sorted, and those beyond the image's own
/// number weigh 0.
/// @param cells of the whole map
void addMeanOfStrongest(Builder& builder, int cells) {
    const int most = strongestCount(cells);
    std::vector<float> ranks(static_cast<std::size_t>(most));
    std::iota(ranks.begin(), ranks.end(), 0.0F);
    builder.constant("rows", std::vector<std::int64_t>{0, 0, -1});
    builder.constant("last", std::vector<std::int64_t>{2});
    builder.node("Reshape", {"maps", "rows"}, "values");
    builder.node("Reshape", {"cells", "rows"}, "shown");
    builder.node("Sub", {"shown", builder.constant("one", std::vector<float>{1})}, "padding");
    builder.node("Mul", {"padding", builder.constant("far", std::vector<float>{1e30F})}, "below");
    builder.node("Add", {"values", "below"}, "candidates");
    auto& top = builder.node(
        "TopK", {"candidates", builder.constant("most", std::vector<std::int64_t>{most})}, "strongest");
    top.add_output("strongest.places");
    auto& count = builder.node("ReduceSum", {"shown", "last"}, "count");
    Builder::attribute(count, "keepdims", std::int64_t{1});
    builder.node("Mul", {"count", builder.constant("two", std::vector<float>{2})}, "count.twice");
    builder.node("Add", {"count.twice", builder.constant("fifty", std::vector<float>{50})}, "count.rounding");
    builder.node("Div", {"count.rounding", builder.constant("hundred", std::vector<float>{100})},
                 "count.share");
    builder.node("Floor", {"count.share"}, "count.whole");
    builder.node("Max", {"count.whole", "one"}, "wanted");
    builder.node("Less", {builder.constant("ranks", ranks), "wanted"}, "taken.flags");
    auto& taken = builder.node("Cast", {"taken.flags"}, "taken");
    Builder::attribute(taken, "to", std::int64_t{onnx::TensorProto::FLOAT});
    builder.node("Mul", {"strongest", "taken"}, "counting");
    auto& sum = builder.node("ReduceSum", {"counting", "last"}, "sums");
    Builder::attribute(sum, "keepdims", std::int64_t{0});
    builder.constant("flat", std::vector<std::int64_t>{0, -1});
    builder.node("Reshape", {"wanted", "flat"}, "wanted.flat");
    builder.node("Div", {"sums", "wanted.flat"}, "means");
}

/// The counterpart of ResNet::classMaps and logits, and of the score.
void addHead(Builder& builder, const ModelCard& card, const std::string& features, std::int64_t channels) {
    const auto findings = static_cast<std::int64_t>(card.findings.size());
    std::vector<float> temperatures;
    for (const auto& finding : card.findings) temperatures.push_back(static_cast<float>(finding.temperature));
    builder.node("Conv",
                 {features, builder.weight("fc.weight", {findings, channels}, {findings, channels, 1, 1})},
                 "maps");
    if (card.architecture.pooling == Pooling::Strongest)
        addMeanOfStrongest(builder, cellsAlong(card.input.height, card.architecture.outputStride) *
                                        cellsAlong(card.input.width, card.architecture.outputStride));
    else
        addMeanOfAll(builder);
    builder.node("Add", {"means", builder.weight("fc.bias", {findings})}, "logits");
    builder.node("Div", {"logits", builder.constant("temperature", temperatures)}, "calibrated");
    builder.node("Sigmoid", {"calibrated"}, "scores");
}

/// @param sides after the batch's, which is free
void describe(onnx::ValueInfoProto& value, const char* name, std::initializer_list<std::int64_t> sides) {
    value.set_name(name);
    auto* tensor = value.mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(onnx::TensorProto::FLOAT);
    tensor->mutable_shape()->add_dim()->set_dim_param("N");
    for (const auto side : sides) tensor->mutable_shape()->add_dim()->set_dim_value(side);
}

void describeEnds(onnx::GraphProto& graph, const ModelCard& card) {
    const auto findings = static_cast<std::int64_t>(card.findings.size());
    const int down = cellsAlong(card.input.height, card.architecture.outputStride);
    const int across = cellsAlong(card.input.width, card.architecture.outputStride);
    describe(*graph.add_input(), "images", {card.input.channels, card.input.height, card.input.width});
    if (card.architecture.pooling == Pooling::Strongest)
        describe(*graph.add_input(), "cells", {1, down, across});
    describe(*graph.add_output(), "scores", {findings});
    describe(*graph.add_output(), "logits", {findings});
    describe(*graph.add_output(), "maps", {findings, down, across});
}

void addMetadata(onnx::ModelProto& model, const ModelCard& card) {
    ordered_json codes = ordered_json::array();
    for (const auto& finding : card.findings) codes.push_back(finding.code);
    for (const auto& [key, value] :
         {std::pair{"residua.model", toJson(card)},
          std::pair{"residua.preprocessing", preprocessingJson(card)}, std::pair{"findings", codes.dump()}}) {
        auto* entry = model.add_metadata_props();
        entry->set_key(key);
        entry->set_value(value);
    }
}

std::string windowText(const PreprocessSpec& input) {
    const std::string percentiles =
        "The values without padding: low_percentile becomes 0, high_percentile 1, clipped.";
    if (input.window == PreprocessSpec::WindowChoice::Percentiles) return percentiles;
    return "The image's own VOI LUT or its first window to 0 to 1, clipped; without one: " + percentiles;
}

std::string fitText(PreprocessSpec::Fit fit) {
    switch (fit) {
        case PreprocessSpec::Fit::Pad:
            return "Whole image, aspect kept, centred; the rest is 0.";
        case PreprocessSpec::Fit::Stretch:
            return "Whole image, stretched to width × height.";
        case PreprocessSpec::Fit::Crop:
            return "Aspect kept, its middle shown.";
    }
    return {};
}

}  // namespace

std::string preprocessingJson(const ModelCard& card) {
    ordered_json steps = ordered_json::array();
    const auto add = [&steps](const char* step, std::string text) {
        steps.push_back({{"step", step}, {"text", std::move(text)}});
    };
    add("modality", "Stored values through the modality LUT, or slope and intercept.");
    add("window", windowText(card.input));
    add("polarity", "MONOCHROME1 is inverted: bright means dense or intense.");
    if (card.input.crop == PreprocessSpec::Crop::Foreground)
        add("crop", "The bounding box of the largest part above Otsu's threshold.");
    add("fit", fitText(card.input.fit));
    add("resample", "With antialiasing, in floating point.");
    add("channels", card.input.channels == 1 ? "One." : "Three equal ones.");
    add("normalise", "(value - mean) / std, a number a channel.");
    if (card.architecture.pooling == Pooling::Strongest)
        add("cells",
            "Input 'cells': 1 where the middle of the class map's cell shows the image, 0 where it shows "
            "padding. "
            "Cell (x, y) stands for the square of output_stride pixels a side from (x, y) times "
            "output_stride.");
    return ordered_json{{"schema", "residua.preprocessing/1"},
                        {"input", "images"},
                        {"layout", "NCHW, float32"},
                        {"parameters", inputJson(card.input)},
                        {"steps", steps}}
        .dump();
}

std::string onnxModel(const ModelCard& card, const Safetensors& weights) {
    onnx::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.set_producer_name("Residua");
    model.set_producer_version(RESIDUA_VERSION);
    model.set_doc_string(card.title + ". " + card.intendedUse);
    auto* operators = model.add_opset_import();
    operators->set_domain("");
    operators->set_version(kOperatorSet);
    auto& graph = *model.mutable_graph();
    graph.set_name(card.name);
    describeEnds(graph, card);
    const auto network = shapeOf(card.architecture);
    Builder builder(graph, weights);
    addHead(builder, card, addTrunk(builder, network), network.channels);
    addMetadata(model, card);
    return model.SerializeAsString();
}

}  // namespace residua
