// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/imaging/study/hostile_files.h"

#include <zlib.h>

#include <utility>

namespace residua::test {

namespace {

using enum ProblemKind;

constexpr Tag kSequence = 0x00081140;

Bytes deflated(const Bytes& dataset) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    Bytes result(deflateBound(&stream, dataset.size()));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(dataset.data()));
    stream.avail_in = static_cast<uInt>(dataset.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    deflate(&stream, Z_FINISH);
    result.erase(result.end() - static_cast<std::ptrdiff_t>(stream.avail_out), result.end());
    deflateEnd(&stream);
    return result;
}

Bytes cut(Bytes bytes, std::size_t count) {
    bytes.erase(bytes.end() - static_cast<std::ptrdiff_t>(count), bytes.end());
    return bytes;
}

/// An image's header with `change` appended, as an explicit little endian file.
Bytes headerWith(const DicomBytes& change) {
    return dicomFile(kExplicitLittle, imageHeader(Encoding::ExplicitLittle).append(change.bytes()).bytes());
}

/// A header of group 28 alone, pixels behind it.
Bytes pixelsBehind(const DicomBytes& group28, std::size_t pixels = 16) {
    DicomBytes dataset;
    dataset.text(0x00080060, "CS", "OT").append(group28.bytes()).raw(kPixelData, "OB", Bytes(pixels));
    return dicomFile(kExplicitLittle, dataset.bytes());
}

DicomBytes shapeElements(unsigned rows, unsigned columns, unsigned samples, unsigned bits) {
    DicomBytes d;
    return d.us(0x00280002, {samples})
        .us(0x00280010, {rows})
        .us(0x00280011, {columns})
        .us(0x00280100, {bits});
}

/// `depth` sequences, one inside the other, with undefined lengths and no ends: the shortest way to nest.
Bytes nestedWithoutEnd(Encoding encoding, std::string_view vr, std::string_view syntax, int depth) {
    DicomBytes d(encoding);
    for (int i = 0; i < depth; ++i) {
        // Within UN the items are in implicit little endian (PS3.5 6.2.2).
        DicomBytes level(vr == "UN" && i > 0 ? Encoding::ImplicitLittle : encoding);
        level.header(kSequence, vr, kUndefinedLength).header(0xFFFEE000, "", kUndefinedLength);
        d.append(level.bytes());
    }
    return dicomFile(syntax, d.bytes());
}

/// `depth` sequences of defined lengths.
Bytes nestedWithLengths(Encoding encoding, std::string_view syntax, int depth) {
    const std::uint32_t perLevel = encoding == Encoding::ImplicitLittle ? 16 : 20;
    DicomBytes d(encoding);
    for (int i = depth; i > 0; --i) {
        const auto below = static_cast<std::uint32_t>(i - 1) * perLevel;
        d.header(kSequence, "SQ", below + 8).header(0xFFFEE000, "", below);
    }
    return dicomFile(syntax, d.bytes());
}

Bytes encapsulated(const ImageShape& shape, const DicomBytes& pixels, std::string_view syntax = kRle) {
    return dicomFile(syntax, imageHeader(Encoding::ExplicitLittle, shape).append(pixels.bytes()).bytes());
}

void addLengths(std::vector<HostileFile>& files) {
    files.push_back({"element-claims-three-gigabytes", "281 bytes that make DCMTK ask malloc for 3 GB",
                     DicomLengthBeyondFile,
                     headerWith(DicomBytes().header(0x00420011, "OB", 3'000'000'000u))});
    files.push_back({"pixel-data-claims-three-gigabytes", "the same claim, by PixelData itself",
                     DicomLengthBeyondFile,
                     headerWith(DicomBytes().header(kPixelData, "OW", 3'000'000'000u))});
    files.push_back({"transfer-that-stopped-in-the-pixels", "the connection broke after half the image",
                     DicomTruncated, cut(imageFile(), 8)});
    files.push_back(
        {"transfer-that-stopped-in-the-header", "the connection broke inside PatientName", DicomTruncated,
         cut(dicomFile(kExplicitLittle,
                       DicomBytes().text(0x00080060, "CS", "OT").text(0x00100010, "PN", "Doe^Jane").bytes()),
             3)});
    files.push_back({"transfer-that-stopped-in-the-meta-header", "nothing but half a meta header",
                     DicomTruncated, cut(dicomFile(kExplicitLittle, {}), 12)});
    files.push_back({"nothing-behind-the-meta-header", "the writer died before the dataset", DicomTruncated,
                     dicomFile(kExplicitLittle, {})});
    files.push_back(
        {"item-longer-than-its-sequence", "an item that reaches into the next element", DicomLengthBeyondFile,
         headerWith(
             DicomBytes().header(kSequence, "SQ", 8).header(0xFFFEE000, "", 60000).append(Bytes(70000)))});
    files.push_back({"element-longer-than-its-item", "a text that reaches beyond its item",
                     DicomLengthBeyondFile,
                     headerWith(DicomBytes()
                                    .header(kSequence, "SQ", 20)
                                    .header(0xFFFEE000, "", 12)
                                    .header(0x00080100, "SH", 400)
                                    .append(Bytes(500)))});
    files.push_back({"sequence-without-its-end", "the file ends between two items", DicomTruncated,
                     headerWith(DicomBytes().header(kSequence, "SQ", kUndefinedLength))});
}

void addStructure(std::vector<HostileFile>& files) {
    for (const int depth : {65, 6000}) {
        const auto n = std::to_string(depth);
        const auto story = n + " levels; 6,000 end DCMTK's recursion in a crash";
        files.push_back({n + "-sequences-of-undefined-length", story, DicomNestingTooDeep,
                         nestedWithoutEnd(Encoding::ExplicitLittle, "SQ", kExplicitLittle, depth)});
        files.push_back({n + "-sequences-inside-un", story, DicomNestingTooDeep,
                         nestedWithoutEnd(Encoding::ExplicitLittle, "UN", kExplicitLittle, depth)});
        files.push_back({n + "-implicit-sequences", story, DicomNestingTooDeep,
                         nestedWithoutEnd(Encoding::ImplicitLittle, "", kImplicitLittle, depth)});
        files.push_back({n + "-big-endian-sequences", story, DicomNestingTooDeep,
                         nestedWithoutEnd(Encoding::ExplicitBig, "SQ", kExplicitBig, depth)});
        files.push_back({n + "-sequences-of-defined-length", story, DicomNestingTooDeep,
                         nestedWithLengths(Encoding::ExplicitLittle, kExplicitLittle, depth)});
        files.push_back({n + "-implicit-sequences-of-defined-length", story, DicomNestingTooDeep,
                         nestedWithLengths(Encoding::ImplicitLittle, kImplicitLittle, depth)});
    }
    files.push_back({"item-outside-a-sequence", "an item's tag where an element should be", DicomMalformed,
                     headerWith(DicomBytes().header(0xFFFEE000, "", 4).append(Bytes(4)))});
    files.push_back({"sequence-of-no-items", "a sequence that holds text", DicomMalformed,
                     headerWith(DicomBytes().raw(kSequence, "SQ", toBytes("what is this doing here ")))});
    files.push_back({"text-of-undefined-length", "UT has a 32-bit length, but never an undefined one",
                     DicomMalformed,
                     headerWith(DicomBytes().header(0x00204000, "UT", kUndefinedLength).append(Bytes(64)))});
}

void addShapes(std::vector<HostileFile>& files) {
    files.push_back({"pixel-data-shorter-than-rows-and-columns-need", "15 bytes for 4 × 4 pixels",
                     PixelDataTooShort, headerWith(DicomBytes().raw(kPixelData, "OB", Bytes(14)))});
    files.push_back({"a-million-frames-in-a-small-file", "NumberOfFrames larger than the bytes",
                     PixelDataTooShort,
                     encapsulated({.frames = 1'000'000}, DicomBytes().fragments({Bytes(64)}))});
    files.push_back({"rows-as-bytes", "Rows as OB: DCMTK's readers disagree on its value", PixelHeaderInvalid,
                     pixelsBehind(DicomBytes()
                                      .us(0x00280002, {1})
                                      .raw(0x00280010, "OB", Bytes(2))
                                      .us(0x00280011, {4})
                                      .us(0x00280100, {8}))});
    files.push_back(
        {"rows-as-32-bits", "Rows as UL", PixelHeaderInvalid,
         pixelsBehind(
             DicomBytes().us(0x00280002, {1}).ul(0x00280010, {4}).us(0x00280011, {4}).us(0x00280100, {8}))});
    files.push_back({"rows-given-twice", "4 rows for the check, 60,000 for the decoder", PixelHeaderInvalid,
                     pixelsBehind(shapeElements(4, 4, 1, 8).us(0x00280010, {60000}))});
    files.push_back(
        {"no-rows", "columns alone", PixelHeaderInvalid, pixelsBehind(DicomBytes().us(0x00280011, {4}))});
    files.push_back({"zero-columns", "an image without width", PixelHeaderInvalid,
                     pixelsBehind(shapeElements(4, 0, 1, 8))});
    files.push_back(
        {"zero-bits", "pixels of no bits", PixelHeaderInvalid, pixelsBehind(shapeElements(4, 4, 1, 0))});
    files.push_back({"65535-bits", "pixels of 65,535 bits", PixelHeaderInvalid,
                     pixelsBehind(shapeElements(4, 4, 1, 65535))});
    files.push_back({"200-samples", "a pixel of 200 colours", PixelHeaderInvalid,
                     pixelsBehind(shapeElements(4, 4, 200, 8), 4000)});
    files.push_back({"four-gigabytes-a-frame", "2 frames of 65535 × 65535 in 1.4 kB: DCMTK asks for 4.3 GB",
                     FrameTooLarge,
                     encapsulated({.rows = 65535, .columns = 65535, .frames = 2},
                                  DicomBytes().fragments({Bytes(400), Bytes(400)}))});
    files.push_back({"expands-fifty-thousand-fold", "4096 × 4096 × 16 bit from a fragment of 100 bytes",
                     FrameTooLarge,
                     encapsulated({.rows = 4096, .columns = 4096, .bitsAllocated = 16},
                                  DicomBytes().fragments({Bytes(100)}))});
}

void addFragments(std::vector<HostileFile>& files) {
    const DicomBytes start =
        DicomBytes().header(kPixelData, "OB", kUndefinedLength).header(0xFFFEE000, "", 0);
    const auto with = [&](const DicomBytes& rest) {
        return encapsulated({}, DicomBytes(start).append(rest.bytes()));
    };
    files.push_back({"fragment-beyond-the-file", "a fragment of 100,000 bytes in a small file",
                     FragmentInvalid, with(DicomBytes().header(0xFFFEE000, "", 100'000).append(Bytes(64)))});
    files.push_back({"fragment-of-undefined-length", "fragments have lengths (PS3.5 A.4)", FragmentInvalid,
                     with(DicomBytes().header(0xFFFEE000, "", kUndefinedLength).append(Bytes(64)))});
    files.push_back({"element-between-fragments", "an element where a fragment should be", FragmentInvalid,
                     with(DicomBytes().text(0x00080060, "CS", "MR"))});
    files.push_back({"offset-table-alone", "encapsulated PixelData without a fragment", FragmentInvalid,
                     with(DicomBytes().header(0xFFFEE0DD, "", 0))});
    files.push_back({"three-frames-in-two-fragments", "the third frame is not there", FragmentInvalid,
                     encapsulated({.frames = 3}, DicomBytes().fragments({Bytes(64), Bytes(64)}))});
    files.push_back({"transfer-that-stopped-in-a-fragment", "half of the compressed frame", DicomTruncated,
                     with(DicomBytes().header(0xFFFEE000, "", 16).append(Bytes(9)))});
}

void addDeflated(std::vector<HostileFile>& files) {
    const auto dataset = imageHeader(Encoding::ExplicitLittle).raw(kPixelData, "OB", Bytes(16)).bytes();
    files.push_back({"deflated-rubbish", "a dataset that is no deflate stream", DicomDeflateInvalid,
                     dicomFile(kDeflated, Bytes(200, std::byte{0xFF}))});
    files.push_back({"deflate-bomb", "40 kB that inflate to 40 MB, of a bomb of any size",
                     DicomDeflateInvalid,
                     deflatedFile(imageHeader(Encoding::ExplicitLittle)
                                      .raw(0x00420011, "OB", Bytes(std::size_t{40} << 20))
                                      .bytes())});
    files.push_back({"deflated-pixels-of-many-bits-and-few-bytes",
                     "16 kB of zeros that inflate to the 16 MB of an image and claim to be 900 MB",
                     DicomDeflateInvalid,
                     deflatedFile(imageHeader(Encoding::ExplicitLittle, {.rows = 30000, .columns = 30000})
                                      .header(kPixelData, "OB", 900'000'000)
                                      .append(Bytes(std::size_t{15} << 20))
                                      .bytes())});
    files.push_back({"deflated-and-cut", "a deflate stream without its end", DicomDeflateInvalid,
                     cut(deflatedFile(dataset), 20)});
    files.push_back(
        {"deflated-claims-three-gigabytes", "the lie is inside the deflated dataset", DicomLengthBeyondFile,
         deflatedFile(
             imageHeader(Encoding::ExplicitLittle).header(0x00420011, "OB", 3'000'000'000u).bytes())});
}

}  // namespace

Bytes deflatedFile(const Bytes& dataset) {
    return dicomFile(kDeflated, deflated(dataset));
}

std::vector<HostileFile> hostileFiles() {
    std::vector<HostileFile> files;
    addLengths(files);
    addStructure(files);
    addShapes(files);
    addFragments(files);
    addDeflated(files);
    return files;
}

std::vector<Bytes> validFiles() {
    std::vector<Bytes> files;
    for (const auto syntax : {kExplicitLittle, kImplicitLittle, kExplicitBig})
        files.push_back(imageFile(syntax));
    for (const auto encoding : {Encoding::ExplicitLittle, Encoding::ImplicitLittle}) {
        const auto code = DicomBytes(encoding).text(0x00080100, "SH", "T-1");
        const auto inner = DicomBytes(encoding).sequenceUndefined(kSequence, {code, code});
        const auto dataset = DicomBytes(encoding)
                                 .sequence(kSequence, {inner, code})
                                 .append(imageHeader(encoding).bytes())
                                 .sequenceUndefined(0x00400275, {inner})
                                 .raw(kPixelData, "OW", Bytes(16));
        files.push_back(dicomFile(encoding == Encoding::ExplicitLittle ? kExplicitLittle : kImplicitLittle,
                                  dataset.bytes()));
    }
    files.push_back(encapsulated({.frames = 2}, DicomBytes().fragments({Bytes(64), Bytes(70)}, {0, 72})));
    files.push_back(
        deflatedFile(imageHeader(Encoding::ExplicitLittle).raw(kPixelData, "OB", Bytes(16)).bytes()));
    return files;
}

}  // namespace residua::test
