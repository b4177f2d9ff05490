// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace residua {

/// splitmix64's output function (Steele 2014): a bijection of 64 bits whose images look random.
constexpr std::uint64_t mixBits(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

/// FNV-1a, mixed: a text's hash, the same on every machine and in every build.
constexpr std::uint64_t hashText(std::string_view text, std::uint64_t seed = 0) {
    std::uint64_t hash = 0xcbf29ce484222325ULL ^ mixBits(seed + 0x9e3779b97f4a7c15ULL);
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return mixBits(hash);
}

/// A counter-based generator: its numbers depend on the keys alone, so that whoever draws for (seed, epoch,
/// image) gets the same ones, in whatever thread and order. The standard library's distributions differ
/// between implementations; these do not.
class CounterRandom {
public:
    constexpr explicit CounterRandom(std::uint64_t seed, std::uint64_t first = 0, std::uint64_t second = 0)
        : state_(mixBits(mixBits(mixBits(seed + kStep) + first + kStep) + second + kStep)) {}

    constexpr std::uint64_t next() { return mixBits(state_ += kStep); }
    /// In [0, 1).
    constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    constexpr double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// In [0, count), count > 0. The bias of the multiplication is below 2^-32 for counts below 2^32.
    constexpr std::uint64_t below(std::uint64_t count) { return ((next() >> 32) * count) >> 32; }

private:
    static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15ULL;
    std::uint64_t state_;
};

}  // namespace residua
