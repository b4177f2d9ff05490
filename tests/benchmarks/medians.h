// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

namespace residua::bench {

using Clock = std::chrono::steady_clock;

inline double millisecondsSince(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Processor time of all threads: on a busy machine, and with one thread, the number to compare.
inline double processorMilliseconds() {
    return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Milliseconds of each of `runs` calls, after `warmUps` that do not count.
template <class Work>
std::vector<double> timesOf(int warmUps, int runs, Work&& work) {
    std::vector<double> times;
    for (int i = 0; i < warmUps + runs; ++i) {
        const auto start = Clock::now();
        work();
        if (i >= warmUps) times.push_back(millisecondsSince(start));
    }
    return times;
}

}  // namespace residua::bench
