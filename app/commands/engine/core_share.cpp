// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/engine/core_share.h"

#include <sched.h>
#include <sys/resource.h>

#include <charconv>
#include <filesystem>
#include <string>
#include <system_error>

namespace residua {

namespace {

constexpr int kNice = 10;

/// The cores that the process was given when it started.
cpu_set_t startCores() {
    static const cpu_set_t cores = [] {
        cpu_set_t set;
        CPU_ZERO(&set);
        sched_getaffinity(0, sizeof set, &set);
        return set;
    }();
    return cores;
}

}  // namespace

void lowerPriority() {
    setpriority(PRIO_PROCESS, 0, kNice);
    startCores();
}

void leaveOneCore(bool leave) {
    cpu_set_t cores = startCores();
    if (CPU_COUNT(&cores) < 2) return;
    for (int core = 0; leave; ++core) {
        if (!CPU_ISSET(core, &cores)) continue;
        CPU_CLR(core, &cores);
        break;
    }
    // Affinity belongs to a thread (sched_setaffinity(2)); new threads inherit their maker's.
    std::error_code error;
    for (std::filesystem::directory_iterator task("/proc/self/task", error), end; !error && task != end;
         task.increment(error)) {
        const std::string name = task->path().filename().string();
        pid_t id = 0;
        std::from_chars(name.data(), name.data() + name.size(), id);
        if (id > 0) sched_setaffinity(id, sizeof cores, &cores);
    }
}

}  // namespace residua
