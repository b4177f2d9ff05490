// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/engine/command.h"
#include "app/image_result_json.h"
#include "inference/network/exchange/weights_import.h"

namespace residua {

namespace {

struct ImportOptions {
    std::string file, architecture, out;
};

/// Own events: {"event":"note","text":…},
///   {"event":"tensor","tensor":"conv1.weight","mismatch":"missing"|"unexpected"|"wrong_shape","detail":…}
///   {"event":"weights","weights":PATH,"architecture":NAME,"channels":3,"tensors":267}     written
int importFile(const ImportOptions& options, CommandContext& context) {
    const auto target = outFile(options.out, ".safetensors");
    Architecture architecture;
    architecture.name = options.architecture;
    const auto weights = importWeights(readWeightsFile(options.file), architecture);
    for (const auto& note : weights.notes) context.lines.event({{"event", "note"}, {"text", note}});
    for (const auto& mismatch : weights.mismatches)
        context.lines.event({{"event", "tensor"},
                             {"tensor", mismatch.tensor},
                             {"mismatch", mismatchName(mismatch.kind)},
                             {"detail", mismatch.detail}});
    if (!weights.mismatches.empty())
        throw Error(ProblemKind::WeightsShapeMismatch, options.file,
                    std::to_string(weights.mismatches.size()) + " tensors differ from a " +
                        options.architecture + "'s; nothing was written");
    writeImported(weights, target);
    context.lines.event({{"event", "weights"},
                         {"weights", pathToJson(target)},
                         {"architecture", options.architecture},
                         {"channels", weights.architecture.inputChannels},
                         {"tensors", weights.tensors.size()}});
    return exit_code::kDone;
}

}  // namespace

void addImportWeights(CLI::App& app, CommandContext& context) {
    auto options = std::make_shared<ImportOptions>();
    auto* command = app.add_subcommand(
        "import-weights", "Turn a PyTorch or timm ResNet's weights into weights that train --start takes");
    command
        ->add_option("file", options->file,
                     "a state dict that torch.save wrote (.pth, .pt), or a safetensors file")
        ->required()
        ->option_text("FILE");
    addArchitectureOption(*command, "--arch", "resnet18, 34, 50, 101 or 152", options->architecture);
    command->get_option("--arch")->required();
    command->add_option("--out", options->out, "the safetensors file to write")
        ->required()
        ->option_text("NAME");
    command->callback([options, &context] {
        context.exitCode = guarded(context, "import-weights", [&] { return importFile(*options, context); });
    });
}

}  // namespace residua
