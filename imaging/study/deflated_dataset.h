// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "imaging/study/byte_source.h"

namespace residua {

/// Inflates a deflated dataset (PS3.5 A.5; a zlib header, as some writers add, is accepted).
/// Throws Error DicomDeflateInvalid for a broken or cut stream, one of more than 1 GiB, or of more than 16
/// MiB and 200:1.
std::vector<std::byte> inflateDataset(std::span<const std::byte> deflated, const std::filesystem::path& path);

/// A deflated dataset for a scan: read and inflated only as far as the walk goes, so neither is done for the
/// pixels. Offsets are the inflated file's. What was inflated is kept, at most 64 MiB.
///
/// A dataset of up to 1 MiB is inflated at once, and size() is true; a larger one's size() is the most that
/// inflateDataset would allow, so that PixelData which claims more is refused without inflating it.
class InflatingSource final : public ByteSource {
public:
    /// @param offset of the deflated stream in `file`, which must outlive the source, as must `path`
    /// Throws Error DicomDeflateInvalid, also while it is read.
    InflatingSource(ByteSource& file, std::size_t offset, const std::filesystem::path& path);
    InflatingSource(ByteSource& file, std::size_t offset, std::filesystem::path&& path) = delete;
    ~InflatingSource() override;
    bool reaches(std::size_t offset) override;
    bool knowsSize() const override { return knowsSize_; }

private:
    class Stream;
    InflatingSource(std::unique_ptr<Stream> stream, std::size_t offset);
    void load(std::size_t offset, std::size_t count) override;

    std::unique_ptr<Stream> stream_;
    bool knowsSize_ = false;
};

}  // namespace residua
