// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "inference/findings/counter_random.h"
#include "inference/network/training_cache.h"
#include "inference/network/training_recipe.h"

namespace residua::test {

inline constexpr int kBlobSide = 32;
inline constexpr auto kBlobCacheRecipe = "blobs";

/// Where an image's blob lies, in pixels.
inline Point blobPlace(std::size_t number) {
    CounterRandom random(17, number);
    const double x = random.uniform(8, kBlobSide - 8);
    return {x, random.uniform(8, kBlobSide - 8)};
}

/// Noise on a slope of random brightness; every second image holds a bright blob.
inline DecodedSample blobImage(std::size_t number) {
    CounterRandom random(23, number);
    const Point place = blobPlace(number);
    const double base = random.uniform(0.2, 0.5);
    const double slope = random.uniform(-0.2, 0.2);
    DecodedSample sample;
    sample.width = sample.height = sample.imageWidth = sample.imageHeight = kBlobSide;
    for (int y = 0; y < kBlobSide; ++y) {
        for (int x = 0; x < kBlobSide; ++x) {
            double v = base + slope * x / kBlobSide + random.uniform(-0.08, 0.08);
            const double squared = (x - place.x) * (x - place.x) + (y - place.y) * (y - place.y);
            if (number % 2 == 1) v += 0.35 * std::exp(-squared / 12);
            sample.pixels.push_back(static_cast<std::uint16_t>(65535 * std::clamp(v, 0.0, 1.0)));
        }
    }
    return sample;
}

/// 3 in 5 images for training, 1 in 5 for validation, 1 in 5 for the test; two images a patient.
inline std::vector<CachedSample> blobSamples(std::size_t count) {
    std::vector<CachedSample> samples;
    for (std::size_t i = 0; i < count; ++i) {
        CachedSample sample;
        sample.image.path = "blob-" + std::to_string(i);
        sample.image.label = i % 2 == 1 ? "blob" : "plain";
        sample.image.patientId = "patient-" + std::to_string(i / 2);
        const auto part = i / 2 % 5;
        sample.image.split = part == 0 ? Split::Validation : part == 1 ? Split::Test : Split::Train;
        const Point place = blobPlace(i);
        if (i % 2 == 1)
            sample.image.boxes.push_back({(place.x - 5) / kBlobSide, (place.y - 5) / kBlobSide,
                                          (place.x + 5) / kBlobSide, (place.y + 5) / kBlobSide, ""});
        sample.targets = {i % 2 == 1 ? 1.0F : 0.0F};
        samples.push_back(std::move(sample));
    }
    return samples;
}

inline TrainingCache blobCache(const std::filesystem::path& folder, std::size_t count,
                               std::vector<CachedSample> samples = {}) {
    if (samples.empty()) samples = blobSamples(count);
    const auto file = folder / "blobs.cache";
    buildTrainingCache(
        file, kBlobCacheRecipe, samples,
        [](const LabelledImage& image) { return blobImage(std::stoul(image.path.string().substr(5))); }, 2,
        {}, {});
    return TrainingCache(file, kBlobCacheRecipe);
}

/// A narrow network that learns the blobs in seconds, in fp32 on the CPU.
inline TrainingRecipe blobRecipe() {
    TrainingRecipe recipe;
    recipe.name = "blob-finder";
    recipe.architecture = {"resnet18", 8, 1, 32};
    recipe.input.width = recipe.input.height = kBlobSide;
    FindingCard blob;
    blob.code = "blob";
    blob.name = "Blob";
    recipe.findings = {blob};
    recipe.negativeLabel = "plain";
    recipe.epochs = 6;
    recipe.augmentation.blur = 0;
    recipe.batch = 16;
    recipe.learningRate = 4e-3;
    recipe.emaDecay = 0.9;
    recipe.augmentation.gamma = 0.1;
    recipe.augmentation.contrast = 0.1;
    recipe.augmentation.resolution = 0.8;
    recipe.threads = 1;
    recipe.precision = Precision::Fp32;
    recipe.device = Device::Cpu;
    recipe.bootstrapRounds = 100;
    return recipe;
}

}  // namespace residua::test
