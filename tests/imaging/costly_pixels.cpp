// SPDX-License-Identifier: GPL-3.0-or-later
#include <string>
#include <vector>

#include "tests/imaging/costly_files.h"

namespace residua::test {

namespace {

DicomBytes bigEndian() {
    return DicomBytes(Encoding::ExplicitBig);
}

Bytes encapsulated(std::string_view syntax, const ImageShape& shape, const std::vector<Bytes>& fragments,
                   const std::vector<std::uint32_t>& offsets = {}) {
    return dicomFile(syntax,
                     imageHeader(Encoding::ExplicitLittle, shape).fragments(fragments, offsets).bytes());
}

/// A marker and its segment (T.81 B.1.1.4).
DicomBytes segment(unsigned marker, const DicomBytes& content) {
    return bigEndian().put(marker, 2).put(content.size() + 2, 2).append(content.bytes());
}

/// A grey frame's header: SOF of `marker`.
DicomBytes jpegFrame(unsigned marker, unsigned size, unsigned bits = 8) {
    return segment(marker, bigEndian().put(bits, 1).put(size, 2).put(size, 2).put(1, 1).put(0x011100, 3));
}
DicomBytes jpegScan(unsigned first, unsigned second, unsigned third, unsigned tables = 0) {
    return segment(0xFFDA,
                   bigEndian().put(1, 1).put(1, 1).put(tables, 1).put(first, 1).put(second, 1).put(third, 1));
}
/// A Huffman table of one code, '0', for `symbol` (T.81 B.2.4.2).
DicomBytes oneCode(unsigned table, unsigned symbol) {
    return segment(0xFFC4, bigEndian().put(table, 1).put(1, 1).append(Bytes(15)).put(symbol, 1));
}

/// A progressive frame of size × size pixels with AC scans that each end all blocks with one code.
Bytes progressiveJpeg(unsigned size, unsigned scans) {
    auto jpeg = bigEndian().put(0xFFD8, 2);
    jpeg.append(segment(0xFFDB, bigEndian().put(0, 1).append(Bytes(64, std::byte{1}))).bytes());
    jpeg.append(jpegFrame(0xFFC2, size).bytes());
    jpeg.append(oneCode(0x00, 0).bytes()).append(oneCode(0x10, 0xE0).bytes());
    jpeg.append(jpegScan(0, 0, 0).bytes()).append(Bytes(size / 8 * (size / 8) / 8 + 1));
    for (unsigned i = 0; i < scans; ++i) jpeg.append(jpegScan(1, 63, 0).bytes()).put(0x0001, 2);
    return jpeg.put(0xFFD9, 2).bytes();
}

/// Baseline data of which every scan repeats the whole frame.
Bytes baselineJpeg(unsigned size, unsigned scans) {
    auto jpeg = bigEndian().put(0xFFD8, 2);
    jpeg.append(segment(0xFFDB, bigEndian().put(0, 1).append(Bytes(64, std::byte{1}))).bytes());
    jpeg.append(jpegFrame(0xFFC0, size).bytes());
    jpeg.append(oneCode(0x00, 0).bytes()).append(oneCode(0x10, 0).bytes());
    for (unsigned i = 0; i < scans; ++i)
        jpeg.append(jpegScan(0, 63, 0).bytes()).append(Bytes(size / 8 * (size / 8) / 4 + 1));
    return jpeg.put(0xFFD9, 2).bytes();
}

/// One scan of `data`, without tables.
Bytes jpegFrom(unsigned frameMarker, unsigned size, const Bytes& data) {
    auto jpeg = bigEndian().put(0xFFD8, 2).append(jpegFrame(frameMarker, size).bytes());
    return jpeg.append(jpegScan(0, 0, 0).bytes()).append(data).put(0xFFD9, 2).bytes();
}

Bytes losslessJpeg(unsigned size, unsigned predictor, unsigned shift) {
    auto jpeg = bigEndian().put(0xFFD8, 2).append(jpegFrame(0xFFC3, size).bytes());
    jpeg.append(oneCode(0x00, 0).bytes()).append(jpegScan(predictor, 0, shift).bytes());
    return jpeg.append(Bytes(size * size / 8 + 1)).put(0xFFD9, 2).bytes();
}

Bytes jpegLs(unsigned size, const DicomBytes& preset, unsigned nearLossless, unsigned interleave,
             std::size_t bytes) {
    auto jpeg = bigEndian().put(0xFFD8, 2).append(jpegFrame(0xFFF7, size).bytes()).append(preset.bytes());
    jpeg.append(jpegScan(nearLossless, interleave, 0).bytes());
    return jpeg.append(Bytes(bytes, std::byte{0x55})).put(0xFFD9, 2).bytes();
}
DicomBytes lse(unsigned most, unsigned t1, unsigned t2, unsigned t3, unsigned reset) {
    return segment(0xFFF8, bigEndian().put(1, 1).put(most, 2).put(t1, 2).put(t2, 2).put(t3, 2).put(reset, 2));
}

/// A codestream of one tile: main header with `code` as COD, `tileHeader` between SOT and SOD, then zeros:
/// each an empty packet.
Bytes jpeg2000(unsigned size, const DicomBytes& code, const DicomBytes& tileHeader, std::size_t packets) {
    auto stream = bigEndian().put(0xFF4F, 2);
    auto siz = bigEndian().put(0, 2).put(size, 4).put(size, 4).put(0, 8).put(size, 4).put(size, 4).put(0, 8);
    stream.append(segment(0xFF51, siz.put(1, 2).put(7, 1).put(1, 1).put(1, 1)).bytes());
    stream.append(segment(0xFF52, code).bytes());
    stream.append(segment(0xFF5C, bigEndian().put(0x40, 1).append(Bytes(97, std::byte{0x40}))).bytes());
    const auto length = 12 + tileHeader.size() + 2 + packets;
    stream.append(segment(0xFF90, bigEndian().put(0, 2).put(length, 4).put(0, 1).put(1, 1)).bytes());
    stream.append(tileHeader.bytes()).put(0xFF93, 2).append(Bytes(packets)).put(0xFFD9, 2);
    return stream.bytes();
}
/// COD (A.6.1): layers, levels, exponents of code blocks; `precincts` the same for each level, 0 = none.
DicomBytes codingStyle(unsigned layers, unsigned levels, unsigned block, unsigned precincts = 0) {
    auto cod = bigEndian().put(precincts == 0 ? 0 : 1, 1).put(0, 1).put(layers, 2).put(0, 1).put(levels, 1);
    cod.put(block, 1).put(block, 1).put(0, 1).put(1, 1);
    if (precincts != 0)
        for (unsigned i = 0; i <= levels; ++i) cod.put(precincts, 1);
    return cod;
}

void addJpeg(std::vector<CostlyFile>& files) {
    constexpr unsigned kSide = 1024;
    constexpr std::string_view kProgressive = "1.2.840.10008.1.2.4.55";
    const auto add = [&](const std::string& name, std::string_view syntax, const Bytes& stream) {
        files.push_back({name, encapsulated(syntax, {.rows = kSide, .columns = kSide}, {stream})});
    };
    // A decoder passes over the whole frame for each scan.
    add("progressive JPEG of 250 scans in 5 kB", kProgressive, progressiveJpeg(kSide, 250));
    add("progressive JPEG of 90 scans in 2 kB", kProgressive, progressiveJpeg(kSide, 90));
    add("progressive JPEG without a bit for each block", kProgressive,
        jpegFrom(0xFFC2, kSide, Bytes(1000, std::byte{0x55})));
    add("the only component in 100 scans", kJpegBaseline, baselineJpeg(kSide, 100));
    for (const unsigned predictor : {0U, 8U, 255U})  // T.81 H.1.2.1: 1 to 7
        add("lossless predictor " + std::to_string(predictor), kJpegLossless,
            losslessJpeg(kSide, predictor, 0));
    const auto addLs = [&](const std::string& name, const DicomBytes& segments, unsigned deviation = 0,
                           unsigned interleave = 0) {
        add("JPEG-LS, " + name, kJpegLs, jpegLs(kSide, segments, deviation, interleave, 4000));
    };
    addLs("largest value 1", lse(1, 1, 1, 1, 3));
    addLs("largest value beyond the bits", lse(65535, 3, 7, 21, 64));
    addLs("descending thresholds", lse(255, 21, 7, 3, 64));
    addLs("threshold beyond the largest value", lse(255, 3, 7, 256, 64));
    addLs("reset at 65,535", lse(255, 3, 7, 21, 65535));
    addLs("reset at 1", lse(255, 3, 7, 21, 1));
    addLs("deviation of the whole range", bigEndian(), 255);
    addLs("interleave 7", bigEndian(), 0, 7);
    addLs("restart intervals", segment(0xFFDD, bigEndian().put(1, 2)));
    addLs("a mapping table", segment(0xFFF8, bigEndian().put(2, 1).put(1, 1).put(2, 1).append(Bytes(600))));
    addLs("an extended size", segment(0xFFF8, bigEndian().put(4, 1).put(4, 1).put(~0U, 4).put(~0U, 4)));
    addLs("a frame of noise that ends early", bigEndian());
}

/// A JP2 file whose codestream lies behind a box that holds another one.
Bytes boxed(const Bytes& harmless, const Bytes& stream) {
    const auto box = [](std::string_view type, const Bytes& content) {
        return bigEndian().put(8 + content.size(), 4).append(toBytes(type)).append(content);
    };
    const auto size = bigEndian().put(4096, 4).put(4096, 4).put(1, 2).put(7, 1).put(7, 1).put(0, 2);
    const auto colour = bigEndian().put(1, 1).put(0, 2).put(17, 4);
    const auto header =
        bigEndian().append(box("ihdr", size.bytes()).bytes()).append(box("colr", colour.bytes()).bytes());
    return bigEndian()
        .append(box("jP  ", bigEndian().put(0x0D0A870A, 4).bytes()).bytes())
        .append(box("ftyp", bigEndian().append(toBytes("jp2 ")).put(0, 4).append(toBytes("jp2 ")).bytes())
                    .bytes())
        .append(box("uuid", harmless).bytes())
        .append(box("jp2h", header.bytes()).bytes())
        .append(box("jp2c", stream).bytes())
        .bytes();
}

void addJpeg2000(std::vector<CostlyFile>& files) {
    constexpr unsigned kSide = 4096;
    constexpr std::size_t kPackets = 9000;
    const auto add = [&](const std::string& name, const Bytes& stream) {
        files.push_back(
            {"JPEG 2000, " + name, encapsulated(kJpeg2000, {.rows = kSide, .columns = kSide}, {stream})});
    };
    const auto inTile = [&](const DicomBytes& tileHeader) {
        return jpeg2000(kSide, codingStyle(1, 1, 4), tileHeader, kPackets);
    };
    const auto tiny = jpeg2000(kSide, codingStyle(1, 1, 0, 0x11), bigEndian(), kPackets);
    add("65,535 layers", jpeg2000(kSide, codingStyle(65535, 5, 4), bigEndian(), kPackets));
    add("a million code blocks", jpeg2000(kSide, codingStyle(1, 0, 0), bigEndian(), kPackets));
    add("precincts of 2 × 2 samples", tiny);
    add("precincts of 2 × 2 samples in a tile", inTile(segment(0xFF52, codingStyle(1, 1, 0, 0x11))));
    add("33 levels in a tile", inTile(segment(0xFF52, codingStyle(1, 33, 4))));
    const auto component = bigEndian().put(0x000101, 3).put(0, 4).put(0x1111, 2);
    add("precincts of 2 × 2 samples in a component", inTile(segment(0xFF53, component)));
    auto orders = bigEndian();
    for (int i = 0; i < 9000; ++i) orders.put(0, 2).put(1, 2).put(33, 1).put(1, 1).put(0, 1);
    add("9,000 orders of progression", inTile(segment(0xFF5F, orders)));
    add("precincts behind a harmless stream",
        boxed(jpeg2000(kSide, codingStyle(1, 1, 4), bigEndian(), 10), tiny));
}

void addFragments(std::vector<CostlyFile>& files) {
    const std::vector<Bytes> empty(500'000);
    const ImageShape hundredThousand{.frames = 100'000};
    files.push_back({"empty fragments of one frame", encapsulated(kRle, {}, empty)});
    files.push_back({"empty fragments of two frames", encapsulated(kRle, {.frames = 2}, empty)});
    files.push_back({"empty fragments of many frames", encapsulated(kRle, hundredThousand, empty)});
    files.push_back({"offset table that points nowhere",
                     encapsulated(kRle, hundredThousand, empty, std::vector<std::uint32_t>(100'000, ~0U))});
    files.push_back(
        {"blank frames", encapsulated(kJpegBaseline, hundredThousand, std::vector<Bytes>(100'000))});
}

Bytes paletteImage(const Bytes& segments) {
    DicomBytes d;
    d.us(0x00280002, {1}).text(0x00280004, "CS", "PALETTE COLOR").us(0x00280010, {4}).us(0x00280011, {4});
    d.us(0x00280100, {8}).us(0x00280101, {8}).us(0x00280102, {7}).us(0x00280103, {0});
    for (const Tag tag : {0x00281101, 0x00281102, 0x00281103}) d.us(tag, {0, 0, 16});
    for (const Tag tag : {0x00281221, 0x00281222, 0x00281223}) d.raw(tag, "OW", segments);
    return dicomFile(kExplicitLittle, d.raw(kPixelData, "OB", Bytes(16)).bytes());
}

void addPalettes(std::vector<CostlyFile>& files) {
    DicomBytes repeated, lines;
    for (int i = 0; i < 65535; ++i) repeated.put(0, 4);  // segments of no entries
    for (int i = 0; i < 100'000; ++i)
        repeated.put(2, 2).put(65535, 2).put(0, 4);  // each goes through them all
    lines.put(0, 2).put(1, 2).put(0, 2);
    for (int i = 0; i < 1'000'000; ++i) lines.put(1, 2).put(0, 2).put(0, 2);
    files.push_back({"a palette that repeats empty segments", paletteImage(repeated.bytes())});
    files.push_back({"a palette of empty lines", paletteImage(lines.bytes())});
}

}  // namespace

std::vector<CostlyFile> costlyPixels() {
    std::vector<CostlyFile> files;
    addJpeg(files);
    addJpeg2000(files);
    addFragments(files);
    addPalettes(files);
    return files;
}

}  // namespace residua::test
