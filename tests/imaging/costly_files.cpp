// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/imaging/costly_files.h"

#include <string>

namespace residua::test {

namespace {

/// An image of 4 × 4 pixels with `elements` before its header.
Bytes imageBehind(const DicomBytes& elements, std::string_view syntax = kExplicitLittle) {
    DicomBytes dataset(encodingOf(syntax));
    dataset.append(elements.bytes()).append(imageHeader(encodingOf(syntax)).bytes());
    return dicomFile(syntax, dataset.raw(kPixelData, "OB", Bytes(16)).bytes());
}

DicomBytes descendingElements(unsigned count) {
    DicomBytes d;
    for (unsigned i = 0; i < count; ++i) d.header(0x6010FFFF - (i % 60000) - (i / 60000 << 17), "LO", 0);
    return d;
}

/// Groups of 200 owners each, with `elements` private elements of each owner.
DicomBytes privateCreators(unsigned groups, unsigned elements) {
    DicomBytes d;
    for (unsigned group = 0; group < groups; ++group) {
        const Tag base = (0x1001 + 2 * group) << 16;
        for (unsigned i = 0; i < 200; ++i) d.text(base + 0x10 + i, "LO", "OWNER " + std::to_string(i));
        for (unsigned i = 0; i < 200; ++i)
            for (unsigned e = 0; e < elements; ++e) d.header(base + ((0x10 + i) << 8) + e, "LO", 0);
    }
    return d;
}

DicomBytes emptyItems(unsigned count) {
    DicomBytes items;
    for (unsigned i = 0; i < count; ++i) items.header(0xFFFEE000, "", 0);
    return DicomBytes().raw(0x00081140, "SQ", items.bytes());
}

DicomBytes longNumbers(Tag tag, std::size_t bytes) {
    std::string text = "1";
    while (text.size() < bytes) text += "\\1";
    return DicomBytes(Encoding::ImplicitLittle).text(tag, "DS", text);
}

}  // namespace

std::vector<CostlyFile> costlyDatasets() {
    const auto windows = DicomBytes(Encoding::ImplicitLittle)
                             .append(longNumbers(0x00281050, 5'000'000).bytes())
                             .append(longNumbers(0x00281051, 5'000'000).bytes());
    DicomBytes ascending, sequences;
    for (unsigned i = 0; i < 300'000; ++i) ascending.header(0x00090000 + i, "LO", 0);
    for (unsigned i = 0; i < 100'000; ++i)
        sequences.header(0x00090000 + i, "SQ", 8).header(0xFFFEE000, "", 0);
    return {
        {"elements in descending order", imageBehind(descendingElements(300'000))},
        {"items in descending order",
         imageBehind(DicomBytes().sequence(0x00081140, {descendingElements(300'000)}))},
        {"owners of private elements", imageBehind(privateCreators(300, 5))},
        {"empty items", imageBehind(emptyItems(1'000'000))},
        {"windows by the million", imageBehind(windows, kImplicitLittle)},
        {"a spacing of many numbers", imageBehind(longNumbers(0x00181164, 5'000'000), kImplicitLittle)},
        {"elements by the hundred thousand", imageBehind(ascending)},
        {"sequences by the hundred thousand", imageBehind(sequences)},
    };
}

std::vector<CostlyFile> costlyDescriptions() {
    const auto behind = [](Tag sequence, const DicomBytes& item) {
        return imageBehind(DicomBytes().sequence(sequence, {item}));
    };
    return {
        {"a LUT behind elements in descending order", behind(0x00283010, descendingElements(300'000))},
        {"groups behind owners of private elements", behind(0x52009229, privateCreators(300, 5))},
        {"groups of empty items", behind(0x52009230, emptyItems(1'000'000))},
    };
}

}  // namespace residua::test
