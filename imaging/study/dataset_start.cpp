// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/dataset_start.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "imaging/study/element_value.h"

namespace residua {

namespace {

constexpr std::string_view kImplicitLittle = "1.2.840.10008.1.2";
constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";
constexpr std::string_view kDeflated = "1.2.840.10008.1.2.1.99";
constexpr std::string_view kExplicitBig = "1.2.840.10008.1.2.2";
constexpr std::string_view kVideo = "1.2.840.10008.1.2.4.10";  // .100 to .108: MPEG-2, MPEG-4, HEVC

bool hasText(ByteSource& source, std::size_t offset, std::string_view text) {
    if (source.size() < offset + text.size()) return false;
    return std::memcmp(source.at(offset, text.size()).data(), text.data(), text.size()) == 0;
}

/// Group of the element at `offset`, 0 where there is none.
unsigned groupAt(ByteSource& source, std::size_t offset, std::endian order) {
    if (source.size() < offset + 8) return 0;
    const auto bytes = source.at(offset, 2);
    const auto first = std::to_integer<unsigned>(bytes[0]), second = std::to_integer<unsigned>(bytes[1]);
    return order == std::endian::little ? second << 8 | first : first << 8 | second;
}

/// Where the elements start; nullopt for what is no DICOM.
std::optional<std::size_t> firstElement(ByteSource& source) {
    if (hasText(source, 128, "DICM")) return 132;
    if (hasText(source, 0, "DICM")) return 4;  // the preamble is missing
    if (groupAt(source, 0, std::endian::little) == 2) return 0;
    // Neither preamble nor meta header. Few other files read as ascending elements from group 8 on.
    const bool littleStart = groupAt(source, 0, std::endian::little) == 8;
    if (!littleStart && groupAt(source, 0, std::endian::big) != 8) return std::nullopt;
    const auto encoding = likelyEncoding(source, 0, source.size(), {});
    if (!readsWell(source, 0, source.size(), encoding)) return std::nullopt;
    return 0;
}

DatasetEncoding declaredEncoding(std::string_view syntax) {
    if (syntax == kImplicitLittle || syntax.empty()) return {VrEncoding::Implicit, std::endian::little};
    if (syntax == kExplicitBig) return {VrEncoding::Explicit, std::endian::big};
    return {};
}

/// Reads the elements of group 2, whatever their group length says.
void readMeta(ByteSource& source, DatasetStart& start, const std::filesystem::path& path,
              const DatasetWalker::Visit& visit) {
    const auto encoding = groupAt(source, start.offset, std::endian::little) == 2
                              ? likelyEncoding(source, start.offset, source.size(), {})
                              : DatasetEncoding{};
    while (groupAt(source, start.offset, encoding.order) == 2) {
        const auto header = readElementHeader(source, start.offset, source.size(), encoding);
        if (!header || header->length > source.size() - start.offset - header->size)
            throw Error(ProblemKind::DicomTruncated, path, "the file ends inside its meta header");
        GateElement element{.group = 2,
                            .element = static_cast<std::uint16_t>(header->tag & 0xFFFF),
                            .vr = {header->vr[0], header->vr[1]},
                            .length = header->length};
        if (header->length <= source.longestValue())
            element.value = source.at(start.offset + header->size, header->length);
        if (element.element == 0x0010) start.transferSyntaxUid = textOf(element);
        if (element.element == 0x0002) start.sopClassUid = textOf(element);
        if (visit) visit(element);
        start.offset += header->size + header->length;
    }
}

}  // namespace

std::string DatasetStart::foundTransferSyntaxUid() const {
    if (isDeflated || (!transferSyntaxUid.empty() && encoding == declaredEncoding(transferSyntaxUid)))
        return transferSyntaxUid;
    if (encoding.vr == VrEncoding::Implicit) return std::string(kImplicitLittle);
    return std::string(encoding.order == std::endian::big ? kExplicitBig : kExplicitLittle);
}

FrameFragments DatasetStart::frameFragments() const {
    return transferSyntaxUid.size() > kVideo.size() && transferSyntaxUid.starts_with(kVideo)
               ? FrameFragments::AllInOne
               : FrameFragments::EachItsOwn;
}

std::optional<DatasetStart> findDatasetStart(ByteSource& source, const std::filesystem::path& path,
                                             const DatasetWalker::Visit& visit) {
    const auto first = firstElement(source);
    if (!first) return std::nullopt;
    DatasetStart start;
    start.offset = *first;
    readMeta(source, start, path, visit);
    start.isDeflated = start.transferSyntaxUid == kDeflated;
    start.encoding = declaredEncoding(start.transferSyntaxUid);
    if (!start.isDeflated)
        start.encoding = likelyEncoding(source, start.offset, source.size(), start.encoding);
    return start;
}

}  // namespace residua
