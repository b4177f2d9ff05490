// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTest>
#include <cstdlib>
#include <filesystem>

namespace residua::test {

/// Folder of real images that RESIDUA_DATA points at; empty where it is not set.
inline std::filesystem::path realData() {
    const char* folder = std::getenv("RESIDUA_DATA");
    return folder ? std::filesystem::path(folder) : std::filesystem::path();
}

}  // namespace residua::test

/// Skips a test, saying why, where the real images are not there.
#define RESIDUA_NEEDS_DATA(relative)                                                         \
    do {                                                                                     \
        if (residua::test::realData().empty() ||                                             \
            !std::filesystem::exists(residua::test::realData() / (relative)))                \
            QSKIP("needs real images: set RESIDUA_DATA to the folder that holds " relative); \
    } while (false)
