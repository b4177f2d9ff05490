// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "imaging/atomic_file.h"

namespace residua::test {

/// A disk that is full after `capacity` bytes: what an AtomicFile writes through.
inline WriteCall failingFile(std::size_t capacity) {
    auto left = std::make_shared<std::size_t>(capacity);
    return [left](int descriptor, const void* bytes, std::size_t count) -> long {
        if (*left == 0) {
            errno = ENOSPC;
            return -1;
        }
        const auto written = ::write(descriptor, bytes, std::min(count, *left));
        if (written > 0) *left -= static_cast<std::size_t>(written);
        return written;
    };
}

}  // namespace residua::test
