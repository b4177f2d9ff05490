// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <ext/stdio_filebuf.h>
#include <iostream>

#include "app/commands/engine/core_share.h"
#include "app/commands/engine/interruption.h"
#include "app/commands/engine/run_engine.h"

namespace {

/// Standard output is sacred: libraries print. The lines get a descriptor of their own, and descriptor 1
/// becomes standard error.
int takeStandardOutput() {
    const int own = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (own >= 0) dup2(STDERR_FILENO, STDOUT_FILENO);
    return own;
}

}  // namespace

int main(int argc, char** argv) {
    const int descriptor = takeStandardOutput();
    if (descriptor < 0) return 2;
    __gnu_cxx::stdio_filebuf<char> buffer(descriptor, std::ios::out | std::ios::binary);
    std::ostream output(&buffer);
    std::ios::sync_with_stdio(false);
    std::signal(SIGPIPE, SIG_IGN);  // a window that is gone is seen as a failed write
    residua::lowerPriority();
    residua::Interruption interruption;
    return residua::runEngine(argc, argv, std::cin, output, interruption);
}
