// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/dataset_walker.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "imaging/study/element_value.h"
#include "imaging/study/mosaic.h"

namespace residua {

namespace {

constexpr std::uint32_t kImageType = 0x00080008;
constexpr std::uint32_t kItem = 0xFFFEE000;
constexpr std::uint32_t kItemEnd = 0xFFFEE00D;
constexpr std::uint32_t kSequenceEnd = 0xFFFEE0DD;
constexpr std::uint32_t kFloatPixels = 0x7FE00008;
constexpr std::uint32_t kDoublePixels = 0x7FE00009;
constexpr std::uint32_t kPixelData = 0x7FE00010;
constexpr DatasetEncoding kImplicitLittle{VrEncoding::Implicit, std::endian::little};
// Lengths up to this are believed to be real: the file ends inside such an element. A larger claim is a lie.
constexpr std::uint32_t kBelievableLength = 0xFFFF;

// Ours: ten times what enhanced images of 10,000 frames hold; a second's walk.
constexpr std::size_t kMostParts = 8'000'000;
// Ours: no writer cuts a long stream into pieces of fewer bytes.
constexpr std::size_t kSmallFragment = 64;
constexpr std::size_t kFewFragments = 1000;

bool isVr(const ElementHeader& header, std::string_view vr) {
    return std::string_view(header.vr, 2) == vr;
}

}  // namespace

DatasetWalker::DatasetWalker(ByteSource& source, const std::filesystem::path& path, WalkExtent extent,
                             const Visit& visit)
    : source_(source), path_(path), extent_(extent), visit_(visit) {
    levels_.reserve(2 * kDeepestNesting + 2);
}

void DatasetWalker::fail(ProblemKind kind, const std::string& what) const {
    // What a deflated dataset claims may be there, but is more than it is allowed to inflate to.
    const bool isBeyond = kind == ProblemKind::DicomTruncated || kind == ProblemKind::DicomLengthBeyondFile;
    if (isBeyond && !source_.knowsSize()) kind = ProblemKind::DicomDeflateInvalid;
    throw Error(kind, path_, what + " at " + tagText(tag_) + ", offset " + std::to_string(offset_));
}

void DatasetWalker::walk(std::size_t offset, DatasetEncoding encoding, FrameFragments frames) {
    offset_ = wholeEnd_ = datasetStart_ = offset;
    isVideo_ = frames == FrameFragments::AllInOne;
    levels_.push_back({.holds = Holds::Elements, .end = source_.size(), .encoding = encoding});
    while (!levels_.empty() && !done_) {
        try {
            step();
        } catch (const Error& error) {
            if (!recover(error)) throw;
        }
    }
}

void DatasetWalker::step() {
    if (levels_.size() == 1) image_.endElement(wholeEnd_ = offset_);
    if (levels_.size() == 2) image_.endItem(offset_);
    if (offset_ >= levels_.back().end || (levels_.size() == 1 && !source_.reaches(offset_)))
        return finishLevel();
    switch (levels_.back().holds) {
        case Holds::Elements:
            return readElement();
        case Holds::Items:
            return readItem();
        case Holds::Fragments:
            return readFragment();
    }
}

bool DatasetWalker::recover(const Error& error) {
    // What follows whole pixels is not needed to show them: rubbish there is left away.
    if (pixels_.present) {
        done_ = true;
        return true;
    }
    if (error.problem().kind == ProblemKind::DicomNestingTooDeep) return false;
    const auto supposed =
        std::find_if(levels_.rbegin(), levels_.rend(), [](const auto& l) { return l.supposed; });
    if (supposed == levels_.rend()) return false;
    // The value was no sequence after all. DCMTK's dictionary may say that it is one, so it must not be able
    // to nest too deep there: each level needs an item tag.
    const std::size_t end = supposed->end, start = supposed->start;
    levels_.erase(std::prev(supposed.base()), levels_.end());
    if (levels_.size() == 1) image_.dropGroups();
    if (extent_ == WalkExtent::Whole && itemTags(start, end) > static_cast<std::size_t>(kDeepestNesting))
        return false;
    offset_ = end;
    return true;
}

std::size_t DatasetWalker::itemTags(std::size_t start, std::size_t end) {
    constexpr std::array little{std::byte{0xFE}, std::byte{0xFF}, std::byte{0x00}, std::byte{0xE0}};
    constexpr std::array big{std::byte{0xFF}, std::byte{0xFE}, std::byte{0xE0}, std::byte{0x00}};
    std::size_t count = 0;
    const auto value = source_.at(start, end - start);
    for (const auto& tag : {little, big})
        for (auto at = value.begin();; ++at, ++count)
            if ((at = std::search(at, value.end(), tag.begin(), tag.end())) == value.end()) break;
    return count;
}

void DatasetWalker::finishLevel() {
    const Level level = levels_.back();
    if (level.undefinedLength && level.end == source_.size()) {
        const bool ownPixels = level.holds == Holds::Fragments && levels_.size() == 2;
        if (!ownPixels || fragments_ < 2)
            fail(ProblemKind::DicomTruncated, "the file ends inside a sequence");
        pixels_.delimiterMissing = true;
    }
    if (level.holds == Holds::Fragments && levels_.size() == 2) closePixels(offset_);
    levels_.pop_back();
}

bool DatasetWalker::endsInPadding() {
    const auto left = source_.size() - offset_;
    if (levels_.size() != 1 || offset_ == datasetStart_) return false;
    const auto tail = source_.at(offset_, std::min<std::size_t>(left, 8));
    return std::all_of(tail.begin(), tail.end(), [](std::byte b) { return b == std::byte{0}; });
}

void DatasetWalker::countPart() {
    if (++parts_ > kMostParts) fail(ProblemKind::DicomMalformed, "more than 8,000,000 elements and items");
}

void DatasetWalker::readElement() {
    const Level& level = levels_.back();
    if (endsInPadding()) {
        done_ = true;
        return;
    }
    const auto header = level.end - offset_ < 8
                            ? std::nullopt
                            : readElementHeader(source_, offset_, level.end, level.encoding);
    if (!header)
        fail(level.end == source_.size() ? ProblemKind::DicomTruncated : ProblemKind::DicomMalformed,
             "not enough bytes for an element");
    tag_ = header->tag;
    if (tag_ >> 16 == 0xFFFE) return readDelimiter(tag_, header->length);
    countPart();
    if (isOwnPixelData(*header)) return openPixels(*header);
    if (levels_.size() == 1 && !pixels_.present) image_.beginElement(*header, offset_);
    if (header->hasUndefinedLength()) return openUndefined(*header);
    requireFits(*header);
    if (isVr(*header, "SQ")) {
        deliver(*header, false);
        return openSequence(*header, level.encoding, false);
    }
    if (opensSupposedSequence(*header)) return;
    deliver(*header, true);
    offset_ += header->size + header->length;
}

void DatasetWalker::readDelimiter(std::uint32_t tag, std::uint32_t length) {
    const bool inItem = levels_.size() > 1;
    if (tag == kItem || length != 0) fail(ProblemKind::DicomMalformed, "an item outside a sequence");
    offset_ += 8;
    if (!inItem) return;  // a stray delimiter between elements: DCMTK steps over it as well
    if (tag == kItemEnd) {
        if (levels_.back().undefinedLength) levels_.pop_back();
        return;
    }
    // A sequence's end where the item's end is missing.
    levels_.pop_back();
    if (levels_.back().undefinedLength) levels_.pop_back();
}

void DatasetWalker::requireFits(const ElementHeader& header) {
    const auto& level = levels_.back();
    if (header.length <= level.end - offset_ - header.size) return;
    const bool fileEnds = level.end == source_.size();
    fail(fileEnds && header.length <= kBelievableLength ? ProblemKind::DicomTruncated
                                                        : ProblemKind::DicomLengthBeyondFile,
         std::to_string(header.length) + " bytes claimed, " +
             std::to_string(level.end - offset_ - header.size) + " left");
}

void DatasetWalker::deliver(const ElementHeader& header, bool withValue) {
    GateElement element{.group = static_cast<std::uint16_t>(header.tag >> 16),
                        .element = static_cast<std::uint16_t>(header.tag & 0xFFFF),
                        .vr = {header.vr[0], header.vr[1]},
                        .byteOrder = levels_.back().encoding.order,
                        .depth = nesting(),
                        .length = header.length};
    if (element.depth > 0) element.topItem = topItems_ - 1;
    if (withValue && header.length <= longestValueOf(header.tag, element.depth))
        element.value = source_.at(offset_ + header.size, header.length);
    if (element.depth == 0 && element.group == 0x0028) claim_.take(element, path_);
    if (element.depth == 0 && header.tag == kImageType) isMosaic_ = namesMosaic(textOf(element));
    if (visit_) visit_(element);
}

/// A scan reads two long values: the times of frames, and a mosaic's layout.
std::size_t DatasetWalker::longestValueOf(std::uint32_t tag, int depth) const {
    constexpr std::uint32_t kFrameTimeVector = 0x00181065;
    // Ours: 10,000 frames' times; a CSA header has 10 to 20 KiB.
    constexpr std::size_t kLongest = 128 << 10;
    const bool isCsaHeader = tag >> 16 == 0x0029 && (tag & 0xFF) == 0x10 && (tag & 0xFF00) != 0;
    const bool isRead = depth == 0 && (tag == kFrameTimeVector || (isMosaic_ && isCsaHeader));
    return isRead ? std::max(kLongest, source_.longestValue()) : source_.longestValue();
}

int DatasetWalker::nesting() const {
    return static_cast<int>(std::count_if(levels_.begin(), levels_.end(),
                                          [](const auto& level) { return level.holds != Holds::Elements; }));
}

void DatasetWalker::openSequence(const ElementHeader& header, DatasetEncoding encoding, bool supposed) {
    if (nesting() >= kDeepestNesting) fail(ProblemKind::DicomNestingTooDeep, "more than 64 nested sequences");
    if (levels_.size() == 1) topItems_ = 0;
    const auto start = offset_ + header.size;
    const bool undefined = header.hasUndefinedLength();
    levels_.push_back({.holds = Holds::Items,
                       .start = start,
                       .end = undefined ? levels_.back().end : start + header.length,
                       .undefinedLength = undefined,
                       .supposed = supposed,
                       .encoding = encoding});
    offset_ = start;
}

bool DatasetWalker::opensSupposedSequence(const ElementHeader& header) {
    // Implicit VR and UN do not say what a sequence is. DCMTK asks its dictionary; items tell as well.
    if ((header.vr[0] != 0 && !isVr(header, "UN")) || header.length < 8 || header.tag == kPixelData)
        return false;
    const auto encoding = header.vr[0] != 0 ? kImplicitLittle : levels_.back().encoding;
    const auto item = readElementHeader(source_, offset_ + header.size, offset_ + header.size + 8, encoding);
    if (!item || item->tag != kItem) return false;
    deliver(header, false);
    openSequence(header, encoding, true);
    return true;
}

void DatasetWalker::openUndefined(const ElementHeader& header) {
    deliver(header, false);
    // PS3.5 6.2.2 note 2: UN of undefined length holds items in implicit little endian.
    if (isVr(header, "UN")) return openSequence(header, kImplicitLittle, false);
    if (isVr(header, "SQ") || header.vr[0] == 0) return openSequence(header, levels_.back().encoding, false);
    if (!isVr(header, "OB") && !isVr(header, "OW"))
        fail(ProblemKind::DicomMalformed, "undefined length of a VR that has none");
    openSequence(header, levels_.back().encoding, false);
    levels_.back().holds = Holds::Fragments;
}

void DatasetWalker::readItem() {
    const Level sequence = levels_.back();
    const auto header = sequence.end - offset_ < 8
                            ? std::nullopt
                            : readElementHeader(source_, offset_, sequence.end, sequence.encoding);
    if (!header)
        fail(sequence.end == source_.size() ? ProblemKind::DicomTruncated : ProblemKind::DicomMalformed,
             "not enough bytes for an item");
    tag_ = header->tag;
    if (tag_ == kSequenceEnd || tag_ == kItemEnd) {
        offset_ += 8;
        // A delimiter inside a defined length says nothing new; an item's end without an item is stepped
        // over.
        if (tag_ == kSequenceEnd && sequence.undefinedLength) levels_.pop_back();
        return;
    }
    if (tag_ != kItem) fail(ProblemKind::DicomMalformed, "no item where a sequence needs one");
    const bool undefined = header->hasUndefinedLength();
    if (!undefined) requireFits(*header);
    countPart();
    if (levels_.size() == 2) {
        ++topItems_;
        image_.beginItem(offset_);
    }
    if (itemVisits_ == ItemVisits::Given) deliver(*header, false);
    offset_ += 8;
    const auto end = undefined ? sequence.end : offset_ + header->length;
    levels_.push_back({.holds = Holds::Elements,
                       .start = offset_,
                       .end = end,
                       .undefinedLength = undefined,
                       .encoding = likelyEncoding(source_, offset_, end, sequence.encoding)});
}

bool DatasetWalker::isOwnPixelData(const ElementHeader& header) const {
    const bool isPixels =
        header.tag == kPixelData || header.tag == kFloatPixels || header.tag == kDoublePixels;
    return isPixels && levels_.size() == 1;
}

void DatasetWalker::openPixels(const ElementHeader& header) {
    if (pixels_.present) fail(ProblemKind::DicomMalformed, "a second PixelData");
    pixels_.offset = offset_ + header.size;
    if (header.tag == kFloatPixels) pixels_.element = PixelElement::Floats;
    if (header.tag == kDoublePixels) pixels_.element = PixelElement::Doubles;
    if (!claim_.hasRows()) fail(ProblemKind::PixelHeaderInvalid, "PixelData without Rows and Columns");
    if (!header.hasUndefinedLength()) {
        if (header.length > source_.size() - pixels_.offset) {
            // The padding byte of an odd number of bytes is asked for as well.
            const bool isAskedFor = header.length <= claim_.allBytes(path_) + 1;
            fail(isAskedFor ? ProblemKind::DicomTruncated : ProblemKind::DicomLengthBeyondFile,
                 std::to_string(header.length) + " bytes claimed, " +
                     std::to_string(source_.size() - pixels_.offset) + " left");
        }
        claim_.requireNative(header.length, path_);
        deliver(header, false);
        return closePixels(pixels_.offset + header.length);
    }
    if (header.tag != kPixelData) fail(ProblemKind::DicomMalformed, "undefined length of numbers");
    pixels_.encapsulated = true;
    claim_.requireEncapsulated(source_.size() - pixels_.offset, source_.size(), isVideo_, path_);
    deliver(header, false);
    if (extent_ == WalkExtent::UpToPixelData) return closePixels(source_.size());
    openSequence(header, levels_.back().encoding, false);
    levels_.back().holds = Holds::Fragments;
}

void DatasetWalker::closePixels(std::size_t end) {
    if (pixels_.encapsulated && extent_ == WalkExtent::Whole) {
        const auto frames = static_cast<std::size_t>(claim_.frames());
        pixels_.fragments = fragments_ == 0 ? 0 : fragments_ - 1;  // the first item is the offset table
        if (pixels_.fragments == 0) fail(ProblemKind::FragmentInvalid, "PixelData without a fragment");
        if (pixels_.fragments > frames + kFewFragments + (end - pixels_.offset) / kSmallFragment)
            fail(ProblemKind::FragmentInvalid,
                 std::to_string(pixels_.fragments) + " fragments of a few bytes each");
        if (!isVideo_ && pixels_.fragments < frames)
            fail(ProblemKind::FragmentInvalid, std::to_string(claim_.frames()) + " frames in " +
                                                   std::to_string(pixels_.fragments) + " fragments");
    }
    pixels_.length = end - pixels_.offset;
    pixels_.present = true;
    offset_ = wholeEnd_ = end;
    done_ = extent_ == WalkExtent::UpToPixelData;
}

void DatasetWalker::readFragment() {
    const Level fragments = levels_.back();
    const auto left = fragments.end - offset_;
    const bool fileEnds = fragments.end == source_.size();
    if (left < 8)
        fail(fileEnds ? ProblemKind::DicomTruncated : ProblemKind::FragmentInvalid, "a fragment's header");
    const auto header = readElementHeader(source_, offset_, fragments.end, fragments.encoding);
    tag_ = header->tag;
    if (tag_ == kSequenceEnd) {
        offset_ += 8;
        if (levels_.size() == 2) closePixels(offset_);
        levels_.pop_back();
        return;
    }
    if (tag_ != kItem || header->hasUndefinedLength())
        fail(ProblemKind::FragmentInvalid, "no fragment where PixelData needs one");
    if (header->length > left - 8)
        fail(fileEnds && header->length <= claim_.allBytes(path_) ? ProblemKind::DicomTruncated
                                                                  : ProblemKind::FragmentInvalid,
             "a fragment of " + std::to_string(header->length) + " bytes, " + std::to_string(left - 8) +
                 " left");
    if (levels_.size() == 2) ++fragments_;
    offset_ += 8 + header->length;
}

}  // namespace residua
