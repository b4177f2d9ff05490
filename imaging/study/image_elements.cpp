// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/image_elements.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "imaging/study/dataset_start.h"
#include "imaging/study/dataset_walker.h"

namespace residua {

namespace {

constexpr std::uint32_t kPerFrameGroups = 0x52009230;

/// What pixel_header, dicom_values, palette and shutter ask for.
constexpr std::array<std::uint32_t, 55> kWanted{
    0x00080005, 0x00080060, 0x00181114, 0x00181164, 0x00181600, 0x00181602, 0x00181604, 0x00181606,
    0x00181608, 0x00181610, 0x00181612, 0x00181620, 0x00181622, 0x00181623, 0x00182010, 0x00280002,
    0x00280004, 0x00280006, 0x00280010, 0x00280011, 0x00280030, 0x00280100, 0x00280101, 0x00280102,
    0x00280103, 0x00280120, 0x00280121, 0x00280122, 0x00280123, 0x00280A02, 0x00281050, 0x00281051,
    0x00281052, 0x00281053, 0x00281054, 0x00281055, 0x00281056, 0x00281101, 0x00281102, 0x00281103,
    0x00281201, 0x00281202, 0x00281203, 0x00281221, 0x00281222, 0x00281223, 0x00283000, 0x00283010,
    0x00289110, 0x00289132, 0x00289145, 0x52009229, 0x52009230, 0x7FE00001, 0x7FE00002};
static_assert(std::ranges::is_sorted(kWanted));

// Ours: a frame's groups and LUTs are a few hundred at most. DCMTK's list needs the square of them at worst.
constexpr std::size_t kMostParts = 4000;

/// What overlays asks for, of the 16 overlays (PS3.3 C.9.2).
bool isOfOverlay(std::uint32_t tag) {
    constexpr std::array<std::uint32_t, 9> kElements{0x0010, 0x0011, 0x0015, 0x0040, 0x0050,
                                                     0x0051, 0x0100, 0x0102, 0x3000};
    const auto group = tag >> 16;
    return group >= 0x6000 && group <= 0x601E && group % 2 == 0 &&
           std::ranges::binary_search(kElements, tag & 0xFFFF);
}

void append(std::vector<std::byte>& bytes, std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

/// A sequence of undefined length that holds the one item.
void appendSequence(std::vector<std::byte>& dataset, std::span<const std::byte> header,
                    std::span<const std::byte> item, std::endian order) {
    // PS3.5 6.2.2 note 2: what is called UN is in implicit little endian.
    if (header[4] == std::byte{'U'} && header[5] == std::byte{'N'}) order = std::endian::little;
    append(dataset, header);
    std::fill(dataset.end() - 4, dataset.end(), std::byte{0xFF});
    append(dataset, item);
    const std::string_view end(
        order == std::endian::big ? "\xFF\xFE\xE0\xDD\0\0\0\0" : "\xFE\xFF\xDD\xE0\0\0\0\0", 8);
    append(dataset, std::as_bytes(std::span(end)));
}

void requireFew(std::span<const std::byte> dataset, const GatedFile& file) {
    MemorySource source(dataset);
    const DatasetWalker::Visit noVisit;
    DatasetWalker walker(source, file.path, WalkExtent::Whole, noVisit);
    walker.walk(0, file.report.encoding, FrameFragments::EachItsOwn);
    if (walker.parts() > kMostParts)
        throw Error(ProblemKind::DicomMalformed, file.path,
                    std::to_string(walker.parts()) + " elements and items describe one frame");
}

}  // namespace

void ImageElementsNote::beginElement(const ElementHeader& header, std::size_t offset) {
    const auto tag = header.tag;
    if (!std::ranges::binary_search(kWanted, tag) && !isOfOverlay(tag)) return;
    const auto isTaken = [&](const auto& element) { return element.tag == tag; };
    if (std::ranges::any_of(elements_.elements, isTaken)) return;
    elements_.elements.push_back({tag, header.size, {offset, offset}});
    open_ = tag == kPerFrameGroups ? Open::PerFrameGroups : Open::Element;
}

void ImageElementsNote::beginItem(std::size_t offset) {
    if (open_ != Open::PerFrameGroups) return;
    elements_.perFrame.push_back({offset, offset});
    isItemOpen_ = true;
}

void ImageElementsNote::endItem(std::size_t offset) {
    if (isItemOpen_) elements_.perFrame.back().end = offset;
    isItemOpen_ = false;
}

void ImageElementsNote::endElement(std::size_t offset) {
    endItem(offset);
    if (open_ != Open::Nothing) elements_.elements.back().range.end = offset;
    open_ = Open::Nothing;
}

void ImageElementsNote::dropGroups() {
    if (open_ != Open::PerFrameGroups) return;
    elements_.perFrame.clear();
    elements_.elements.pop_back();
    open_ = Open::Nothing;
    isItemOpen_ = false;
}

std::vector<std::byte> imageDataset(const GatedFile& file, int frame) {
    const auto bytesOf = [&](ByteRange range) {
        return std::span(file.bytes).subspan(range.begin, range.end - range.begin);
    };
    auto elements = file.report.image.elements;
    std::ranges::sort(elements, {}, &ImageElements::Element::tag);
    const auto& perFrame = file.report.image.perFrame;
    std::vector<std::byte> dataset;
    for (const auto& element : elements) {
        if (element.tag != kPerFrameGroups) {
            append(dataset, bytesOf(element.range));
        } else if (static_cast<std::size_t>(frame) < perFrame.size()) {
            const auto header = bytesOf({element.range.begin, element.range.begin + element.headerSize});
            appendSequence(dataset, header, bytesOf(perFrame[static_cast<std::size_t>(frame)]),
                           file.report.encoding.order);
        }
    }
    requireFew(dataset, file);
    return dataset;
}

}  // namespace residua
