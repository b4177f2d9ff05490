// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <thread>

namespace residua {

/// Turns SIGINT and SIGTERM into a stop, so that a command flushes what it has before it ends. One a
/// program.
class Interruption {
public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    std::stop_token token() const { return stop_.get_token(); }
    void stop() { stop_.request_stop(); }
    /// 130 after SIGINT, 143 after SIGTERM, else `otherwise`.
    int exitCode(int otherwise) const;

private:
    std::stop_source stop_;
    std::jthread waiter_;
};

}  // namespace residua
