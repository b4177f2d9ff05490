// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "imaging/phantom/phantom.h"

namespace residua::test {

/// A small simulated head MR below `folder`: `slices` files of one series.
inline std::filesystem::path writeBrain(const std::filesystem::path& folder, int slices = 12,
                                        std::uint64_t seed = 1) {
    std::filesystem::create_directories(folder);
    writePhantom(simulatePhantom({PhantomKind::BrainMr, PhantomLesion::Present, seed, 64, slices}), folder);
    return folder;
}

/// A small simulated chest radiograph below `folder`: one file.
inline std::filesystem::path writeChest(const std::filesystem::path& folder, std::uint64_t seed = 1) {
    std::filesystem::create_directories(folder);
    writePhantom(simulatePhantom({PhantomKind::ChestRadiograph, PhantomLesion::Present, seed, 96, 0}),
                 folder);
    return folder;
}

}  // namespace residua::test
