// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_bundle.h"

#include "inference/network/bundle.h"
#include "inference/network/gate_tensors.h"
#include "inference/network/network_shape.h"
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

std::filesystem::path writeGatedBundle(const std::filesystem::path& folder, ModelCard card,
                                       const GateCard& gate, std::uint64_t seed) {
    const Safetensors weights(randomWeights(card.architecture, static_cast<int>(card.findings.size()), seed),
                              kWeightsFile);
    Gate identity;
    identity.channels = static_cast<std::size_t>(shapeOf(card.architecture).channels);
    identity.classes = 1;
    identity.whitening.resize(identity.channels * identity.channels);
    for (std::size_t i = 0; i < identity.channels; ++i) identity.whitening[i * (identity.channels + 1)] = 1;
    identity.centres.resize(identity.channels);
    card.gate = gate;
    writeBundle(folder / card.name, card, withGate(weights, identity));
    return folder / card.name;
}

}  // namespace residua::test
