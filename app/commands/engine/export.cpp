// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>

#include "app/commands/engine/command.h"
#include "app/image_result_json.h"
#include "app/model_library.h"
#include "imaging/atomic_file.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/preprocess/preprocess.h"
#include "imaging/study/file_list.h"
#include "inference/network/bundle.h"
#include "inference/network/class_map.h"
#include "inference/network/exchange/onnx_model.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kCheckedImages = 50;

struct ExportOptions {
    std::string model, out;
    std::vector<std::string> images;
};

/// At most 50 images as the network's input, evenly from all files; what is no image is passed over.
std::vector<NetworkInput> inputsFrom(const std::vector<std::string>& paths, const PreprocessSpec& spec,
                                     CommandContext& context) {
    context.lines.state("preparing");
    const auto list = listFiles({paths.begin(), paths.end()}, context.stop);
    for (const auto& problem : list.problems) context.lines.problem(problem);
    std::vector<NetworkInput> inputs;
    const std::size_t wanted = std::min(kCheckedImages, list.files.size());
    for (std::size_t i = 0; i < wanted; ++i) {
        if (context.stop.stop_requested()) throw Error(ProblemKind::Cancelled, {});
        try {
            inputs.push_back(preprocess(*decodeFrame(list.files[i * list.files.size() / wanted].path), spec));
        } catch (const Error& error) {
            if (error.problem().kind != ProblemKind::NotAnImage) context.lines.problem(error.problem());
        }
        context.lines.progress(i + 1, wanted);
    }
    return inputs;
}

StoredTensor stored(const char* name, std::vector<std::int64_t> shape, const std::vector<float>& values) {
    return {name, TensorType::Float32, std::move(shape), std::as_bytes(std::span(values))};
}

/// What LibTorch computes for these inputs on the processor in fp32, for check-onnx.mjs to compare with.
void writeReference(const fs::path& target, const fs::path& bundle, const std::vector<NetworkInput>& inputs,
                    CommandContext& context) {
    Predictor predictor(bundle, {Device::Cpu, Precision::Fp32, 0});
    std::vector<float> images, scores, logits, maps;
    for (const auto& input : inputs) images.insert(images.end(), input.values.begin(), input.values.end());
    const auto predictions = predictor.predict(inputs, context.stop);
    for (const auto& prediction : predictions)
        for (const auto& finding : prediction.findings) {
            scores.push_back(static_cast<float>(finding.score));
            logits.push_back(static_cast<float>(finding.logit));
            maps.insert(maps.end(), finding.map.values.begin(), finding.map.values.end());
        }
    const auto& card = predictor.card();
    const auto& map = predictions.front().findings.front().map;
    std::vector<float> cells;
    for (const auto& input : inputs)
        for (int i = 0; i < map.width * map.height; ++i)
            cells.push_back(
                cellShown(input.shown, i % map.width, i / map.width, card.architecture.outputStride) ? 1 : 0);
    const auto count = static_cast<std::int64_t>(inputs.size());
    const auto findings = static_cast<std::int64_t>(card.findings.size());
    writeSafetensors(
        target, {stored("images", {count, card.input.channels, card.input.height, card.input.width}, images),
                 stored("cells", {count, 1, map.height, map.width}, cells),
                 stored("scores", {count, findings}, scores), stored("logits", {count, findings}, logits),
                 stored("maps", {count, findings, map.height, map.width}, maps)});
}

/// Own events: {"event":"onnx","onnx":PATH}, {"event":"reference","reference":PATH,"images":50}
int exportModel(const ExportOptions& options, CommandContext& context) {
    const auto model = resolveModel(readModelLibrary(), options.model);
    const auto target = outFile(options.out, ".onnx");
    auto bundle = loadBundle(model.folder);
    const Safetensors weights(std::move(bundle.weights), model.folder / kWeightsFile);
    writeFileAtomically(target, onnxModel(bundle.card, weights));
    context.lines.event({{"event", "onnx"}, {"onnx", pathToJson(target)}});
    if (options.images.empty()) return exit_code::kDone;
    const auto inputs = inputsFrom(options.images, bundle.card.input, context);
    if (inputs.empty())
        throw Error(ProblemKind::NotAnImage, options.images.front(), "no image to check with");
    const auto reference = fs::path(target).replace_extension(".reference.safetensors");
    writeReference(reference, model.folder, inputs, context);
    context.lines.event(
        {{"event", "reference"}, {"reference", pathToJson(reference)}, {"images", inputs.size()}});
    return context.lines.problems() > 0 ? exit_code::kSomeFailed : exit_code::kDone;
}

}  // namespace

void addExport(CLI::App& app, CommandContext& context) {
    auto options = std::make_shared<ExportOptions>();
    auto* command = app.add_subcommand("export", "Write a network as ONNX, for other programs");
    command->add_option("model", options->model, "a network by name or folder")
        ->required()
        ->option_text("NAME");
    command->add_option("--out", options->out, "the ONNX file to write")->required()->option_text("FILE");
    command
        ->add_option("--images", options->images,
                     "files or folders: also write what Residua computes for 50 of them, to check with")
        ->option_text("PATH...");
    command->callback([options, &context] {
        context.exitCode = guarded(context, "export", [&] { return exportModel(*options, context); });
    });
}

}  // namespace residua
