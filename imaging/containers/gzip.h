// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace residua {

/// Whether the bytes begin as a gzip member does (RFC 1952 2.3.1).
bool looksLikeGzip(std::span<const std::byte> head);

/// Fills `target` from a gzip file, or as far as its beginning `compressed` reaches; several members count as
/// one stream (RFC 1952 2.2). Never writes or keeps more than `target`.
/// @return bytes written: fewer where the stream ends early or is damaged
std::size_t inflateStart(std::span<const std::byte> compressed, std::span<std::byte> target);

/// Fills `target` from a whole gzip file. What follows the bytes wanted is left alone, but where the member
/// ends with them its checksum is compared.
/// @return false where the stream ends early, is damaged or fails its checksum
bool inflateWhole(std::span<const std::byte> compressed, std::span<std::byte> target);

}  // namespace residua
