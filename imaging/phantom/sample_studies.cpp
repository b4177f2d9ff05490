// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "imaging/phantom/phantom.h"

namespace residua {

void writeSampleStudies(const std::filesystem::path& folder, std::stop_token stop, const Progress& progress) {
    using enum PhantomKind;
    using enum PhantomLesion;
    struct Sample {
        PhantomKind kind;
        PhantomLesion lesion;
        std::uint64_t seed;
    };
    // Seeds chosen by eye, so that the first start shows some variety, and first in the list a lesion.
    static constexpr std::array samples{
        Sample{ChestRadiograph, Present, 3}, Sample{ChestRadiograph, Absent, 6},
        Sample{ChestRadiograph, Present, 5}, Sample{BrainMr, Present, 5}, Sample{BrainMr, Absent, 7}};
    std::size_t done = 0;
    for (const auto& sample : samples) {
        if (stop.stop_requested()) return;
        const auto phantom = simulatePhantom({sample.kind, sample.lesion, sample.seed, 0, 0});
        writePhantom(phantom, folder / ((sample.kind == ChestRadiograph ? "chest-" : "brain-") +
                                        std::to_string(sample.seed)));
        if (progress) progress(++done, samples.size());
    }
}

}  // namespace residua
