// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/chest_film.h"

#include <algorithm>
#include <cmath>

namespace residua::phantom {
namespace {

/// Scatter spreads over the neighbourhood and fills what the body darkens.
Plane scatterOf(const Plane& primary, const Plane& body, double ratio) {
    Plane scatter = primary;
    for (std::size_t i = 0; i < scatter.values.size(); ++i)
        scatter.values[i] = std::min(scatter.values[i], 0.35F) * std::min(body.values[i] / 14, 1.F);
    Plane wide = scatter;
    blur(scatter, 1.3 / scatter.spacing);
    blur(wide, 4.5 / wide.spacing);
    for (std::size_t i = 0; i < scatter.values.size(); ++i)
        scatter.values[i] = static_cast<float>(ratio) * (0.45F * scatter.values[i] + 0.55F * wide.values[i]);
    return scatter;
}

/// What reaches the detector, with quantum noise, as a logarithm (0 = unattenuated).
Plane logSignal(const Plane& attenuation, const Plane& lesion, const Plane& scatter,
                const FilmSettings& settings, bool noisy) {
    Plane signal = attenuation;
    for (std::size_t i = 0; i < signal.values.size(); ++i)
        signal.values[i] = std::exp(-attenuation.values[i] - lesion.values[i]) + scatter.values[i];
    // At least half a pixel, so that a small film looks like a large one that was shrunk without aliasing.
    blur(signal, std::max(settings.detectorBlur / signal.spacing, 0.5));
    Random random(settings.noiseSeed);
    const double quanta = settings.exposure * signal.spacing * signal.spacing * 100;
    for (float& value : signal.values) {
        const double mean = std::max(static_cast<double>(value), 1e-5);
        const double noise = noisy ? random.normal() / std::sqrt(quanta * mean) : 0;
        value = static_cast<float>(-std::log(mean * std::max(1 + noise, 0.05)));
    }
    return signal;
}

float percentile(std::vector<float> values, double fraction) {
    const auto nth =
        values.begin() + static_cast<std::ptrdiff_t>(fraction * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), nth, values.end());
    return *nth;
}

/// The signal's range inside the body.
std::pair<float, float> bodyRange(const Plane& signal, const Plane& body) {
    std::vector<float> inside;
    for (std::size_t i = 0; i < signal.values.size(); ++i)
        if (body.values[i] > 6) inside.push_back(signal.values[i]);
    if (inside.empty()) return {0, 1};
    return {percentile(inside, 0.02), percentile(inside, 0.985)};
}

/// Takes coarse contrast away and adds fine contrast, as digital radiographs are processed.
void equalise(Plane& signal, const Plane& coarse, const FilmSettings& settings) {
    Plane fine = signal;
    blur(fine, 0.25 / signal.spacing);
    for (std::size_t i = 0; i < signal.values.size(); ++i)
        signal.values[i] += static_cast<float>(settings.sharpening) * (signal.values[i] - fine.values[i]) -
                            static_cast<float>(settings.equalisation) * coarse.values[i];
}

std::uint16_t toneCurve(double relative, const FilmSettings& settings) {
    const double steepness = 3.4 * settings.contrast;
    const auto sigmoid = [&](double t) {
        return 1 / (1 + std::exp(-steepness * (t - 0.36 - settings.brightness)));
    };
    const double low = sigmoid(-0.45), high = sigmoid(1.5);
    return static_cast<std::uint16_t>(
        std::lround(4095 * std::clamp((sigmoid(relative) - low) / (high - low), 0.0, 1.0)));
}

}  // namespace

std::vector<std::uint16_t> exposeFilm(const Plane& attenuation, const Plane& lesion, const Plane& body,
                                      const FilmSettings& settings) {
    Plane primary = attenuation;
    for (float& value : primary.values) value = std::exp(-value);
    const Plane scatter = scatterOf(primary, body, settings.scatter);
    Plane coarse = logSignal(attenuation, lesion.likeThis(), scatter, settings, false);
    Plane reference = coarse;
    blur(coarse, 2.5 / coarse.spacing);
    equalise(reference, coarse, settings);
    const auto [low, high] = bodyRange(reference, body);
    Plane signal = logSignal(attenuation, lesion, scatter, settings, true);
    equalise(signal, coarse, settings);
    std::vector<std::uint16_t> pixels;
    pixels.reserve(signal.values.size());
    for (const float value : signal.values)
        pixels.push_back(toneCurve((value - low) / std::max(high - low, 1e-3F), settings));
    return pixels;
}

}  // namespace residua::phantom
