// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/engine/command.h"
#include "app/image_result_json.h"
#include "app/model_library.h"
#include "inference/network/bundle.h"

namespace residua {

namespace {

/// {"event":"model","folder":PATH,"origin":"supplied"|"user","card":{residua.model/1}}
nlohmann::json eventOf(const InstalledModel& model) {
    return {{"event", "model"},
            {"folder", pathToJson(model.folder)},
            {"origin", model.origin == InstalledModel::Origin::User ? "user" : "supplied"},
            {"card", nlohmann::json::parse(toJson(model.card))}};
}

/// All networks by their cards; one that is named is checked, weights and all, by loading it.
int listModels(const std::string& name, CommandContext& context) {
    const auto library = readModelLibrary();
    if (!name.empty()) {
        const auto model = resolveModel(library, name);
        const Predictor loaded(model.folder, {Device::Cpu, Precision::Fp32, 0});
        context.lines.event(eventOf(model));
        return exit_code::kDone;
    }
    for (const auto& model : library.models) context.lines.event(eventOf(model));
    for (const auto& problem : library.problems) context.lines.problem(problem);
    return library.problems.empty() ? exit_code::kDone : exit_code::kSomeFailed;
}

}  // namespace

void addModels(CLI::App& app, CommandContext& context) {
    auto name = std::make_shared<std::string>();
    auto* command = app.add_subcommand("models", "List the networks, or check one and show its card");
    command->add_option("name", *name, "a network's name or folder: its weights are checked too")
        ->option_text("NAME");
    command->callback([name, &context] {
        context.exitCode = guarded(context, "models", [&] { return listModels(*name, context); });
    });
}

}  // namespace residua
