// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/window/command_line.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "app/commands/window/engine_command.h"
#include "app/commands/window/report_command.h"
#include "app/commands/window/sentences.h"
#include "app/image_result_json.h"

namespace residua {

using nlohmann::json;

namespace {

constexpr int kSomeFailed = 1;
constexpr int kUsage = 2;
constexpr int kTryAgain = 75;

struct CommandRow {
    std::string_view name;
    const char* purpose;
};

constexpr std::array<CommandRow, 9> kCommands{{
    {"analyze", "score studies; write JSON, a CSV table and PDF reports"},
    {"report", "make a PDF report of an analysis"},
    {"train", "train a network on labelled images"},
    {"evaluate", "measure a network on labelled images"},
    {"fit-gate", "let a trained network tell images unlike those of its training"},
    {"models", "list the networks, or check one"},
    {"export", "write a network as ONNX, for other programs"},
    {"import-weights", "turn a PyTorch or timm ResNet's weights into weights to train from"},
    {"phantom", "write simulated studies with known truth"},
}};

QString words(const char* text) {
    return QString::fromUtf8(text);
}

void printHelp() {
    QString text = words(
        "Residua: review of MRI and X-ray studies with networks that show why.\n"
        "For research and teaching, not a medical device.\n\n"
        "residua [PATH...]            open the window, with the studies below the paths\n"
        "residua COMMAND [OPTIONS]    work without a window\n\nCommands:\n");
    for (const auto& command : kCommands)
        text += QString("  %1 %2\n")
                    .arg(QString::fromLatin1(command.name.data()).leftJustified(14), words(command.purpose));
    text += words(
        "\nresidua COMMAND --help tells a command's options. Every command but report takes --json: "
        "progress and "
        "results\n"
        "as JSON lines. A file that is named like a command opens as ./NAME.\n\n"
        "Exit codes: 0 done, 1 some inputs failed, 2 usage, 75 try again, 130 or 143 interrupted.\n");
    std::fputs(text.toUtf8().constData(), stdout);
}

/// Events whose result this program adds to the engine's: the PDFs.
class Relay {
public:
    explicit Relay(bool asJson) : asJson_(asJson) {}

    void line(const std::string& text) {
        const auto event = json::parse(text, nullptr, false);
        if (!event.is_object() || !event.contains("event")) return print(text);  // help is plain text
        if (asJson_)
            print(text);
        else
            sentences_.tell(event);
        if (event.contains("report")) report(event);
    }

    Sentences& sentences() { return sentences_; }
    bool reportFailed() const { return reportFailed_; }

private:
    static void print(const std::string& line) {
        std::fprintf(stdout, "%s\n", line.c_str());
        std::fflush(stdout);
    }

    void report(const json& event) {
        const auto target = pathFromJson(event.at("report"));
        try {
            printer_.print(pathFromJson(event.at("analysis")), target, event.value("page", std::string()));
            if (!asJson_)
                return sentences_.sentence(words("Report: %1").arg(QString::fromStdString(target.string())));
            print(jsonLine({{"event", "report"}, {"report", pathToJson(target)}}));
        } catch (const Error& error) {
            reportFailed_ = true;
            if (!asJson_) return sentences_.problem(error.problem());
            print(jsonLine({{"event", "problem"}, {"problem", problemToJson(error.problem())}}));
        }
    }

    bool asJson_;
    bool reportFailed_ = false;
    Sentences sentences_;
    ReportPrinter printer_;
};

int runEngineCommandLine(const std::vector<std::string>& arguments) {
    Relay relay(std::ranges::find(arguments, "--json") != arguments.end());
    try {
        const auto end = runEngineCommand(arguments, [&](const std::string& text) { relay.line(text); });
        relay.sentences().clearBar();
        if (!end.death.empty()) {
            std::string detail = end.death;
            for (const auto& text : end.errorLines) detail += '\n' + text;
            relay.sentences().problem({ProblemKind::EngineDied, {}, detail});
            return kTryAgain;
        }
        if (end.exitCode == kUsage)  // CLI11's words about the option
            for (const auto& text : end.errorLines) std::fprintf(stderr, "%s\n", text.c_str());
        return end.exitCode == 0 && relay.reportFailed() ? kSomeFailed : end.exitCode;
    } catch (const Error& error) {
        relay.sentences().problem(error.problem());
        return kTryAgain;
    } catch (const json::exception&) {
        relay.sentences().problem({ProblemKind::EngineProtocol, {}, "a line with a field of the wrong type"});
        return kTryAgain;
    }
}

/// Options of Qt that take a value (QGuiApplication, QApplication).
bool isQtOptionWithValue(std::string_view option) {
    constexpr std::array<std::string_view, 12> known{"-platform",        "-platformpluginpath",
                                                     "-platformtheme",   "-plugin",
                                                     "-qwindowgeometry", "-qwindowicon",
                                                     "-qwindowtitle",    "-style",
                                                     "-stylesheet",      "-session",
                                                     "-display",         "-geometry"};
    return std::ranges::find(known, option) != known.end();
}

std::variant<int, OpenWindow> windowOrUsage(const std::vector<std::string>& arguments) {
    OpenWindow window;
    bool onlyPaths = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto& argument = arguments[i];
        if (onlyPaths || !argument.starts_with('-')) {
            window.paths.emplace_back(argument);
        } else if (argument == "--") {
            onlyPaths = true;
        } else if (isQtOptionWithValue(argument)) {
            ++i;
        } else {
            Sentences().problem({ProblemKind::UsageInvalid, {}, argument});
            return kUsage;
        }
    }
    return window;
}

}  // namespace

std::variant<int, OpenWindow> runCommandLine(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    if (arguments.empty()) return OpenWindow{};
    const auto& first = arguments.front();
    if (first == "--help" || first == "-h" || first == "help") {
        printHelp();
        return 0;
    }
    if (first == "--version") {
        std::fputs("residua " RESIDUA_VERSION "\n", stdout);
        return 0;
    }
    if (std::ranges::find(kCommands, first, &CommandRow::name) == kCommands.end())
        return windowOrUsage(arguments);
    if (first == "report") return runReportCommand({arguments.begin() + 1, arguments.end()});
    return runEngineCommandLine(arguments);
}

}  // namespace residua
