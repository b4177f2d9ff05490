// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/engine/progress_lines.h"

#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "app/image_result_json.h"

namespace residua {

namespace {

constexpr std::chrono::milliseconds kBetweenProgress{100};

}  // namespace

ProgressLines::ProgressLines(std::ostream& output, std::function<void()> lost)
    : output_(output), lost_(std::move(lost)) {}

void ProgressLines::start(const std::string& command) {
    write({{"event", "start"},
           {"schema", "residua.progress/1"},
           {"command", command},
           {"build", RESIDUA_VERSION}});
}

void ProgressLines::state(const std::string& name) {
    write({{"event", "state"}, {"state", name}});
}

void ProgressLines::progress(std::size_t done, std::size_t total) {
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        if (done != total && now - lastProgress_ < kBetweenProgress) return;
        lastProgress_ = now;
    }
    write({{"event", "progress"}, {"done", done}, {"total", total}});
}

void ProgressLines::problem(const Problem& problem) {
    {
        const std::lock_guard lock(mutex_);
        ++problems_;
    }
    write({{"event", "problem"}, {"problem", problemToJson(problem)}});
}

void ProgressLines::event(const nlohmann::json& object) {
    write(object);
}

void ProgressLines::end(int exitCode) {
    write({{"event", "end"}, {"exit", exitCode}});
}

void ProgressLines::write(const nlohmann::json& object) {
    const std::lock_guard lock(mutex_);
    output_ << jsonLine(object) << '\n' << std::flush;
    if (!output_ && lost_) std::exchange(lost_, {})();
}

}  // namespace residua
