// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

namespace residua {

/// Inflates a deflated dataset (PS3.5 A.5; a zlib header, as some writers add, is accepted).
/// Throws Error DicomDeflateInvalid for a broken or cut stream, or one of more than 1 GiB or 2,000:1.
std::vector<std::byte> inflateDataset(std::span<const std::byte> deflated, const std::filesystem::path& path);

}  // namespace residua
