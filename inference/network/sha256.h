// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace residua {

/// SHA-256 (FIPS 180-4) as 64 lower-case hex digits. Our own, so that the networks build with LibTorch and
/// nlohmann-json alone.
std::string sha256(std::span<const std::byte> bytes);

}  // namespace residua
