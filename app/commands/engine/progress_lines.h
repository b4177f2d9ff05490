// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "imaging/error.h"
#include "imaging/progress.h"

namespace residua {

/// What a command of the engine tells, one JSON object a line, schema "residua.progress/1". The first line is
/// {"event":"start","schema":…,"command":…}, the last {"event":"end","exit":…}; between them
///   {"event":"state","state":NAME}                 what it is at now
///   {"event":"progress","done":1,"total":384}      at most ten a second; the last of a state always
///   {"event":"problem","problem":{…}}              one item failed, the others go on
/// and each command's own events, documented beside it. Thread-safe.
class ProgressLines {
public:
    /// @param lost called once when nobody reads the lines any more
    ProgressLines(std::ostream& output, std::function<void()> lost);

    void start(const std::string& command);
    void state(const std::string& name);
    void progress(std::size_t done, std::size_t total);
    void problem(const Problem& problem);
    void event(const nlohmann::json& object);
    void end(int exitCode);

    std::size_t problems() const { return problems_; }  ///< told so far

private:
    void write(const nlohmann::json& object);

    std::ostream& output_;
    std::function<void()> lost_;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point lastProgress_;
    std::size_t problems_ = 0;
};

}  // namespace residua
