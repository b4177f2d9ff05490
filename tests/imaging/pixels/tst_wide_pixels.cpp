// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "imaging/pixels/grey_pipeline.h"
#include "imaging/study/study_scanner.h"
#include "tests/imaging/pixels/pixel_files.h"

using namespace residua;
using namespace residua::test;

namespace {

constexpr Tag kFloatPixels = 0x7FE00008, kDoublePixels = 0x7FE00009;
const double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Four values in a row of 32-bit integers.
DicomBytes integers(std::initializer_list<std::uint32_t> values, unsigned representation,
                    Encoding encoding = Encoding::ExplicitLittle) {
    auto dataset = greyHeader(1, 4, 32, 32, 31, representation, encoding);
    DicomBytes pixels(encoding);
    for (const auto value : values) pixels.put(value, 4);
    return dataset.raw(kPixelData, "OW", pixels.bytes());
}

/// Four floating-point numbers in a row; without BitsStored, as the standard has it.
template <typename Value>
DicomBytes floats(std::initializer_list<double> values, double padding = kNaN) {
    constexpr bool isDouble = sizeof(Value) == 8;
    using Pattern = std::conditional_t<isDouble, std::uint64_t, std::uint32_t>;
    DicomBytes dataset, pixels;
    dataset.us(0x00280002, {1}).text(0x00280004, "CS", "MONOCHROME2").us(0x00280010, {1}).us(0x00280011, {4});
    dataset.us(0x00280100, {8 * sizeof(Value)});
    const auto put = [](DicomBytes& bytes, double value) -> DicomBytes& {
        return bytes.put(std::bit_cast<Pattern>(static_cast<Value>(value)), sizeof(Value));
    };
    if (!std::isnan(padding)) {
        DicomBytes value;
        dataset.raw(isDouble ? 0x00280123 : 0x00280122, isDouble ? "FD" : "FL", put(value, padding).bytes());
    }
    for (const double value : values) put(pixels, value);
    return dataset.raw(isDouble ? kDoublePixels : kFloatPixels, isDouble ? "OD" : "OF", pixels.bytes());
}

std::vector<double> shown(const Image& image) {
    std::vector<double> values;
    for (int x = 0; x < image.width; ++x) values.push_back(modalityValueAt(image, x, 0).value_or(kNaN));
    return values;
}

/// The largest difference, as a part of the range of the expected values.
double deviation(const std::vector<double>& values, const std::vector<double>& expected) {
    const auto [low, high] = std::ranges::minmax(expected);
    double largest = values.size() == expected.size() ? 0 : 1;
    for (std::size_t i = 0; i < std::min(values.size(), expected.size()); ++i)
        largest = std::max(largest, std::abs(values[i] - expected[i]) / (high - low));
    return largest;
}

}  // namespace

class TestWidePixels : public QObject {
    Q_OBJECT

    PixelFiles files_;

private Q_SLOTS:
    void integersOfASmallRangeStayExact() {
        const auto image = files_.decode(integers({4000000000U, 4000000001U, 4000065534U, 4000000100U}, 0));
        QCOMPARE(shown(*image), (std::vector<double>{4e9, 4000000001.0, 4000065534.0, 4000000100.0}));
    }

    void integersOfTheWholeRangeStayWithinASixteenthBit() {
        const auto image = files_.decode(integers({0, 0xFFFFFFFFU, 0x80000000U, 12345678}, 0));
        QVERIFY(deviation(shown(*image), {0, 4294967295.0, 2147483648.0, 12345678.0}) <= 0.5 / 65534);
    }

    void signedIntegersKeepTheirSign() {
        const auto image = files_.decode(integers({0xFFFFFFFFU, 0xFFFFFF00U, 0, 255}, 1));
        QCOMPARE(shown(*image), (std::vector<double>{-1, -256, 0, 255}));
    }

    void bigEndianIntegersAreTurnedRound() {
        const auto image =
            files_.decode(integers({1, 256, 65000, 0}, 0, Encoding::ExplicitBig), kExplicitBig);
        QCOMPARE(shown(*image), (std::vector<double>{1, 256, 65000, 0}));
    }

    void rescaleComesOnTopOfTheRange() {
        auto dataset = greyHeader(1, 4, 32, 32, 31, 0);
        dataset.text(0x00281052, "DS", "-5").text(0x00281053, "DS", "0.5");
        DicomBytes pixels;
        for (const auto value : {10, 20, 30, 40}) pixels.put(static_cast<std::uint64_t>(value), 4);
        QCOMPARE(shown(*files_.decode(dataset.raw(kPixelData, "OW", pixels.bytes()))),
                 (std::vector<double>{0, 5, 10, 15}));
    }

    void floatsAreShownAsTheyAre() {
        const auto image = files_.decode(floats<float>({-0.25, 0.5, 0.75, 1e-3}));
        QVERIFY(deviation(shown(*image), {-0.25, 0.5, 0.75, 1e-3}) <= 0.51 / 65534);
    }

    void doublesAreShownAsTheyAre() {
        const auto image = files_.decode(floats<double>({1e-9, 2e-9, 4e-9, 3e-9}));
        QVERIFY(deviation(shown(*image), {1e-9, 2e-9, 4e-9, 3e-9}) <= 0.51 / 65534);
    }

    void whatIsNoNumberIsPadding() {
        const auto image =
            files_.decode(floats<float>({kNaN, std::numeric_limits<double>::infinity(), 10, -9999}, -9999));
        QCOMPARE(valuesOf(*image), (std::vector<int>{0, 0, 1, 0}));
        QCOMPARE(image->padding, std::optional(std::pair(0, 0)));
        QCOMPARE(shown(*image)[2], 10.0);
    }

    void numbersWithoutAnyRangeAreOneValue() {
        QCOMPARE(shown(*files_.decode(floats<double>({7.5, 7.5, 7.5, 7.5}))), (std::vector<double>(4, 7.5)));
        const auto nothing = files_.decode(floats<double>({kNaN, kNaN, kNaN, kNaN}));
        QCOMPARE(valuesOf(*nothing), std::vector<int>(4, 0));
    }

    void floatsAreScannedAsImages() {
        const auto path = files_.write(dicomFile(kExplicitLittle, floats<float>({1, 2, 3, 4}).bytes()));
        QVERIFY(readStudyOfFile(path).series.at(0).instances.at(0).hasPixels);
    }

    void floatsThatContradictTheirHeaderAreRefused_data() {
        QTest::addColumn<Bytes>("dataset");
        QTest::addColumn<ProblemKind>("kind");
        QTest::addRow("too few") << greyHeader(1, 4, 32, 32, 31, 0).raw(kFloatPixels, "OF", Bytes(12)).bytes()
                                 << ProblemKind::PixelDataTooShort;
        QTest::addRow("16 bits") << greyHeader(1, 4, 16, 16, 15, 0).raw(kFloatPixels, "OF", Bytes(16)).bytes()
                                 << ProblemKind::PixelHeaderInvalid;
        QTest::addRow("undefined length") << greyHeader(1, 4, 32, 32, 31, 0)
                                                 .header(kFloatPixels, "OF", kUndefinedLength)
                                                 .append(Bytes(16))
                                                 .bytes()
                                          << ProblemKind::DicomMalformed;
        DicomBytes colour;
        colour.us(0x00280002, {3}).text(0x00280004, "CS", "RGB").us(0x00280010, {1}).us(0x00280011, {4});
        colour.us(0x00280100, {32}).raw(kFloatPixels, "OF", Bytes(48));
        QTest::addRow("colour") << colour.bytes() << ProblemKind::PixelFormatUnsupported;
    }
    void floatsThatContradictTheirHeaderAreRefused() {
        QFETCH(Bytes, dataset);
        QFETCH(ProblemKind, kind);
        const auto path = files_.write(dicomFile(kExplicitLittle, dataset));
        QCOMPARE(problemOf([&] { decodeFrame(path); }), kind);
    }
};

QTEST_APPLESS_MAIN(TestWidePixels)
#include "tst_wide_pixels.moc"
