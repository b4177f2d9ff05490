// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_bundle.h"

#include "inference/network/bundle.h"
#include "inference/network/resnet.h"

namespace residua::test {

ModelCard tinyCard() {
    ModelCard card;
    card.name = "tiny";
    card.title = "Tiny test network";
    card.version = "1.0";
    card.description = "Random weights: its scores mean nothing.";
    card.architecture.width = 8;
    card.input.width = 64;
    card.input.height = 64;
    card.findings.resize(2);
    card.findings[0].code = "opacity";
    card.findings[0].name = "Opacity";
    card.findings[0].threshold = 0.4;
    card.findings[0].temperature = 1.5;
    card.findings[1].code = "effusion";
    card.findings[1].name = "Effusion";
    card.findings[1].threshold = 0.6;
    card.license = "CC0-1.0";
    return card;
}

std::filesystem::path writeTinyBundle(const std::filesystem::path& folder, const ModelCard& card,
                                      std::uint64_t seed) {
    const std::string weights =
        randomWeights(card.architecture, static_cast<int>(card.findings.size()), seed);
    writeBundle(folder / card.name, card, weights);
    return folder / card.name;
}

}  // namespace residua::test
