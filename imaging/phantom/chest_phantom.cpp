// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/chest_phantom.h"

#include <algorithm>
#include <cmath>

#include "imaging/phantom/chest_film.h"
#include "imaging/phantom/chest_lungs.h"
#include "imaging/phantom/chest_skeleton.h"
#include "imaging/phantom/chest_volume.h"
#include "imaging/phantom/noise.h"

namespace residua::phantom {
namespace {

// Linear attenuation at about 60 keV, 1/cm (NIST XCOM, rounded); bone is what it adds to the water it
// replaces.
constexpr float waterAttenuation = 0.2F;
constexpr float fatDifference = 0.025F;
constexpr float boneAttenuation = 0.36F;

Plane filmOf(const ChestAnatomy& chest, int size) {
    Plane film;
    const bool tall = chest.aspect > 1;
    film.height = tall ? size : std::max(static_cast<int>(std::lround(size * chest.aspect)), 1);
    film.width = tall ? std::max(static_cast<int>(std::lround(size / chest.aspect)), 1) : size;
    film.spacing = chest.field / size;
    film.left = chest.centreX - film.spacing * (film.width - 1) / 2;
    film.top = chest.centreY - film.spacing * (film.height - 1) / 2;
    film.values.assign(static_cast<std::size_t>(film.width) * static_cast<std::size_t>(film.height), 0.F);
    return film;
}

/// Muscle and fat planes in the trunk, and the lung's fine structure.
void addTexture(const ChestVolume& volume, Random& random, Plane& attenuation) {
    const Noise muscle(random.bits()), interstitium(random.bits());
    const double lungAmount = random.uniform(0.02, 0.05);
    const int fine = attenuation.spacing < 0.1 ? 5 : 3;
    for (int row = 0; row < attenuation.height; ++row)
        for (int column = 0; column < attenuation.width; ++column) {
            const auto x = static_cast<float>(attenuation.xOf(column)),
                       y = static_cast<float>(attenuation.yOf(row));
            const float body = volume.body.at(column, row);
            if (body <= 0) continue;
            const float lung = volume.lung.at(column, row);
            float water = 0.035F * std::sqrt(body) * muscle.fractal(0.35F * x, 0.22F * y, 3, 0.6F);
            if (lung > 0)
                water += static_cast<float>(lungAmount) * lung *
                         interstitium.fractal(0.8F * x, 0.8F * y, fine, 0.72F);
            attenuation.at(column, row) += waterAttenuation * water;
        }
}

Plane attenuationOf(const ChestAnatomy& chest, const ChestVolume& volume, Random& random) {
    const Plane bone = projectSkeleton(chest, volume.body, random);
    const Plane vessels = projectVessels(chest, volume.lung, random);
    Plane attenuation = volume.body;
    const auto air = static_cast<float>(1 - chest.lungDensity);
    for (std::size_t i = 0; i < attenuation.values.size(); ++i) {
        const float water =
            volume.body.values[i] - air * volume.lung.values[i] - volume.gas.values[i] + vessels.values[i];
        attenuation.values[i] = waterAttenuation * water - fatDifference * volume.fat.values[i] +
                                boneAttenuation * std::min(bone.values[i], volume.body.values[i]);
    }
    addTexture(volume, random, attenuation);
    for (float& value : attenuation.values) value = std::max(value, 0.F);
    return attenuation;
}

FilmSettings drawFilmSettings(Random& random) {
    FilmSettings settings;
    settings.exposure = std::exp(random.uniform(std::log(2e4), std::log(2e5)));
    settings.scatter = random.uniform(0.5, 1.6);
    settings.equalisation = random.uniform(0.2, 0.6);
    settings.sharpening = random.uniform(0.1, 0.7);
    settings.contrast = random.uniform(0.75, 1.2);
    settings.brightness = random.around(0, 0.07);
    settings.detectorBlur = random.uniform(0.012, 0.03);
    settings.noiseSeed = random.bits();
    return settings;
}

/// A letter of lead beside the shoulder that names the side, as films carry them.
void addSideMarker(const ChestAnatomy& chest, Random& random, Plane& attenuation) {
    const bool left = random.chance(0.5);
    const double size = random.uniform(0.7, 1.3);
    const double halfWidth = attenuation.spacing * attenuation.width / 2;
    const double x = chest.centreX + (left ? 1 : -1) * (halfWidth - random.uniform(1.8, 3)) - size / 2;
    const double y = attenuation.top + random.uniform(1.5, 6);
    const auto at = [&](double u, double v) { return TubePoint{x + u * size, y + v * size, 0.13 * size, 1}; };
    Plane lead = attenuation.likeThis();
    const TubeWall flat{1 / size, 0, 1, false};
    if (left) {
        addTube(lead, {at(0, 0), at(0, 1.6), at(0.9, 1.6)}, flat, 1);
    } else {
        addTube(lead,
                {at(0, 1.6), at(0, 0), at(0.6, 0), at(0.9, 0.2), at(0.9, 0.6), at(0.6, 0.8), at(0, 0.8)},
                flat, 1);
        addTube(lead, {at(0.45, 0.8), at(0.95, 1.6)}, flat, 1);
    }
    for (std::size_t i = 0; i < lead.values.size(); ++i)
        attenuation.values[i] += 9 * std::min(lead.values[i] / 0.15F, 1.F);
}

/// Ours: a lesion is where it adds more than a quarter of what it adds at its densest.
std::vector<std::uint8_t> maskOf(const Plane& water) {
    const float limit = 0.25F * *std::max_element(water.values.begin(), water.values.end());
    std::vector<std::uint8_t> mask(water.values.size());
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = limit > 0 && water.values[i] > limit ? 1 : 0;
    return mask;
}

}  // namespace

Phantom simulateChest(const PhantomOptions& options) {
    constexpr int usualSize = 1024;
    Random random(options.seed);
    const ChestAnatomy chest = drawChestAnatomy(random);
    const FilmSettings settings = drawFilmSettings(random);
    const Plane film = filmOf(chest, options.size > 0 ? options.size : usualSize);
    const ChestVolume volume = projectChest(chest, film);
    Plane attenuation = attenuationOf(chest, volume, random);
    if (random.chance(0.7)) addSideMarker(chest, random, attenuation);
    Plane lesion = film;
    PhantomImage image{film.width, film.height, {}, std::vector<std::uint8_t>(film.values.size())};
    if (options.lesion == PhantomLesion::Present) {
        Random lesionRandom(options.seed ^
                            0x1E510FULL);  // of its own: the anatomy stays that of the same seed
        lesion = drawLungLesion(chest, volume.lung, lesionRandom).water;
        image.lesion = maskOf(lesion);
        for (float& value : lesion.values) value *= waterAttenuation;
    }
    image.pixels = exposeFilm(attenuation, lesion, volume.body, settings);
    Phantom phantom{
        options, {}, 10 * film.spacing, 0, static_cast<int>(chest.age), chest.age < 18 ? "AP" : "PA"};
    phantom.slices.push_back(std::move(image));
    return phantom;
}

}  // namespace residua::phantom
