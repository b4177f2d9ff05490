// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/tiff_pages.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "imaging/error.h"

namespace residua {

namespace {

// Ours: 3 bytes a pixel then stay below 1 GiB.
constexpr std::uint64_t kMostPixels = (std::uint64_t{1} << 30) / 3;
constexpr std::uint64_t kMostEntries = 1'000'000;

using namespace std::string_view_literals;
constexpr std::string_view kLittle = "II*\0"sv, kBig = "MM\0*"sv;
constexpr std::string_view kLittle64 = "II+\0\x08\0\0\0"sv, kBig64 = "MM\0+\0\x08\0\0"sv;

bool begins(ByteSource& source, std::string_view text) {
    return source.size() >= text.size() &&
           std::memcmp(source.at(0, text.size()).data(), text.data(), text.size()) == 0;
}

/// What a directory says that a page is told by.
struct Directory {
    std::uint64_t subfileType = 0;
    std::uint64_t width = 0;
    std::uint64_t height = 0;
    std::uint64_t photometric = 1;
    std::uint64_t next = 0;
};

class TiffWalk {
public:
    TiffWalk(ByteSource& source, const std::filesystem::path& path)
        : source_(source), path_(path), isBig_(begins(source, "MM")) {
        is64_ = begins(source, kLittle64) || begins(source, kBig64);
    }

    std::uint64_t firstDirectory() { return is64_ ? number(8, 8) : number(4, 4); }

    Directory directory(std::uint64_t offset) {
        if (!seen_.insert(offset).second) invalid("its directories form a circle");
        const std::uint64_t countSize = is64_ ? 8 : 2, entrySize = is64_ ? 20 : 12;
        const auto count = number(offset, countSize);
        entries_ += std::min(count, kMostEntries + 1);
        if (entries_ > kMostEntries) invalid("more than 1,000,000 entries in its directories");
        Directory directory;
        for (std::uint64_t i = 0; i < count; ++i) take(offset + countSize + i * entrySize, directory);
        directory.next = number(offset + countSize + count * entrySize, is64_ ? 8 : 4);
        return directory;
    }

    [[noreturn]] void invalid(std::string what) const {
        throw Error(ProblemKind::PictureInvalid, path_, std::move(what));
    }

private:
    void take(std::uint64_t entry, Directory& directory) {
        const auto tag = number(entry, 2), type = number(entry + 2, 2);
        std::uint64_t* const value = placeOf(tag, directory);
        if (!value) return;
        // SHORT, LONG and LONG8; the value lies in the entry.
        const std::uint64_t size = type == 3 ? 2 : type == 4 ? 4 : type == 16 && is64_ ? 8 : 0;
        if (size == 0 || number(entry + 4, is64_ ? 8 : 4) != 1) invalid("a size of an odd type");
        *value = number(entry + (is64_ ? 12 : 8), size);
    }

    static std::uint64_t* placeOf(std::uint64_t tag, Directory& directory) {
        switch (tag) {
            case 254:
                return &directory.subfileType;
            case 256:
                return &directory.width;
            case 257:
                return &directory.height;
            case 262:
                return &directory.photometric;
            default:
                return nullptr;
        }
    }

    std::uint64_t number(std::uint64_t offset, std::uint64_t size) {
        if (offset > source_.size() || source_.size() - offset < size)
            invalid("a directory lies outside the file");
        const auto bytes = source_.at(offset, size);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < size; ++i)
            value = value << 8 | std::to_integer<std::uint64_t>(bytes[isBig_ ? i : size - 1 - i]);
        return value;
    }

    ByteSource& source_;
    const std::filesystem::path& path_;
    bool isBig_ = false, is64_ = false;
    std::uint64_t entries_ = 0;
    std::unordered_set<std::uint64_t> seen_;
};

TiffPage pageOf(const Directory& directory, std::uint64_t offset) {
    return {offset, static_cast<int>(directory.width), static_cast<int>(directory.height),
            directory.photometric > 1, directory.photometric == 0};
}

}  // namespace

bool looksLikeTiff(ByteSource& source) {
    return begins(source, kLittle) || begins(source, kBig) || begins(source, kLittle64) ||
           begins(source, kBig64);
}

std::vector<TiffPage> readTiffPages(ByteSource& source, const std::filesystem::path& path) {
    TiffWalk walk(source, path);
    std::vector<TiffPage> pages, others;
    for (auto offset = walk.firstDirectory(); offset != 0;) {
        const auto directory = walk.directory(offset);
        requirePictureSize(directory.width, directory.height, path);
        // Bit 0: a smaller copy of another page; bit 2: a mask.
        const bool isOther = (directory.subfileType & 5) != 0;
        (isOther ? others : pages).push_back(pageOf(directory, offset));
        offset = directory.next;
    }
    if (pages.empty()) pages = std::move(others);
    if (pages.empty()) walk.invalid("no directory");
    return pages;
}

void requirePictureSize(std::uint64_t width, std::uint64_t height, const std::filesystem::path& path) {
    if (width == 0 || height == 0) throw Error(ProblemKind::PictureInvalid, path, "width or height is 0");
    if (width > kMostPixels / height)
        throw Error(ProblemKind::FrameTooLarge, path,
                    std::to_string(width) + " × " + std::to_string(height) + " pixels");
}

}  // namespace residua
