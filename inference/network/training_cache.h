// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "imaging/error.h"
#include "imaging/progress.h"
#include "inference/findings/labels.h"

namespace residua {

/// A decoded, preprocessed training image as it lies in the cache: one channel, values in [0, 1] after window
/// and crop (before fit and normalisation), quantised to 16 bit, at most `cacheSide` pixels on the longer
/// side, aspect kept. Fit, augmentation and normalisation happen on the way to the network.
struct CachedImage {
    int width = 0;
    int height = 0;
    std::span<const std::uint16_t> pixels;  ///< into the mapped cache, valid while the cache lives
};

/// What belongs to an image besides its pixels.
struct CachedSample {
    LabelledImage image;
    std::vector<float> targets;  ///< one a finding: 1, 0, or NaN = not known (no loss)
    Affine cacheToImage;         ///< cache pixel → image pixel
    int imageWidth = 0;          ///< of the original
    int imageHeight = 0;
};

/// The file, format "residua.cache/1", little-endian: the pixels, each image 64-byte aligned; a JSON index
/// (recipe, samples, sizes, offsets); 24 bytes with the index's offset, its length (uint64 each) and the
/// magic "rsdcach1". The index comes last so that images are written as they are decoded. The recipe is the
/// text that says how the images were made (data, preprocessing); another text makes a cache invalid. It
/// holds patients' pixels: made with mode 0600 in the training's own folder.
class TrainingCache {
public:
    /// Maps an existing cache. Throws Error TrainingCacheInvalid if it is broken or its recipe differs.
    TrainingCache(const std::filesystem::path& file, const std::string& recipe);
    /// The same, whatever its recipe: for a cache that somebody else made and vouches for.
    explicit TrainingCache(const std::filesystem::path& file);
    ~TrainingCache();
    TrainingCache(TrainingCache&&) noexcept;
    TrainingCache& operator=(TrainingCache&&) noexcept;

    std::size_t size() const;
    const CachedSample& sample(std::size_t index) const;
    CachedImage pixels(std::size_t index) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// An image ready to be cached, made by whoever can decode (app/commands/engine).
struct DecodedSample {
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> pixels;
    Affine cacheToImage;
    int imageWidth = 0;
    int imageHeight = 0;
};

/// Builds a cache atomically. `decode` is called from `threads` threads and may throw Error: that image
/// becomes a problem and is left out. Throws Cancelled when stopped.
std::vector<Problem> buildTrainingCache(const std::filesystem::path& file, const std::string& recipe,
                                        const std::vector<CachedSample>& samples,
                                        const std::function<DecodedSample(const LabelledImage&)>& decode,
                                        unsigned threads, std::stop_token stop, const Progress& progress);

}  // namespace residua
