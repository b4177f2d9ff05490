// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace residua::phantom {

/// Smooth noise on a lattice of unit spacing, about -1 to 1 (Perlin 1985/2002), a different field for each
/// seed.
class Noise {
public:
    explicit Noise(std::uint64_t seed) : seed_(static_cast<std::uint32_t>(seed ^ (seed >> 32))) {}
    float at(float x, float y, float z) const;
    float at(float x, float y) const;
    /// `octaves` fields of halved wavelength and `gain` times the amplitude, added.
    float fractal(float x, float y, int octaves, float gain) const;
    float fractal(float x, float y, float z, int octaves, float gain) const;

private:
    std::uint32_t seed_;
};

}  // namespace residua::phantom
