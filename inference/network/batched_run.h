// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <stop_token>
#include <string_view>

namespace residua {

/// A batch did not fit into the device's memory.
class MemoryExhausted : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Whether an error's text tells of exhausted memory: LibTorch's versions throw different types for it.
bool tellsOfExhaustedMemory(std::string_view text);

/// Items [first, first + count) at once; throws MemoryExhausted if they do not fit.
using BatchRun = std::function<void(std::size_t first, std::size_t count)>;

/// Runs over `total` items in batches of at most `batch`. A batch that does not fit is halved, and later
/// batches are no larger; where even one item does not fit, `fallBack` may change to another device (true:
/// try again there). Throws Error OutOfMemory if nothing helps, Cancelled when stopped (asked between
/// batches).
/// @return the batch size that it ended with
std::size_t runInBatches(std::size_t total, std::size_t batch, const BatchRun& run,
                         const std::function<bool()>& fallBack, const std::stop_token& stop);

}  // namespace residua
