// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/noise.h"

#include <cmath>

namespace residua::phantom {
namespace {

std::uint32_t mixed(std::uint32_t value) {
    value ^= value >> 16;
    value *= 0x7FEB352DU;
    value ^= value >> 15;
    value *= 0x846CA68BU;
    return value ^ (value >> 16);
}

std::uint32_t lattice(std::uint32_t seed, int x, int y, int z) {
    return mixed(seed + static_cast<std::uint32_t>(x) * 0x8DA6B343U +
                 static_cast<std::uint32_t>(y) * 0xD8163841U + static_cast<std::uint32_t>(z) * 0xCB1AB31FU);
}

float fade(float t) {
    return t * t * t * (t * (t * 6 - 15) + 10);
}
float mix(float a, float b, float t) {
    return a + (b - a) * t;
}

/// The dot product with one of the 12 edge directions of a cube.
float gradient3(std::uint32_t hash, float x, float y, float z) {
    const std::uint32_t h = hash & 15U;
    const float u = h < 8 ? x : y;
    const float v = h < 4 ? y : (h == 12 || h == 14 ? x : z);
    return ((h & 1U) ? -u : u) + ((h & 2U) ? -v : v);
}

float gradient2(std::uint32_t hash, float x, float y) {
    const float u = (hash & 4U) ? x : y;
    const float v = (hash & 4U) ? y : x;
    return ((hash & 1U) ? -u : u) + ((hash & 2U) ? -v : v) * 0.5F;
}

}  // namespace

float Noise::at(float x, float y, float z) const {
    const float fx = std::floor(x), fy = std::floor(y), fz = std::floor(z);
    const int ix = static_cast<int>(fx), iy = static_cast<int>(fy), iz = static_cast<int>(fz);
    x -= fx, y -= fy, z -= fz;
    const auto corner = [&](int dx, int dy, int dz) {
        return gradient3(lattice(seed_, ix + dx, iy + dy, iz + dz), x - static_cast<float>(dx),
                         y - static_cast<float>(dy), z - static_cast<float>(dz));
    };
    const float u = fade(x), v = fade(y), w = fade(z);
    const float near =
        mix(mix(corner(0, 0, 0), corner(1, 0, 0), u), mix(corner(0, 1, 0), corner(1, 1, 0), u), v);
    const float far =
        mix(mix(corner(0, 0, 1), corner(1, 0, 1), u), mix(corner(0, 1, 1), corner(1, 1, 1), u), v);
    return mix(near, far, w);
}

float Noise::at(float x, float y) const {
    const float fx = std::floor(x), fy = std::floor(y);
    const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
    x -= fx, y -= fy;
    const auto corner = [&](int dx, int dy) {
        return gradient2(lattice(seed_, ix + dx, iy + dy, 0), x - static_cast<float>(dx),
                         y - static_cast<float>(dy));
    };
    const float u = fade(x), v = fade(y);
    return mix(mix(corner(0, 0), corner(1, 0), u), mix(corner(0, 1), corner(1, 1), u), v);
}

float Noise::fractal(float x, float y, int octaves, float gain) const {
    float sum = 0, amplitude = 1;
    for (int i = 0; i < octaves; ++i) {
        sum += amplitude * at(x, y);
        amplitude *= gain;
        x = 2 * x + 17.3F, y = 2 * y - 9.1F;
    }
    return sum;
}

float Noise::fractal(float x, float y, float z, int octaves, float gain) const {
    float sum = 0, amplitude = 1;
    for (int i = 0; i < octaves; ++i) {
        sum += amplitude * at(x, y, z);
        amplitude *= gain;
        x = 2 * x + 17.3F, y = 2 * y - 9.1F, z = 2 * z + 5.7F;
    }
    return sum;
}

}  // namespace residua::phantom
