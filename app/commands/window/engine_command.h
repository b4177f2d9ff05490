// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace residua {

/// How a command of the engine ended.
struct EngineCommandEnd {
    int exitCode = 0;
    std::string death;                    ///< why there is no exit code of its own: "signal 9"; else empty
    std::vector<std::string> errorLines;  ///< its last 50 lines of standard error
};

/// Runs `residua-engine ARGS…` to its end and calls `line` for each line that it writes. SIGINT and SIGTERM
/// are handed on to it, so that it can flush; its exit code tells. Throws Error EngineMissing.
EngineCommandEnd runEngineCommand(const std::vector<std::string>& arguments,
                                  const std::function<void(const std::string&)>& line);

}  // namespace residua
