// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "inference/network/bundle.h"
#include "inference/network/resnet.h"

namespace residua::bench {

/// A grey network of published size with random weights (always the same) that takes images of any kind, as a
/// bundle `parent`/`architecture`. Returns the bundle's folder.
inline std::filesystem::path writeRandomBundle(const std::filesystem::path& parent,
                                               const std::string& architecture, int side) {
    ModelCard card;
    card.name = architecture;
    card.title = architecture + " with random weights";
    card.version = "1.0";
    card.description = "For benchmarks: its scores mean nothing.";
    card.architecture.name = architecture;
    card.input.width = card.input.height = side;
    card.findings.resize(1);
    card.findings[0].code = "any";
    card.findings[0].name = "Anything";
    card.license = "CC0-1.0";
    writeBundle(parent / card.name, card, randomWeights(card.architecture, 1, 1));
    return parent / card.name;
}

}  // namespace residua::bench
