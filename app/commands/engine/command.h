// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "app/commands/engine/progress_lines.h"
#include "inference/network/predictor.h"

namespace CLI {
class App;
}

namespace residua {

/// Exit codes, those of the sysexits where there is one.
namespace exit_code {
inline constexpr int kDone = 0;
inline constexpr int kSomeFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kTryAgain =
    75;  ///< EX_TEMPFAIL: what was done is kept, the same command goes on from there
}  // namespace exit_code

/// What a command of the engine works with. Each command is one function `int NAME(OPTIONS, CommandContext&)`
/// and one `addNAME` that declares its options and runs it when they were parsed.
struct CommandContext {
    ProgressLines& lines;
    std::stop_token stop;
    int exitCode = exit_code::kDone;
};

void addAnalyze(CLI::App& app, CommandContext& context);
void addEvaluate(CLI::App& app, CommandContext& context);
void addExport(CLI::App& app, CommandContext& context);
void addFitGate(CLI::App& app, CommandContext& context);
void addImportWeights(CLI::App& app, CommandContext& context);
void addModels(CLI::App& app, CommandContext& context);
void addPhantom(CLI::App& app, CommandContext& context);
void addTrain(CLI::App& app, CommandContext& context);

/// --device, --precision and --threads.
void addPredictorOptions(CLI::App& command, PredictorOptions& options);

/// An option that takes one of the depths that there are.
void addArchitectureOption(CLI::App& command, const char* option, const char* purpose, std::string& name);

/// What --out names, with the extension where it has another. Throws Error UsageInvalid without a file's
/// name.
std::filesystem::path outFile(const std::string& out, const char* extension);

/// Runs a command's work: its exceptions become problem lines and exit codes.
int guarded(CommandContext& context, const char* command, const std::function<int()>& work);

}  // namespace residua
