// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/dicom_values.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <system_error>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "imaging/study/dicom_header.h"
#include "imaging/study/element_value.h"

namespace residua {

namespace {

/// DCMTK reads a list from its start for each value: a long one costs the square of its length.
bool isShortText(DcmItem& item, const DcmTagKey& tag) {
    constexpr Uint32 kLongestText = 16 << 10;  // ours: no list of numbers or names that is shown comes near
    DcmElement* element = elementOf(item, tag);
    return element && element->getLength() <= kLongestText;
}

DcmItem* firstItem(DcmItem& item, const DcmTagKey& sequence, long index = 0) {
    DcmItem* found = nullptr;
    return item.findAndGetSequenceItem(sequence, found, index).good() ? found : nullptr;
}

/// The LUT's entries: 16-bit words, or 8-bit entries packed into as many bytes (PS3.3 C.11.1.1.1).
std::vector<std::uint16_t> entriesOf(DcmElement& data, std::size_t count) {
    std::vector<std::uint16_t> entries;
    const Uint16* words = nullptr;
    Uint16* readWords = nullptr;
    Uint8* readBytes = nullptr;
    const std::size_t bytes = data.getLength();
    if (bytes >= 2 * count && data.getUint16Array(readWords).good() && readWords) {
        words = readWords;
        entries.assign(words, words + count);
    } else if (bytes >= count && data.getUint8Array(readBytes).good() && readBytes) {
        entries.assign(readBytes, readBytes + count);
    } else if (bytes >= count && data.getUint16Array(readWords).good() && readWords) {
        for (std::size_t i = 0; i < count;
             ++i)  // packed into the words of OW: the low byte first (PS3.5 8.1.1)
            entries.push_back(static_cast<std::uint16_t>(readWords[i / 2] >> (8 * (i % 2)) & 0xFF));
    }
    return entries;
}

void readModality(DcmItem& dataset, Sign stored, Image& image) {
    for (DcmItem* place : placesOf(dataset, DCM_PixelValueTransformationSequence)) {
        if (DcmItem* lut = firstItem(*place, DCM_ModalityLUTSequence)) {
            image.modalityLut = readLookupTable(*lut, DCM_LUTDescriptor, DCM_LUTData, stored);
            if (image.modalityLut) image.units = textValue(*lut, DCM_ModalityLUTType);
            if (image.modalityLut) return;
        }
        const auto slope = decimalValue(*place, DCM_RescaleSlope);
        const auto intercept = decimalValue(*place, DCM_RescaleIntercept);
        if (!slope && !intercept) continue;
        // A slope of 0 would make every pixel the same: no program means it. Ours: nor numbers beyond float.
        constexpr double kLargest = 1e30;
        const bool isUsable = slope.value_or(1) != 0 && std::abs(slope.value_or(1)) < kLargest;
        image.rescaleSlope = isUsable ? slope.value_or(1) : 1;
        image.rescaleIntercept = std::abs(intercept.value_or(0)) < kLargest ? intercept.value_or(0) : 0;
        image.units = textValue(*place, DCM_RescaleType);
        return;
    }
}

WindowFunction windowFunction(DcmItem& place) {
    const std::string name = textValue(place, DCM_VOILUTFunction);
    if (name == "LINEAR_EXACT") return WindowFunction::LinearExact;
    return name == "SIGMOID" ? WindowFunction::Sigmoid : WindowFunction::Linear;
}

void readVoi(DcmItem& dataset, Image& image) {
    const bool negative = image.rescaleIntercept < 0 && !image.modalityLut;
    for (DcmItem* place : placesOf(dataset, DCM_FrameVOILUTSequence)) {
        constexpr long kMostVois = 64;  // ours: more is no choice for a reader
        for (long i = 0; i < kMostVois; ++i) {
            DcmItem* item = firstItem(*place, DCM_VOILUTSequence, i);
            if (!item) break;
            auto lut = readLookupTable(*item, DCM_LUTDescriptor, DCM_LUTData,
                                       negative ? Sign::Signed : Sign::Unsigned);
            if (lut) image.voiLuts.push_back(std::move(*lut));
        }
        for (unsigned long i = 0; i < kMostVois; ++i) {
            const auto center = decimalValue(*place, DCM_WindowCenter, i);
            const auto width = decimalValue(*place, DCM_WindowWidth, i);
            if (!center || !width) break;
            image.windows.push_back({*center, *width, windowFunction(*place),
                                     textValue(*place, DCM_WindowCenterWidthExplanation, i)});
        }
        if (!image.windows.empty() || !image.voiLuts.empty()) return;
    }
}

void readPadding(DcmItem& dataset, Sign stored, Image& image) {
    DcmElement* element = elementOf(dataset, DCM_PixelPaddingValue);
    if (!element || element->getVM() != 1) return;
    const auto value = wordValue(dataset, DCM_PixelPaddingValue, stored);
    if (!value) return;
    const int limit = wordValue(dataset, DCM_PixelPaddingRangeLimit, stored).value_or(*value);
    image.padding = std::minmax(*value, limit);
}

/// The spacing that the study list names, with the frame's own PixelMeasures where there are some.
Spacing readSpacing(DcmItem& dataset) {
    std::vector<double> pixel;
    for (DcmItem* place : placesOf(dataset, DCM_PixelMeasuresSequence))
        if (pixel.empty()) pixel = decimalValues(*place, DCM_PixelSpacing);
    auto imager = decimalValues(dataset, DCM_ImagerPixelSpacing);
    if (imager.empty()) imager = decimalValues(dataset, DCM_NominalScannedPixelSpacing);
    const auto magnification = decimalValues(dataset, DCM_EstimatedRadiographicMagnificationFactor);
    return namedSpacing(textValue(dataset, DCM_Modality), pixel, imager,
                        magnification.empty() ? 0 : magnification.front(),
                        textValue(dataset, DCM_PixelSpacingCalibrationType));
}

}  // namespace

DcmElement* elementOf(DcmItem& item, const DcmTagKey& tag) {
    DcmElement* element = nullptr;
    return item.findAndGetElement(tag, element).good() ? element : nullptr;
}

std::vector<DcmItem*> placesOf(DcmItem& dataset, const DcmTagKey& macro) {
    std::vector<DcmItem*> places;
    for (DcmItem* groups : {firstItem(dataset, DCM_PerFrameFunctionalGroupsSequence),
                            firstItem(dataset, DCM_SharedFunctionalGroupsSequence)})
        if (groups)
            if (DcmItem* place = firstItem(*groups, macro)) places.push_back(place);
    places.push_back(&dataset);
    return places;
}

std::vector<double> decimalValues(DcmItem& item, const DcmTagKey& tag) {
    OFString text;
    if (!isShortText(item, tag) || item.findAndGetOFStringArray(tag, text).bad()) return {};
    return numbersOfText({text.data(), text.size()});
}

std::string textValue(DcmItem& item, const DcmTagKey& tag, unsigned long index) {
    OFString text;
    if (!isShortText(item, tag) || item.findAndGetOFString(tag, text, index).bad()) return {};
    return std::string(trimmed({text.data(), text.size()}));
}

std::optional<double> decimalValue(DcmItem& item, const DcmTagKey& tag, unsigned long index) {
    const std::string text = textValue(item, tag, index);
    const std::size_t sign = text.starts_with('+') ? 1 : 0;  // from_chars knows no plus
    double value = 0;
    const auto [end, error] = std::from_chars(text.data() + sign, text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<int> unsignedValue(DcmItem& item, const DcmTagKey& tag, unsigned long index) {
    return wordValue(item, tag, Sign::Unsigned, index);
}

std::optional<int> wordValue(DcmItem& item, const DcmTagKey& tag, Sign sign, unsigned long index) {
    DcmElement* element = elementOf(item, tag);
    if (!element) return std::nullopt;
    Uint16 unsignedWord = 0;
    Sint16 signedWord = 0;
    if (element->getUint16(unsignedWord, index).good())
        return sign == Sign::Signed ? static_cast<Sint16>(unsignedWord) : int{unsignedWord};
    if (element->getSint16(signedWord, index).good())
        return sign == Sign::Signed ? int{signedWord} : static_cast<Uint16>(signedWord);
    return std::nullopt;
}

std::optional<LookupTable> readLookupTable(DcmItem& item, const DcmTagKey& descriptor, const DcmTagKey& data,
                                           Sign firstInput) {
    const auto count = wordValue(item, descriptor, Sign::Unsigned, 0);
    const auto first = wordValue(item, descriptor, firstInput, 1);
    const auto bits = wordValue(item, descriptor, Sign::Unsigned, 2);
    DcmElement* element = elementOf(item, data);
    if (!count || !first || !bits || !element) return std::nullopt;
    LookupTable lut;
    lut.firstInput = *first;
    lut.entries = entriesOf(*element, *count == 0 ? 65536 : static_cast<std::size_t>(*count));
    if (lut.entries.empty()) return std::nullopt;
    lut.explanation = textValue(item, DCM_LUTExplanation);
    // Some files give a depth that their entries do not keep; DCMTK then goes by the entries as well.
    lut.bits = std::clamp(*bits, 8, 16);
    while (lut.bits < 16 && std::ranges::max(lut.entries) >> lut.bits != 0) ++lut.bits;
    return lut;
}

void readDisplayValues(DcmItem& dataset, Sign stored, Image& image) {
    readModality(dataset, stored, image);
    readVoi(dataset, image);
    readPadding(dataset, stored, image);
    image.spacing = readSpacing(dataset);
}

}  // namespace residua
