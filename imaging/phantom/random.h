// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace residua::phantom {

/// Draws that are the same on every platform: the standard fixes mt19937_64 but not its distributions.
class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed * 0x9E3779B97F4A7C15ULL + 0xD1B54A32D192ED03ULL) {}

    std::uint64_t bits() { return engine_(); }
    double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }  ///< [0, 1)
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    bool chance(double probability) { return uniform() < probability; }
    double sign() { return chance(0.5) ? 1 : -1; }
    int integer(int low, int high) {
        return low + static_cast<int>(uniform() * (high - low + 1));
    }  ///< inclusive
    /// Standard normal (Box and Muller 1958).
    double normal() {
        const double radius = std::sqrt(-2 * std::log(1 - uniform()));
        return radius * std::cos(2 * std::numbers::pi * uniform());
    }
    /// Normal around `mean`, cut off at two standard deviations.
    double around(double mean, double deviation) {
        double draw = normal();
        while (std::abs(draw) > 2) draw = normal();
        return mean + deviation * draw;
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace residua::phantom
