// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace residua::test {

/// DICOM written byte by byte, valid or broken on purpose, independent of the code under test (PS3.5 7,
/// PS3.10 7).

using Bytes = std::vector<std::byte>;

enum class Encoding { ImplicitLittle, ExplicitLittle, ExplicitBig };

/// (group, element) as one number: 0x7FE00010 is PixelData.
using Tag = std::uint32_t;
constexpr Tag kPixelData = 0x7FE00010;
constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;

inline constexpr std::string_view kImplicitLittle = "1.2.840.10008.1.2";
inline constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";
inline constexpr std::string_view kDeflated = "1.2.840.10008.1.2.1.99";
inline constexpr std::string_view kExplicitBig = "1.2.840.10008.1.2.2";
inline constexpr std::string_view kJpegBaseline = "1.2.840.10008.1.2.4.50";
inline constexpr std::string_view kJpegLossless = "1.2.840.10008.1.2.4.70";
inline constexpr std::string_view kJpegLs = "1.2.840.10008.1.2.4.80";
inline constexpr std::string_view kJpeg2000 = "1.2.840.10008.1.2.4.90";
inline constexpr std::string_view kRle = "1.2.840.10008.1.2.5";

inline Bytes toBytes(std::string_view text) {
    Bytes bytes(text.size());
    if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
}

/// Elements, appended in the order of the calls; every call returns the object, so that datasets read as
/// lists.
class DicomBytes {
public:
    DicomBytes() = default;
    explicit DicomBytes(Encoding encoding) : encoding_(encoding) {}

    const Bytes& bytes() const { return bytes_; }
    std::size_t size() const { return bytes_.size(); }
    Encoding encoding() const { return encoding_; }

    /// Only tag, VR and length: what a value claims to be. Broken headers are made with it.
    DicomBytes& header(Tag tag, std::string_view vr, std::uint32_t length) {
        putTag(tag);
        if (encoding_ == Encoding::ImplicitLittle || (tag >> 16) == 0xFFFE) {
            put(length, 4);
        } else if (hasLongLength(vr)) {
            append(toBytes(vr));
            put(0, 2);
            put(length, 4);
        } else {
            append(toBytes(vr));
            put(length, 2);
        }
        return *this;
    }
    /// Bytes as they are.
    DicomBytes& append(const Bytes& bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    /// An element with these bytes as its value, not padded.
    DicomBytes& raw(Tag tag, std::string_view vr, const Bytes& value) {
        return header(tag, vr, static_cast<std::uint32_t>(value.size())).append(value);
    }
    /// A text, padded to an even length with a space (UI: with NUL).
    DicomBytes& text(Tag tag, std::string_view vr, std::string_view value) {
        std::string padded(value);
        if (padded.size() % 2 != 0) padded += vr == "UI" ? '\0' : ' ';
        return raw(tag, vr, toBytes(padded));
    }
    DicomBytes& us(Tag tag, std::initializer_list<unsigned> values) { return integers(tag, "US", 2, values); }
    DicomBytes& ul(Tag tag, std::initializer_list<unsigned> values) { return integers(tag, "UL", 4, values); }
    DicomBytes& fd(Tag tag, std::initializer_list<double> values) {
        header(tag, "FD", static_cast<std::uint32_t>(8 * values.size()));
        for (const double value : values) put(std::bit_cast<std::uint64_t>(value), 8);
        return *this;
    }
    /// A sequence whose lengths are defined.
    DicomBytes& sequence(Tag tag, const std::vector<DicomBytes>& items) {
        DicomBytes content(encoding_);
        for (const auto& item : items) content.raw(0xFFFEE000, "", item.bytes());
        return header(tag, "SQ", static_cast<std::uint32_t>(content.size())).append(content.bytes());
    }
    /// A sequence of undefined length with items of undefined length, ended by delimiters.
    DicomBytes& sequenceUndefined(Tag tag, const std::vector<DicomBytes>& items) {
        header(tag, "SQ", kUndefinedLength);
        for (const auto& item : items)
            header(0xFFFEE000, "", kUndefinedLength).append(item.bytes()).header(0xFFFEE00D, "", 0);
        return header(0xFFFEE0DD, "", 0);
    }
    /// Encapsulated PixelData (PS3.5 A.4): the offset table (empty by default), the fragments, the delimiter.
    DicomBytes& fragments(const std::vector<Bytes>& fragments,
                          const std::vector<std::uint32_t>& offsets = {}) {
        header(kPixelData, "OB", kUndefinedLength);
        header(0xFFFEE000, "", static_cast<std::uint32_t>(4 * offsets.size()));
        for (const auto offset : offsets) put(offset, 4);
        for (const auto& fragment : fragments) raw(0xFFFEE000, "", fragment);
        return header(0xFFFEE0DD, "", 0);
    }
    /// A number in the dataset's byte order.
    DicomBytes& put(std::uint64_t value, int size) {
        for (int i = 0; i < size; ++i) {
            const int shift = 8 * (encoding_ == Encoding::ExplicitBig ? size - 1 - i : i);
            bytes_.push_back(static_cast<std::byte>(value >> shift & 0xFF));
        }
        return *this;
    }

private:
    static bool hasLongLength(std::string_view vr) {  // PS3.5 table 7.1-1
        for (const std::string_view known :
             {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
            if (vr == known) return true;
        return false;
    }
    void putTag(Tag tag) {
        put(tag >> 16, 2);
        put(tag & 0xFFFF, 2);
    }
    DicomBytes& integers(Tag tag, std::string_view vr, int size, std::initializer_list<unsigned> values) {
        header(tag, vr, static_cast<std::uint32_t>(static_cast<std::size_t>(size) * values.size()));
        for (const auto value : values) put(value, size);
        return *this;
    }

    Encoding encoding_ = Encoding::ExplicitLittle;
    Bytes bytes_;
};

inline Encoding encodingOf(std::string_view transferSyntax) {
    if (transferSyntax == kImplicitLittle) return Encoding::ImplicitLittle;
    if (transferSyntax == kExplicitBig) return Encoding::ExplicitBig;
    return Encoding::ExplicitLittle;
}

/// Preamble, "DICM" and the meta header for a dataset of this transfer syntax, then the dataset.
inline Bytes dicomFile(std::string_view transferSyntax, const Bytes& dataset,
                       std::string_view sopInstanceUid = "1.2.3.4") {
    DicomBytes meta;
    meta.raw(0x00020001, "OB", {std::byte{0}, std::byte{1}})
        .text(0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.7")
        .text(0x00020003, "UI", sopInstanceUid)
        .text(0x00020010, "UI", transferSyntax)
        .text(0x00020012, "UI", "1.2.826.0.1.3680043.10.1");
    DicomBytes file;
    file.append(Bytes(128)).append(toBytes("DICM"));
    file.ul(0x00020000, {static_cast<unsigned>(meta.size())}).append(meta.bytes()).append(dataset);
    return file.bytes();
}

/// What a small image's dataset says about its pixels.
struct ImageShape {
    unsigned rows = 4;
    unsigned columns = 4;
    unsigned samples = 1;
    unsigned bitsAllocated = 8;
    unsigned frames = 1;
    std::string photometric = "MONOCHROME2";
    std::size_t frameBytes() const { return std::size_t{1} * rows * columns * samples * bitsAllocated / 8; }
};

/// Identity and image elements up to, not including, PixelData; in ascending order of tags.
inline DicomBytes imageHeader(Encoding encoding, const ImageShape& shape = {},
                              std::string_view sopInstanceUid = "1.2.3.4") {
    DicomBytes d(encoding);
    d.text(0x00080008, "CS", "ORIGINAL\\PRIMARY")
        .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7")
        .text(0x00080018, "UI", sopInstanceUid)
        .text(0x00080060, "CS", "OT")
        .text(0x00100010, "PN", "Doe^Jane")
        .text(0x00100020, "LO", "P1")
        .text(0x0020000D, "UI", "1.2.3")
        .text(0x0020000E, "UI", "1.2.3.1")
        .text(0x00200013, "IS", "1")
        .us(0x00280002, {shape.samples})
        .text(0x00280004, "CS", shape.photometric);
    if (shape.samples > 1) d.us(0x00280006, {0});
    if (shape.frames > 1) d.text(0x00280008, "IS", std::to_string(shape.frames));
    d.us(0x00280010, {shape.rows})
        .us(0x00280011, {shape.columns})
        .us(0x00280100, {shape.bitsAllocated})
        .us(0x00280101, {shape.bitsAllocated})
        .us(0x00280102, {shape.bitsAllocated - 1})
        .us(0x00280103, {0});
    return d;
}

/// A whole valid uncompressed image file with a ramp as pixels.
inline Bytes imageFile(std::string_view transferSyntax = kExplicitLittle, const ImageShape& shape = {},
                       std::string_view sopInstanceUid = "1.2.3.4") {
    auto dataset = imageHeader(encodingOf(transferSyntax), shape, sopInstanceUid);
    Bytes pixels(shape.frameBytes() * shape.frames);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::byte>(i * 7 & 0xFF);
    if (pixels.size() % 2 != 0) pixels.push_back(std::byte{0});
    dataset.raw(kPixelData, shape.bitsAllocated > 8 ? "OW" : "OB", pixels);
    return dicomFile(transferSyntax, dataset.bytes(), sopInstanceUid);
}

inline void writeBytes(const std::filesystem::path& path, const Bytes& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace residua::test
