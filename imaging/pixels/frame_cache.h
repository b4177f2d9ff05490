// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "imaging/error.h"
#include "imaging/pixels/image.h"
#include "imaging/study/known_file.h"
#include "imaging/study/medium_turns.h"

namespace residua {

struct FrameKey {
    std::filesystem::path path;
    int frame = 0;
    KnownFile known = {};  ///< another file at the same path is another frame
    bool operator==(const FrameKey&) const = default;
};

/// A decoded frame, or why there is none.
struct FrameResult {
    FrameKey key;
    std::shared_ptr<const Image> image;  ///< null where problem tells why
    Problem problem;
};

/// Decoded frames, least recently used out first, with a byte limit; decodes on its own threads. Thread-safe.
class FrameCache {
public:
    using Decode = std::function<std::shared_ptr<const Image>(const FrameKey&, Urgency)>;
    using Ready = std::function<void(const FrameResult&)>;  ///< called from a decoding thread

    /// @param byteLimit of decoded pixels; see defaultFrameCacheBytes
    FrameCache(std::size_t byteLimit, unsigned threads, Ready ready, Decode decode = {});
    ~FrameCache();  ///< waits for the frames being decoded, drops the rest

    /// The frame if it is there; never waits.
    std::shared_ptr<const Image> find(const FrameKey& key);
    /// Replaces everything wanted: decoded in this order, the first, which is in view, at once. Frames
    /// already there, being decoded or known to be broken are not decoded again; those are reported through
    /// `ready` all the same. A broken one in view is tried again: the disk may be connected again. Where that
    /// goes well, the other broken ones count as unknown.
    void want(std::vector<FrameKey> keys);
    void clear();
    std::size_t bytes() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A quarter of the machine's available memory, at least 128 MiB, at most 2 GiB.
std::size_t defaultFrameCacheBytes();

/// The order in which to read a stack: `current`, then ahead in the direction of scrolling, then behind.
/// @param direction +1 or -1; 0 = both sides in turn
std::vector<std::size_t> readAheadOrder(std::size_t count, std::size_t current, int direction);
/// The order in which a stack is played: `current`, what follows, then from the first on.
std::vector<std::size_t> playingOrder(std::size_t count, std::size_t current);

}  // namespace residua
