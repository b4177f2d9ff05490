// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/deflated_dataset.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <optional>
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

/// A z_stream, ended with its scope.
struct Inflater {
    z_stream stream{};
    explicit Inflater(int windowBits) { usable = inflateInit2(&stream, windowBits) == Z_OK; }
    ~Inflater() {
        if (usable) inflateEnd(&stream);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    bool usable = false;
};

/// Inflates all of `deflated`, a chunk after the other, each given to `take` with the bytes used up so far.
/// Returns false where the stream is broken or cut.
template <typename Take>
bool inflateChunks(std::span<const std::byte> deflated, int windowBits, Take take) {
    Inflater inflater(windowBits);
    if (!inflater.usable || deflated.size() > std::numeric_limits<uInt>::max()) return false;
    auto& stream = inflater.stream;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(deflated.data()));
    stream.avail_in = static_cast<uInt>(deflated.size());
    std::vector<std::byte> chunk(kChunk);
    for (int state = Z_OK; state != Z_STREAM_END;) {
        stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
        stream.avail_out = kChunk;
        state = inflate(&stream, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END) return false;
        take(std::span<const std::byte>(chunk).first(kChunk - stream.avail_out), stream.total_in);
    }
    return true;
}

/// nullopt where the stream is broken or cut. The size is counted before memory is taken for it.
std::optional<std::vector<std::byte>> inflateAll(std::span<const std::byte> deflated, int windowBits,
                                                 const std::filesystem::path& path) {
    std::size_t size = 0;
    const auto count = [&](std::span<const std::byte> chunk, std::size_t used) {
        size += chunk.size();
        if (size > kLargestDataset || (size > kFreeSize && size / kLargestExpansion > used))
            throw Error(ProblemKind::DicomDeflateInvalid, path,
                        std::to_string(used) + " bytes inflate beyond " + std::to_string(size));
    };
    if (!inflateChunks(deflated, windowBits, count)) return std::nullopt;
    std::vector<std::byte> dataset;
    dataset.reserve(size);
    inflateChunks(deflated, windowBits, [&](std::span<const std::byte> chunk, std::size_t) {
        dataset.insert(dataset.end(), chunk.begin(), chunk.end());
    });
    return dataset;
}

}  // namespace

std::vector<std::byte> inflateDataset(std::span<const std::byte> deflated,
                                      const std::filesystem::path& path) {
    for (const int windowBits : {-MAX_WBITS, MAX_WBITS})
        if (auto dataset = inflateAll(deflated, windowBits, path)) return std::move(*dataset);
    throw Error(ProblemKind::DicomDeflateInvalid, path,
                "the " + std::to_string(deflated.size()) + " bytes behind the meta header do not inflate");
}

}  // namespace residua
