// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/file_gate.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "imaging/study/dataset_start.h"
#include "imaging/study/dataset_walker.h"
#include "imaging/study/deflated_dataset.h"
#include "imaging/study/element_value.h"
#include "imaging/study/file_bytes.h"
#include "imaging/study/mosaic.h"

namespace residua {

namespace {

constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";

struct WalkedFile {
    DatasetStart start;
    GateReport report;
    std::vector<std::byte> inflated;  ///< meta header and inflated dataset; empty where nothing was deflated
    bool delimiterMissing = false;
};

DatasetStart requireDataset(ByteSource& source, const std::filesystem::path& path,
                            const DatasetWalker::Visit& visit) {
    if (source.size() == 0) throw Error(ProblemKind::FileEmpty, path);
    auto start = findDatasetStart(source, path, visit);
    if (!start) throw Error(ProblemKind::NotAnImage, path, "no DICOM file");
    return std::move(*start);
}

/// The header is walked first: one that claims too much is refused before the pixels are inflated.
std::vector<std::byte> inflated(std::span<const std::byte> bytes, const DatasetStart& start,
                                const std::filesystem::path& path) {
    MemorySource original(bytes);
    InflatingSource header(original, start.offset, path);
    const DatasetWalker::Visit noVisit;
    DatasetWalker(header, path, WalkExtent::UpToPixelData, noVisit)
        .walk(start.offset, start.encoding, start.frameFragments());
    const auto dataset = inflateDataset(bytes.subspan(start.offset), path);
    std::vector<std::byte> whole(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(start.offset));
    whole.insert(whole.end(), dataset.begin(), dataset.end());
    return whole;
}

/// As the scan reads it (dicom_header): the first of several, the dataset's before the meta header's. One
/// that is no UID, whose text depends on a character set, counts as none.
class InstanceUid {
public:
    void take(const GateElement& element) {
        if (element.depth > 0 || element.value.size() > kLongestScannedValue) return;
        const auto tag = tagOf(element);
        if (tag == 0x00080018 && own_.empty()) own_ = textOf(element);
        if (tag == 0x00020003 && meta_.empty()) meta_ = textOf(element);
    }
    std::string found() const {
        const auto& uid = own_.empty() ? meta_ : own_;
        const bool isAscii = std::ranges::none_of(uid, [](char c) { return (c & 0x80) != 0; });
        return isAscii ? uid : std::string();
    }

private:
    std::string own_, meta_;
};

WalkedFile walkFile(std::span<const std::byte> bytes, const std::filesystem::path& path,
                    const DatasetWalker::Visit& given, ItemVisits items) {
    InstanceUid uid;
    const DatasetWalker::Visit visit = [&](const GateElement& element) {
        uid.take(element);
        if (given) given(element);
    };
    WalkedFile walked;
    MemorySource original(bytes);
    walked.start = requireDataset(original, path, visit);
    const auto& start = walked.start;
    if (start.isDeflated) walked.inflated = inflated(bytes, start, path);
    MemorySource source(start.isDeflated ? std::span<const std::byte>(walked.inflated) : bytes);
    if (source.size() <= start.offset)
        throw Error(ProblemKind::DicomTruncated, path, "no dataset behind the header");
    DatasetWalker walker(source, path, WalkExtent::Whole, visit);
    walker.setItemVisits(items);
    walker.walk(start.offset, start.encoding, start.frameFragments());
    const auto& pixels = walker.pixels();
    walked.delimiterMissing = pixels.delimiterMissing;
    walked.report = {.transferSyntaxUid = start.foundTransferSyntaxUid(),
                     .datasetOffset = start.offset,
                     .frames = walker.claim().frames(),
                     .hasPixelData = pixels.present,
                     .pixelElement = pixels.element,
                     .pixelDataOffset = pixels.offset,
                     .pixelDataLength = pixels.length,
                     .encapsulated = pixels.encapsulated,
                     .encoding = start.encoding,
                     .sopInstanceUid = uid.found(),
                     .image = walker.image(),
                     .datasetEnd = walker.end()};
    return walked;
}

void append(std::vector<std::byte>& bytes, std::string_view text) {
    for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
}

/// Preamble and the shortest meta header that names the transfer syntax (PS3.10 7.1).
std::vector<std::byte> metaHeader(std::string_view transferSyntax) {
    std::string uid(transferSyntax);
    if (uid.size() % 2 != 0) uid += '\0';
    std::vector<std::byte> bytes(128);
    append(bytes, "DICM");
    append(bytes, std::string_view("\x02\0\0\0UL\x04\0", 8));
    for (const auto value : {8 + uid.size(), std::size_t{0}, std::size_t{0}, std::size_t{0}})
        bytes.push_back(static_cast<std::byte>(value));
    append(bytes, std::string_view("\x02\0\x10\0UI", 6));
    for (const auto value : {uid.size(), std::size_t{0}}) bytes.push_back(static_cast<std::byte>(value));
    append(bytes, uid);
    return bytes;
}

/// Puts a new meta header where the file has none, or one that no longer fits the dataset.
void replaceHeader(GatedFile& file, std::string_view transferSyntax) {
    auto bytes = metaHeader(transferSyntax);
    auto& report = file.report;
    const auto shift = [&](std::size_t offset) { return offset - report.datasetOffset + bytes.size(); };
    report.datasetEnd = shift(report.datasetEnd);
    if (report.hasPixelData) report.pixelDataOffset = shift(report.pixelDataOffset);
    for (auto& element : report.image.elements)
        element.range = {shift(element.range.begin), shift(element.range.end)};
    for (auto& item : report.image.perFrame) item = {shift(item.begin), shift(item.end)};
    const auto dataset = file.bytes.begin() + static_cast<std::ptrdiff_t>(report.datasetOffset);
    report.datasetOffset = bytes.size();
    bytes.insert(bytes.end(), dataset, file.bytes.end());
    file.bytes = std::move(bytes);
    report.transferSyntaxUid = transferSyntax;
}

}  // namespace

bool looksLikeDicom(std::span<const std::byte> head) {
    MemorySource source(head);
    try {
        return findDatasetStart(source, {}, {}).has_value();
    } catch (const Error&) {
        return true;  // a meta header longer than the head
    }
}

GateReport walkDicom(std::span<const std::byte> bytes, const std::filesystem::path& path,
                     const std::function<void(const GateElement&)>& visit, ItemVisits items) {
    return walkFile(bytes, path, visit, items).report;
}

GatedFile readGatedFile(const std::filesystem::path& path, const ArchivePasswords& passwords) {
    return gatedFile(path, readFileBytes(path, passwords));
}

GatedFile gatedFile(const std::filesystem::path& path, std::vector<std::byte> bytes) {
    GatedFile file{.path = path, .bytes = std::move(bytes), .report = {}, .mosaic = {}};
    MosaicNote mosaic;
    auto walked = walkFile(
        file.bytes, path, [&](const GateElement& element) { mosaic.take(element); }, ItemVisits::Left);
    file.report = std::move(walked.report);
    if (file.report.frames == 1) file.mosaic = mosaic.layout();
    if (!walked.inflated.empty()) file.bytes = std::move(walked.inflated);
    file.bytes.resize(file.report.datasetEnd);
    if (walked.delimiterMissing) {
        const bool isBig = walked.start.encoding.order == std::endian::big;
        append(file.bytes,
               std::string_view(isBig ? "\xFF\xFE\xE0\xDD\0\0\0\0" : "\xFE\xFF\xDD\xE0\0\0\0\0", 8));
        file.report.pixelDataLength += 8;
        file.report.datasetEnd += 8;
    }
    if (walked.start.isDeflated)
        replaceHeader(file, kExplicitLittle);
    else if (file.report.transferSyntaxUid != walked.start.transferSyntaxUid)
        replaceHeader(file, file.report.transferSyntaxUid);
    return file;
}

}  // namespace residua
