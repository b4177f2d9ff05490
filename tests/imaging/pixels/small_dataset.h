// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "imaging/pixels/image.h"
#include "tests/support/dicom_bytes.h"

namespace residua::test {

inline std::vector<int> valuesOf(const Image& image) {
    return std::visit([](const auto& values) { return std::vector<int>(values.begin(), values.end()); },
                      image.pixels);
}

inline Bytes words(std::initializer_list<unsigned> values, Encoding encoding = Encoding::ExplicitLittle) {
    DicomBytes bytes(encoding);
    for (const unsigned value : values) bytes.put(value, 2);
    return bytes.bytes();
}

/// A grey header with its bits given one by one.
inline DicomBytes greyHeader(unsigned rows, unsigned columns, unsigned allocated, unsigned stored,
                             unsigned highBit, unsigned representation,
                             Encoding encoding = Encoding::ExplicitLittle) {
    return std::move(DicomBytes(encoding)
                         .us(0x00280002, {1})
                         .text(0x00280004, "CS", "MONOCHROME2")
                         .us(0x00280010, {rows})
                         .us(0x00280011, {columns})
                         .us(0x00280100, {allocated})
                         .us(0x00280101, {stored})
                         .us(0x00280102, {highBit})
                         .us(0x00280103, {representation}));
}

inline DicomBytes colourHeader(unsigned rows, unsigned columns, std::string_view photometric,
                               unsigned planar) {
    return std::move(DicomBytes()
                         .us(0x00280002, {3})
                         .text(0x00280004, "CS", photometric)
                         .us(0x00280006, {planar})
                         .us(0x00280010, {rows})
                         .us(0x00280011, {columns})
                         .us(0x00280100, {8})
                         .us(0x00280101, {8})
                         .us(0x00280102, {7})
                         .us(0x00280103, {0}));
}

}  // namespace residua::test
