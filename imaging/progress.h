// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>

namespace residua {

/// Called between steps of long work, from the thread that works: `done` of `total` items (total 0 =
/// unknown). Long work also takes a std::stop_token and checks it between files, images or steps.
using Progress = std::function<void(std::size_t done, std::size_t total)>;

}  // namespace residua
