// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/engine/interruption.h"

#include <chrono>
#include <csignal>

namespace residua {

namespace {

constexpr int kSignalBase = 128;  // a shell's exit code of a program that a signal ended
constexpr std::chrono::milliseconds kPause{20};

// A handler can reach nothing but a global. Blocking the signals and waiting for them would not do: OpenBLAS
// starts its threads before main, unblocked.
volatile std::sig_atomic_t received = 0;

void setHandler(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace

Interruption::Interruption() {
    setHandler([](int signal) { received = signal; });
    waiter_ = std::jthread([this](const std::stop_token& ended) {
        while (!ended.stop_requested()) {
            if (received) stop_.request_stop();
            std::this_thread::sleep_for(kPause);
        }
    });
}

Interruption::~Interruption() {
    setHandler(SIG_DFL);
}

int Interruption::exitCode(int otherwise) const {
    return received ? kSignalBase + received : otherwise;
}

}  // namespace residua
