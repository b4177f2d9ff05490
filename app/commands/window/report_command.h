// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QGuiApplication>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace residua {

/// Makes PDFs without a window: a QGuiApplication on the offscreen platform, started with the first report.
class ReportPrinter {
public:
    ReportPrinter();
    ~ReportPrinter();

    /// @param page "a4", "letter" or "" for the country's usual. Throws as writeReport and parseAnalysis.
    void print(const std::filesystem::path& analysis, const std::filesystem::path& target,
               const std::string& page);

private:
    std::unique_ptr<QGuiApplication> application_;
};

/// `residua report ANALYSIS.json [--out FILE] [--page SIZE]`; arguments without the program and the command.
/// @return the exit code
int runReportCommand(std::vector<std::string> arguments);

}  // namespace residua
