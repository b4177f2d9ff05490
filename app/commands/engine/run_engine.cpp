// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/engine/run_engine.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "app/commands/engine/command.h"
#include "app/commands/engine/core_share.h"
#include "app/commands/engine/interruption.h"
#include "app/engine_server.h"
#include "app/in_process_engine.h"

namespace residua {

namespace {

void addServe(CLI::App& app, CommandContext& context, const Interruption& interruption, std::istream& input,
              std::ostream& output) {
    auto options = std::make_shared<PredictorOptions>();
    auto* command =
        app.add_subcommand("serve", "Predict for the window: JSON-RPC on standard input and output");
    command->group("");  // for programs, not for people
    addPredictorOptions(*command, *options);
    command->callback([options, &context, &interruption, &input, &output] {
        // The reading thread cannot be woken, and there is nothing to flush.
        const std::stop_callback quit(context.stop,
                                      [&] { std::_Exit(interruption.exitCode(exit_code::kDone)); });
        InProcessEngine engine(*options);
        context.exitCode = serve(input, output, engine, leaveOneCore) ? exit_code::kDone : exit_code::kUsage;
    });
}

}  // namespace

int runEngine(int argc, const char* const* argv, std::istream& input, std::ostream& output,
              Interruption& interruption) {
    ProgressLines lines(output, [&] { interruption.stop(); });
    CommandContext context{lines, interruption.token(), exit_code::kDone};
    CLI::App app("Residua's engine: networks and images, for research and teaching, not a medical device.",
                 "residua");
    app.set_version_flag("--version", "residua-engine " RESIDUA_VERSION);
    app.require_subcommand(1);
    addAnalyze(app, context);
    addEvaluate(app, context);
    addExport(app, context);
    addFitGate(app, context);
    addImportWeights(app, context);
    addModels(app, context);
    addPhantom(app, context);
    addTrain(app, context);
    bool json =
        false;  // the lines always are; residua, which makes sentences of them, leaves them as they are
    for (auto* command : app.get_subcommands({}))
        command->add_flag("--json", json, "print progress and results as JSON lines, for programs");
    addServe(app, context, interruption, input, output);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // Help goes to the output, a usage error to the error stream; CLI11's own codes are above 100.
        return app.exit(error, output, std::cerr) == 0 ? exit_code::kDone : exit_code::kUsage;
    }
    const int code = interruption.exitCode(context.exitCode);
    if (!app.got_subcommand("serve")) lines.end(code);
    return code;
}

}  // namespace residua
