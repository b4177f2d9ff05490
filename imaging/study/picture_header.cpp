// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/picture_header.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "imaging/error.h"
#include "imaging/study/made_uid.h"
#include "imaging/study/tiff_pages.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1A\n";

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kFolderWords{{
    {"mr", "MR"},
    {"mri", "MR"},
    {"brain", "MR"},
    {"flair", "MR"},
    {"cr", "CR"},
    {"dx", "DX"},
    {"xray", "DX"},
    {"xrays", "DX"},
    {"chest", "DX"},
    {"cxr", "DX"},
    {"thorax", "DX"},
    {"radiographs", "DX"},
    {"ct", "CT"},
    {"us", "US"},
}};

std::uint32_t bigEndian(std::span<const std::byte> bytes) {
    std::uint32_t value = 0;
    for (const auto byte : bytes) value = value << 8 | std::to_integer<std::uint32_t>(byte);
    return value;
}

bool holds(ByteSource& source, std::size_t offset, std::string_view text) {
    return source.size() >= offset + text.size() &&
           std::memcmp(source.at(offset, text.size()).data(), text.data(), text.size()) == 0;
}

[[noreturn]] void invalid(const fs::path& path, std::string what) {
    throw Error(ProblemKind::PictureInvalid, path, std::move(what));
}

PictureHeader readPng(ByteSource& source, const fs::path& path) {
    // PNG 11.2.2: signature, length, "IHDR", width, height, bit depth, colour type.
    if (source.size() < 33 || std::memcmp(source.at(12, 4).data(), "IHDR", 4) != 0) invalid(path, "no IHDR");
    const auto width = bigEndian(source.at(16, 4)), height = bigEndian(source.at(20, 4));
    if (width > 0x7FFFFFFF || height > 0x7FFFFFFF) invalid(path, "a size beyond PNG's own limit");
    const auto colourType = std::to_integer<int>(source.at(25, 1)[0]);
    return {PictureFormat::Png,
            static_cast<int>(width),
            static_cast<int>(height),
            (colourType & 2) != 0,
            false,
            1};
}

PictureHeader readTiff(ByteSource& source, const fs::path& path) {
    const auto pages = readTiffPages(source, path);
    const auto& first = pages.front();
    return {PictureFormat::Tiff, first.width,       first.height,
            first.isColour,      first.isWhiteZero, static_cast<int>(pages.size())};
}

bool isFrameHeader(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

PictureHeader readJpeg(ByteSource& source, const fs::path& path) {
    for (std::size_t offset = 2; offset + 4 <= source.size();) {
        const auto bytes = source.at(offset, 4);
        const int marker = std::to_integer<int>(bytes[1]);
        if (bytes[0] != std::byte{0xFF}) invalid(path, "no marker at offset " + std::to_string(offset));
        if (marker == 0xFF || marker == 0x01 ||
            (marker >= 0xD0 && marker <= 0xD8)) {  // fill, or without a length
            offset += marker == 0xFF ? 1 : 2;
            continue;
        }
        const auto length = bigEndian(bytes.subspan(2, 2));
        if (length < 2 || marker == 0xD9 || marker == 0xDA) break;
        if (isFrameHeader(marker)) {
            if (length < 8 || offset + 10 > source.size()) break;
            const auto frame = source.at(offset, 10);
            return {PictureFormat::Jpeg,
                    static_cast<int>(bigEndian(frame.subspan(7, 2))),
                    static_cast<int>(bigEndian(frame.subspan(5, 2))),
                    frame[9] >= std::byte{3},
                    false,
                    1};
        }
        offset += 2 + length;
    }
    invalid(path, "no frame header");
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// The modality a folder's name stands for, by its whole words; empty where it says nothing.
std::string_view modalityOfName(const std::string& name) {
    if (name.find("x-ray") != std::string::npos || name.find("x_ray") != std::string::npos) return "DX";
    for (std::size_t i = 0; i < name.size();) {
        std::size_t end = i;
        while (end < name.size() && std::isalnum(static_cast<unsigned char>(name[end]))) ++end;
        const auto word = std::string_view(name).substr(i, end - i);
        const auto known =
            std::ranges::find(kFolderWords, word, &std::pair<std::string_view, std::string_view>::first);
        if (known != kFolderWords.end()) return known->second;
        i = end + 1;
    }
    return {};
}

}  // namespace

std::optional<PictureFormat> pictureFormat(ByteSource& source) {
    if (holds(source, 0, "\xFF\xD8\xFF")) return PictureFormat::Jpeg;
    if (holds(source, 0, kPngSignature)) return PictureFormat::Png;
    if (looksLikeTiff(source) && !holds(source, 128, "DICM")) return PictureFormat::Tiff;
    return std::nullopt;
}

PictureHeader readPictureHeader(ByteSource& source, PictureFormat format, const fs::path& path) {
    if (format == PictureFormat::Tiff) return readTiff(source, path);
    const auto header = format == PictureFormat::Png ? readPng(source, path) : readJpeg(source, path);
    requirePictureSize(static_cast<std::uint64_t>(header.width), static_cast<std::uint64_t>(header.height),
                       path);
    return header;
}

std::string guessedModality(const fs::path& path) {
    for (auto folder = path.parent_path(); folder.has_relative_path(); folder = folder.parent_path())
        if (const auto modality = modalityOfName(lower(folder.filename().native())); !modality.empty())
            return std::string(modality);
    return "OT";
}

Study pictureStudy(const PictureHeader& header, const fs::path& path, std::size_t fileSize,
                   const std::string& modality) {
    const auto folder = path.parent_path();
    Instance instance;
    instance.path = path;
    instance.fileKind = FileKind::Picture;
    instance.sopInstanceUid = madeUid("picture", path.native() + '\0' + std::to_string(fileSize));
    instance.rows = header.height;
    instance.columns = header.width;
    instance.frames = header.frames;
    instance.photometric = header.isColour ? "RGB" : header.isWhiteZero ? "MONOCHROME1" : "MONOCHROME2";
    instance.hasPixels = true;
    Series series;
    series.uid = madeUid("series of pictures", folder.native());
    series.number = 1;
    series.description = folder.filename();
    series.modality = modality.empty() ? guessedModality(path) : modality;
    series.instances.push_back(std::move(instance));
    Study study;
    study.uid = madeUid("study of pictures", folder.native());
    study.description = folder.filename();
    study.series.push_back(std::move(series));
    return study;
}

}  // namespace residua
