// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/engine/interruption.h"

#include <csignal>
#include <ctime>

namespace residua {

namespace {

constexpr int kSignalBase = 128;  // a shell's exit code of a program that a signal ended

sigset_t interruptions() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

}  // namespace

Interruption::Interruption() {
    const auto set = interruptions();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    waiter_ = std::jthread([this, set](const std::stop_token& ended) {
        const timespec pause{0, 50'000'000};  // how often to look whether the program ends by itself
        while (!ended.stop_requested()) {
            const int signal = sigtimedwait(&set, nullptr, &pause);
            if (signal <= 0) continue;
            signal_ = signal;
            stop_.request_stop();
        }
    });
}

Interruption::~Interruption() = default;

int Interruption::exitCode(int otherwise) const {
    return signal_ ? kSignalBase + signal_ : otherwise;
}

}  // namespace residua
