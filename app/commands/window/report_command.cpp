// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/window/report_command.h"

#include <CLI/CLI.hpp>
#include <QByteArray>
#include <algorithm>
#include <iostream>

#include "app/commands/window/sentences.h"
#include "app/report.h"
#include "app/translations.h"
#include "imaging/atomic_file.h"

namespace residua {

namespace {

constexpr std::size_t kLargestAnalysis = std::size_t{512} << 20;

ReportOptions reportOptions(const std::string& page) {
    auto options = defaultReportOptions();
    if (page == "a4") options.page = QPageSize::A4;
    if (page == "letter") options.page = QPageSize::Letter;
    return options;
}

}  // namespace

ReportPrinter::ReportPrinter() = default;
ReportPrinter::~ReportPrinter() = default;

void ReportPrinter::print(const std::filesystem::path& analysis, const std::filesystem::path& target,
                          const std::string& page) {
    const auto parsed = parseAnalysis(readWholeFile(analysis, kLargestAnalysis), analysis);
    if (!application_) {
        static int count = 1;
        static std::string name = "residua";
        static char* arguments[] = {name.data(), nullptr};  // QGuiApplication keeps references to both
        qputenv("QT_QPA_PLATFORM", "offscreen");
        application_ = std::make_unique<QGuiApplication>(count, arguments);
    }
    // Only while it prints: the command line itself speaks English.
    const Translations translations(QLocale::system());
    writeReport(parsed, target, reportOptions(page));
}

int runReportCommand(std::vector<std::string> arguments) {
    std::string analysis, out, page;
    CLI::App app("Make a PDF report of an analysis", "residua report");
    app.add_option("analysis", analysis, "a JSON file that 'residua analyze' or the window wrote")
        ->required()
        ->option_text("ANALYSIS.json");
    app.add_option("--out", out, "the PDF (default: beside the analysis)")->option_text("FILE");
    app.add_option("--page", page, "paper: a4 or letter (default: as your country)")
        ->check(CLI::IsMember({"a4", "letter"}).description(""))
        ->option_text("SIZE");
    try {
        std::ranges::reverse(arguments);  // as CLI11 takes them
        app.parse(arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    Sentences sentences;
    try {
        const auto target = out.empty() ? std::filesystem::path(analysis).replace_extension(".pdf")
                                        : std::filesystem::path(out);
        ReportPrinter().print(analysis, target, page);
        sentences.sentence(QString::fromStdString(target.string()));
        return 0;
    } catch (const Error& error) {
        sentences.problem(error.problem());
        return error.problem().kind == ProblemKind::DiskFull ? 75 : 1;
    }
}

}  // namespace residua
