// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/engine/command.h"

#include <CLI/CLI.hpp>
#include <map>
#include <new>
#include <string>

namespace residua {

namespace {

int exitCodeOf(ProblemKind kind) {
    switch (kind) {
        case ProblemKind::UsageInvalid:
        case ProblemKind::ModelUnknown:
            return exit_code::kUsage;
        case ProblemKind::DiskFull:
        case ProblemKind::OutOfMemory:
        case ProblemKind::Cancelled:
            return exit_code::kTryAgain;
        default:
            return exit_code::kSomeFailed;
    }
}

}  // namespace

void addPredictorOptions(CLI::App& command, PredictorOptions& options) {
    static const std::map<std::string, Device> devices{
        {"auto", Device::Auto}, {"cpu", Device::Cpu}, {"cuda", Device::Cuda}};
    static const std::map<std::string, Precision> precisions{
        {"auto", Precision::Auto}, {"fp32", Precision::Fp32}, {"bf16", Precision::Bf16}};
    command
        .add_option("--device", options.device,
                    "auto, cpu or cuda; auto takes a CUDA card where there is one")
        ->transform(CLI::CheckedTransformer(devices).description(""))
        ->option_text("DEVICE");
    command
        .add_option("--precision", options.precision,
                    "auto, fp32 or bf16; auto takes bf16 where it is faster")
        ->transform(CLI::CheckedTransformer(precisions).description(""))
        ->option_text("PRECISION");
    command.add_option("--threads", options.threads, "threads of the network; 0 = all cores")
        ->check(CLI::Range(0, 1024).description(""))
        ->option_text("N");
}

void addArchitectureOption(CLI::App& command, const char* option, const char* purpose, std::string& name) {
    command.add_option(option, name, purpose)
        ->check(CLI::IsMember({"resnet18", "resnet34", "resnet50", "resnet101", "resnet152"}).description(""))
        ->option_text("NAME");
}

std::filesystem::path outFile(const std::string& out, const char* extension) {
    std::filesystem::path target = out;
    if (!target.has_filename()) throw Error(ProblemKind::UsageInvalid, {}, "--out: a file's name is needed");
    if (target.extension() != extension) target += extension;
    return target;
}

int guarded(CommandContext& context, const char* command, const std::function<int()>& work) {
    context.lines.start(command);
    try {
        return work();
    } catch (const Error& error) {
        context.lines.problem(error.problem());
        return exitCodeOf(error.problem().kind);
    } catch (const std::bad_alloc&) {
        context.lines.problem({ProblemKind::OutOfMemory, {}, {}});
        return exit_code::kTryAgain;
    } catch (const std::exception& error) {
        context.lines.problem({ProblemKind::Unexpected, {}, error.what()});
        return exit_code::kSomeFailed;
    }
}

}  // namespace residua
