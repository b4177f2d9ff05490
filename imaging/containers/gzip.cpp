// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/containers/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace residua {

namespace {

constexpr std::size_t kHeader = 3;
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;  // zlib counts in 32 bits

class Inflater {
public:
    explicit Inflater(std::span<const std::byte> compressed) : left_(compressed) {
        // + 16: gzip's header and checksum.
        if (inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Writes until `room` is full, the stream ends or is damaged.
    std::size_t next(std::span<std::byte> room) {
        std::size_t written = 0;
        while (written < room.size() && state_ == Z_OK) {
            const auto part = room.subspan(written, std::min(room.size() - written, kMostAtOnce));
            const std::size_t got = step(part);
            written += got;
            if (got == 0 && state_ == Z_OK && left_.empty()) break;
            if (state_ == Z_STREAM_END && beginsAnotherMember()) state_ = inflateReset(&stream_);
        }
        return written;
    }
    bool isEnded() const { return state_ == Z_STREAM_END; }
    bool isDamaged() const { return state_ != Z_OK && state_ != Z_STREAM_END; }
    bool hasNoMore() const { return left_.empty(); }

private:
    std::size_t step(std::span<std::byte> room) {
        const std::size_t given = std::min(left_.size(), kMostAtOnce);
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(left_.data()));
        stream_.avail_in = static_cast<uInt>(given);
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = static_cast<uInt>(room.size());
        state_ = inflate(&stream_, Z_NO_FLUSH);
        if (state_ == Z_BUF_ERROR) state_ = Z_OK;  // nothing left to read, or no room
        left_ = left_.subspan(given - stream_.avail_in);
        return room.size() - stream_.avail_out;
    }
    bool beginsAnotherMember() const { return looksLikeGzip(left_); }

    std::span<const std::byte> left_;
    z_stream stream_{};
    int state_ = Z_OK;
};

}  // namespace

bool looksLikeGzip(std::span<const std::byte> head) {
    return head.size() >= kHeader && head[0] == std::byte{0x1F} && head[1] == std::byte{0x8B} &&
           head[2] == std::byte{8};
}

std::size_t inflateStart(std::span<const std::byte> compressed, std::span<std::byte> target) {
    return Inflater(compressed).next(target);
}

bool inflateWhole(std::span<const std::byte> compressed, std::span<std::byte> target) {
    Inflater inflater(compressed);
    if (inflater.next(target) < target.size()) return false;
    // zlib compares the checksum when it reads on to the member's end.
    std::array<std::byte, 4096> behind{};
    while (!inflater.isEnded() && !inflater.isDamaged()) {
        if (inflater.next(behind) > 0) return !inflater.isDamaged();
        if (inflater.hasNoMore()) break;
    }
    return inflater.isEnded();
}

}  // namespace residua
