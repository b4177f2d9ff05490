// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/deflated_dataset.h"

#include <zlib.h>

#include <algorithm>
#include <string>

#include "imaging/error.h"

namespace residua {

namespace {

constexpr std::size_t kLargestDataset = std::size_t{1} << 30;
// Ours: deflate reaches 1,032:1; images, also nearly empty masks, stay far below. Small datasets may do as
// they like: they cost a few milliseconds.
constexpr std::size_t kLargestExpansion = 200;
constexpr std::size_t kFreeSize = std::size_t{16} << 20;
constexpr std::size_t kChunk = std::size_t{1} << 16;
// Of a scan: what lies before PixelData is a few kilobytes, and a scan reads many files at a time.
constexpr std::size_t kMostScanned = std::size_t{64} << 20;
constexpr std::size_t kInflatedAtOnce = std::size_t{1} << 20;

/// Inflates a dataset chunk by chunk, from a source that is read as it goes.
class Inflater {
public:
    Inflater(ByteSource& file, std::size_t offset, const std::filesystem::path& path)
        : file_(file), start_(offset), offset_(offset), path_(path) {
        start(-MAX_WBITS);
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    bool isEnded() const { return isEnded_; }
    std::size_t inflatedBytes() const { return inflated_; }
    std::size_t deflatedBytes() const { return file_.size() - start_; }
    const std::filesystem::path& path() const { return path_; }

    /// The next bytes, up to `room`; none at the end. Throws Error DicomDeflateInvalid.
    std::size_t next(std::span<std::byte> room) {
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = static_cast<uInt>(room.size());
        while (stream_.avail_out > 0 && !isEnded_) step();
        const std::size_t got = room.size() - stream_.avail_out;
        inflated_ += got;
        if (inflated_ > kLargestDataset || (inflated_ > kFreeSize && inflated_ / kLargestExpansion > used_))
            fail(std::to_string(used_) + " bytes inflate beyond " + std::to_string(inflated_));
        return got;
    }
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ProblemKind::DicomDeflateInvalid, path_, what);
    }

private:
    void start(int windowBits) {
        if (inflateInit2(&stream_, windowBits) != Z_OK) throw Error(ProblemKind::OutOfMemory, path_);
    }

    void step() {
        const auto bytes = file_.at(offset_, std::min(kChunk, file_.size() - offset_));
        if (bytes.empty()) fail("the deflated dataset ends early");
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        const int state = inflate(&stream_, Z_NO_FLUSH);
        if (state == Z_DATA_ERROR && offset_ == start_ && !hasHeader_) return takeHeader();
        if (state != Z_OK && state != Z_STREAM_END)
            fail("the " + std::to_string(deflatedBytes()) + " bytes behind the meta header do not inflate");
        offset_ += bytes.size() - stream_.avail_in;
        used_ = offset_ - start_;
        isEnded_ = state == Z_STREAM_END;
    }

    /// Begins again with zlib's own header in front of the stream: raw deflate fails on it in the first
    /// bytes.
    void takeHeader() {
        const auto room = stream_.next_out;
        const auto roomBytes = stream_.avail_out;
        inflateEnd(&stream_);
        stream_ = {};
        hasHeader_ = true;
        start(MAX_WBITS);
        stream_.next_out = room;
        stream_.avail_out = roomBytes;
    }

    ByteSource& file_;
    std::size_t start_ = 0, offset_ = 0;
    const std::filesystem::path& path_;
    z_stream stream_{};
    std::size_t inflated_ = 0, used_ = 0;
    bool hasHeader_ = false, isEnded_ = false;
};

}  // namespace

std::vector<std::byte> inflateDataset(std::span<const std::byte> deflated,
                                      const std::filesystem::path& path) {
    // The size is counted before memory is taken for it.
    MemorySource source(deflated);
    std::vector<std::byte> chunk(kChunk);
    Inflater counted(source, 0, path);
    while (!counted.isEnded()) counted.next(chunk);
    std::vector<std::byte> dataset(counted.inflatedBytes());
    Inflater(source, 0, path).next(dataset);
    return dataset;
}

/// The inflater with what it has delivered.
class InflatingSource::Stream {
public:
    Stream(ByteSource& file, std::size_t offset, const std::filesystem::path& path)
        : inflater_(file, offset, path) {
        inflateTo(kInflatedAtOnce);
    }

    std::span<const std::byte> bytes() const { return bytes_; }
    const Inflater& inflater() const { return inflater_; }
    /// Bytes of the whole dataset, or the most that they may be.
    std::size_t most() const {
        if (inflater_.isEnded()) return bytes_.size();
        return std::min(kLargestDataset, std::max(kFreeSize, inflater_.deflatedBytes() * kLargestExpansion));
    }
    /// Inflates until `size` bytes are there, or the end.
    void inflateTo(std::size_t size) {
        while (bytes_.size() < size && !inflater_.isEnded()) {
            const std::size_t had = bytes_.size();
            if (had > kMostScanned) inflater_.fail("more than 64 MiB before the pixels");
            bytes_.resize(had + std::max(kChunk, had));
            bytes_.resize(had + inflater_.next(std::span(bytes_).subspan(had)));
        }
    }

private:
    Inflater inflater_;
    std::vector<std::byte> bytes_;
};

InflatingSource::InflatingSource(ByteSource& file, std::size_t offset, const std::filesystem::path& path)
    : InflatingSource(std::make_unique<Stream>(file, offset, path), offset) {}

InflatingSource::InflatingSource(std::unique_ptr<Stream> stream, std::size_t offset)
    : ByteSource(offset + stream->most(), kLongestScannedValue), stream_(std::move(stream)) {
    knowsSize_ = stream_->inflater().isEnded();
    window_ = stream_->bytes();
    windowOffset_ = offset;
}

InflatingSource::~InflatingSource() = default;

bool InflatingSource::reaches(std::size_t offset) {
    if (offset >= size()) return false;
    stream_->inflateTo(offset + 1 - windowOffset_);
    window_ = stream_->bytes();
    return offset - windowOffset_ < window_.size();
}

void InflatingSource::load(std::size_t offset, std::size_t count) {
    if (!reaches(offset + count - 1)) stream_->inflater().fail("the dataset ends early");
}

}  // namespace residua
