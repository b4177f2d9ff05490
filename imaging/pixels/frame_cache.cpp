// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/frame_cache.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <fstream>
#include <list>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>

#include "imaging/pixels/frame_decoder.h"

namespace residua {

namespace {

// The path's bytes compare faster than its parts.
using Key = std::tuple<std::string, int, std::string, std::uint64_t, std::int64_t>;

Key keyOf(const FrameKey& frame) {
    const auto& [uid, stamp] = frame.known;
    return {frame.path.native(), frame.frame, uid, stamp.size, stamp.modified};
}

FrameResult decodeResult(const FrameCache::Decode& decode, const FrameKey& key, Urgency urgency) {
    FrameResult result{key, nullptr, {}};
    try {
        result.image = decode(key, urgency);
        if (!result.image) result.problem = {ProblemKind::Unexpected, key.path, "no image"};
    } catch (const Error& error) {
        result.problem = error.problem();
    } catch (const std::bad_alloc&) {
        result.problem = {ProblemKind::OutOfMemory, key.path, {}};
    } catch (const std::exception& error) {  // no exception leaves a thread
        result.problem = {ProblemKind::Unexpected, key.path, error.what()};
    }
    return result;
}

}  // namespace

struct FrameCache::State {
    struct Entry {
        Key key;
        std::shared_ptr<const Image> image;
        std::size_t bytes = 0;
        std::size_t wanted = 0;  ///< the want() that last asked for it
    };

    mutable std::mutex mutex;
    std::condition_variable_any changed;
    std::deque<FrameKey> queue;
    std::list<Entry> entries;  ///< most recently used first
    std::map<Key, std::list<Entry>::iterator> index;
    std::map<Key, Problem> broken;
    std::optional<Key> inView;      ///< the first of the current want()
    std::optional<Key> triedAgain;  ///< a broken one in view
    std::set<Key> decoding;
    std::size_t bytes = 0;
    std::size_t wants = 0;  ///< number of the current want()
    std::size_t full =
        0;  ///< the want() that filled the cache: reading further would push out what came first
    std::size_t clears = 0;  ///< a frame begun before a clear() is not kept after it

    std::size_t limit = 0;
    Ready ready;
    Decode decode;
    std::vector<std::jthread> threads;  // last: joined before anything they use goes

    void work(const std::stop_token& stop);
    /// What is known about a frame without decoding it; none if it has to be decoded.
    std::optional<FrameResult> known(const FrameKey& key);
    void keep(const FrameResult& result);
    void evictFor(std::size_t needed);
};

std::optional<FrameResult> FrameCache::State::known(const FrameKey& key) {
    const Key id = keyOf(key);
    if (const auto found = index.find(id); found != index.end()) {
        entries.splice(entries.begin(), entries, found->second);
        found->second->wanted = wants;
        return FrameResult{key, found->second->image, {}};
    }
    if (const auto found = broken.find(id); found != broken.end())
        return FrameResult{key, nullptr, found->second};
    return std::nullopt;
}

/// Drops the least recently used frames, never those that the current want() asked for.
void FrameCache::State::evictFor(std::size_t needed) {
    for (auto entry = entries.end(); entry != entries.begin() && bytes + needed > limit;) {
        --entry;
        if (entry->wanted == wants) continue;
        bytes -= entry->bytes;
        index.erase(entry->key);
        entry = entries.erase(entry);
    }
}

void FrameCache::State::keep(const FrameResult& result) {
    const Key id = keyOf(result.key);
    if (!result.image) {
        broken.insert_or_assign(id, result.problem);
        return;
    }
    if (id == triedAgain) broken.clear();
    const std::size_t size = result.image->byteSize();
    evictFor(size);
    if (bytes + size > limit && !entries.empty()) {
        full = wants;
        return;
    }
    entries.push_front({id, result.image, size, wants});
    index[id] = entries.begin();
    bytes += size;
}

void FrameCache::State::work(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    while (changed.wait(lock, stop, [&] { return !queue.empty(); })) {
        const FrameKey key = std::move(queue.front());
        queue.pop_front();
        const Key id = keyOf(key);
        if (decoding.contains(id)) continue;  // reported by the thread that decodes it
        auto result = known(key);
        if (!result) {
            if (full == wants) continue;
            decoding.insert(id);
            const std::size_t begun = clears;
            const auto urgency = id == inView ? Urgency::InView : Urgency::Ahead;
            lock.unlock();
            result = decodeResult(decode, key, urgency);
            lock.lock();
            if (stop.stop_requested()) return;
            if (begun != clears) continue;
            decoding.erase(id);
            keep(*result);
        }
        lock.unlock();
        ready(*result);
        lock.lock();
    }
}

FrameCache::FrameCache(std::size_t byteLimit, unsigned threads, Ready ready, Decode decode)
    : state_(std::make_unique<State>()) {
    state_->limit = byteLimit;
    state_->ready = ready ? std::move(ready) : [](const FrameResult&) {};
    state_->decode = std::move(decode);
    if (!state_->decode)
        state_->decode = [decoder = std::make_shared<FrameDecoder>()](const FrameKey& key, Urgency) {
            return decoder->decode(key.path, key.frame, {}, key.known);
        };
    for (unsigned i = 0; i < std::max(threads, 1U); ++i)
        state_->threads.emplace_back(
            [state = state_.get()](const std::stop_token& stop) { state->work(stop); });
}

FrameCache::~FrameCache() {
    for (auto& thread : state_->threads) thread.request_stop();
}

std::shared_ptr<const Image> FrameCache::find(const FrameKey& key) {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->index.find(keyOf(key));
    if (found == state_->index.end()) return nullptr;
    state_->entries.splice(state_->entries.begin(), state_->entries, found->second);
    return found->second->image;
}

void FrameCache::want(std::vector<FrameKey> keys) {
    {
        const std::lock_guard lock(state_->mutex);
        ++state_->wants;
        state_->inView = keys.empty() ? std::nullopt : std::optional(keyOf(keys.front()));
        state_->triedAgain.reset();
        if (state_->inView && state_->broken.erase(*state_->inView) > 0) state_->triedAgain = state_->inView;
        state_->queue.assign(std::make_move_iterator(keys.begin()), std::make_move_iterator(keys.end()));
    }
    state_->changed.notify_all();
}

void FrameCache::clear() {
    const std::lock_guard lock(state_->mutex);
    ++state_->clears;
    state_->queue.clear();
    state_->entries.clear();
    state_->index.clear();
    state_->broken.clear();
    state_->decoding.clear();
    state_->bytes = 0;
}

std::size_t FrameCache::bytes() const {
    const std::lock_guard lock(state_->mutex);
    return state_->bytes;
}

std::size_t defaultFrameCacheBytes() {
    constexpr std::size_t kLeast = std::size_t{128} << 20;
    constexpr std::size_t kMost = std::size_t{2} << 30;
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);) {
        constexpr std::string_view kName = "MemAvailable:";
        if (!line.starts_with(kName)) continue;
        const auto digits = line.find_first_of("0123456789");
        std::size_t kibibytes = 0;
        if (digits == std::string::npos) break;
        std::from_chars(line.data() + digits, line.data() + line.size(), kibibytes);
        return std::clamp(kibibytes * 1024 / 4, kLeast, kMost);
    }
    return kLeast;
}

std::vector<std::size_t> readAheadOrder(std::size_t count, std::size_t current, int direction) {
    std::vector<std::size_t> order;
    if (count == 0) return order;
    current = std::min(current, count - 1);
    order.reserve(count);
    order.push_back(current);
    const auto forward = [&](std::size_t step) {
        if (step < count - current) order.push_back(current + step);
    };
    const auto backward = [&](std::size_t step) {
        if (step <= current) order.push_back(current - step);
    };
    for (std::size_t step = 1; step < count; ++step) {
        if (direction >= 0) forward(step);
        if (direction <= 0) backward(step);
    }
    for (std::size_t step = 1; step < count; ++step) {
        if (direction > 0) backward(step);
        if (direction < 0) forward(step);
    }
    return order;
}

std::vector<std::size_t> playingOrder(std::size_t count, std::size_t current) {
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = (current + i) % count;
    return order;
}

}  // namespace residua
