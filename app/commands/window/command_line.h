// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <variant>
#include <vector>

namespace residua {

/// No command was given: open the window with these paths.
struct OpenWindow {
    std::vector<std::filesystem::path> paths;
};

/// What `residua ARGS…` asks for: the exit code of a command that was run to its end, or the window. Must be
/// called before any QApplication exists; Qt's own options (-platform, -style, …) are left to it. Exit codes:
/// 0 done, 1 some inputs failed, 2 usage, 75 try again, 130 or 143 interrupted.
std::variant<int, OpenWindow> runCommandLine(int argc, char** argv);

}  // namespace residua
