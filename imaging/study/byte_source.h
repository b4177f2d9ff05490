// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace residua {

// A scan needs short texts and numbers; thumbnails and private blobs are stepped over.
constexpr std::size_t kLongestScannedValue = 1024;

/// A file's bytes by offset: all of them in memory, or a window that is moved over the file, so that a scan
/// reads only what the walk touches.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    std::size_t size() const { return size_; }
    /// Whether there is a byte at `offset`: of a source whose size is not known yet, size() is the most it
    /// may be.
    virtual bool reaches(std::size_t offset) { return offset < size_; }
    /// Whether size() is the true size, not the most that is allowed.
    virtual bool knowsSize() const { return true; }
    /// `count` bytes at `offset` (offset + count <= size()); valid until the next call.
    std::span<const std::byte> at(std::size_t offset, std::size_t count) {
        if (offset < windowOffset_ || offset + count > windowOffset_ + window_.size()) load(offset, count);
        return window_.subspan(offset - windowOffset_, count);
    }
    /// Values longer than this are stepped over without reading them.
    std::size_t longestValue() const { return longestValue_; }

protected:
    ByteSource(std::size_t size, std::size_t longestValue) : size_(size), longestValue_(longestValue) {}
    /// Moves the window so that it holds the range; throws Error FileChanged where the file has shrunk.
    virtual void load(std::size_t offset, std::size_t count) = 0;

    std::span<const std::byte> window_;
    std::size_t windowOffset_ = 0;

private:
    std::size_t size_;
    std::size_t longestValue_;
};

class MemorySource final : public ByteSource {
public:
    explicit MemorySource(std::span<const std::byte> bytes) : ByteSource(bytes.size(), bytes.size()) {
        window_ = bytes;
    }

private:
    void load(std::size_t, std::size_t) override {}
};

}  // namespace residua
