// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include "imaging/pixels/pixel_decoder.h"
#include "small_dataset.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

class TestDicomValues : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::shared_ptr<const Image> decodeDataset(const DicomBytes& dataset) {
        const fs::path path = fs::path(folder_.path().toStdString()) / "image.dcm";
        writeBytes(path, dicomFile(kExplicitLittle, dataset.bytes()));
        return decodeFrame(path, 0);
    }

private Q_SLOTS:
    void paletteGivesColoursAndClampsIndices() {
        auto dataset = std::move(DicomBytes()
                                     .us(0x00280002, {1})
                                     .text(0x00280004, "CS", "PALETTE COLOR")
                                     .us(0x00280010, {1})
                                     .us(0x00280011, {4})
                                     .us(0x00280100, {8})
                                     .us(0x00280101, {8})
                                     .us(0x00280102, {7})
                                     .us(0x00280103, {0}));
        for (const Tag tag : {0x00281101U, 0x00281102U, 0x00281103U}) dataset.us(tag, {2, 10, 16});
        dataset.raw(0x00281201, "OW", words({0x1000, 0x2000})).raw(0x00281202, "OW", words({0x3000, 0x4000}));
        dataset.raw(0x00281203, "OW", words({0xFF00, 0x0100}));
        dataset.raw(kPixelData, "OB", {std::byte{0}, std::byte{10}, std::byte{11}, std::byte{200}});
        const auto image = decodeDataset(dataset);
        QVERIFY(image->isColour());
        QCOMPARE(valuesOf(*image),
                 (std::vector<int>{0x10, 0x30, 0xFF, 0x10, 0x30, 0xFF, 0x20, 0x40, 1, 0x20, 0x40, 1}));
    }

    void segmentedPaletteIsExpanded() {
        auto dataset = std::move(DicomBytes()
                                     .us(0x00280002, {1})
                                     .text(0x00280004, "CS", "PALETTE COLOR")
                                     .us(0x00280010, {1})
                                     .us(0x00280011, {2})
                                     .us(0x00280100, {8})
                                     .us(0x00280101, {8})
                                     .us(0x00280102, {7})
                                     .us(0x00280103, {0}));
        for (const Tag tag : {0x00281101U, 0x00281102U, 0x00281103U}) dataset.us(tag, {5, 0, 16});
        // One discrete entry 0, then four steps up to 0x4000.
        for (const Tag tag : {0x00281221U, 0x00281222U, 0x00281223U})
            dataset.raw(tag, "OW", words({0, 1, 0, 1, 4, 0x4000}));
        dataset.raw(kPixelData, "OB", {std::byte{1}, std::byte{4}});
        QCOMPARE(valuesOf(*decodeDataset(dataset)), (std::vector<int>{0x10, 0x10, 0x10, 0x40, 0x40, 0x40}));
    }

    void segmentedPaletteOfBytesIsExpanded() {
        auto dataset = std::move(DicomBytes()
                                     .us(0x00280002, {1})
                                     .text(0x00280004, "CS", "PALETTE COLOR")
                                     .us(0x00280010, {1})
                                     .us(0x00280011, {4})
                                     .us(0x00280100, {8})
                                     .us(0x00280101, {8})
                                     .us(0x00280102, {7})
                                     .us(0x00280103, {0}));
        for (const Tag tag : {0x00281101U, 0x00281102U, 0x00281103U}) dataset.us(tag, {8, 0, 8});
        // Entries 10 and 20, two steps up to 40, then all of that again from byte 0.
        const auto segments =
            toBytes(std::string_view("\x00\x02\x0A\x14\x01\x02\x28\x02\x02\x00\x00\x00\x00\x00", 14));
        for (const Tag tag : {0x00281221U, 0x00281222U, 0x00281223U}) dataset.raw(tag, "OW", segments);
        dataset.raw(kPixelData, "OB", {std::byte{1}, std::byte{2}, std::byte{4}, std::byte{7}});
        QCOMPARE(valuesOf(*decodeDataset(dataset)),
                 (std::vector<int>{20, 20, 20, 30, 30, 30, 10, 10, 10, 40, 40, 40}));
    }

    void displayValuesAreReadWithTheirMeaning() {
        auto dataset = std::move(DicomBytes()
                                     .us(0x00280002, {1})
                                     .text(0x00280004, "CS", "MONOCHROME1")
                                     .us(0x00280010, {1})
                                     .us(0x00280011, {2})
                                     .text(0x00280030, "DS", "0.5\\0.25")
                                     .us(0x00280100, {16})
                                     .us(0x00280101, {16})
                                     .us(0x00280102, {15})
                                     .us(0x00280103, {1})
                                     .us(0x00280120, {63536})
                                     .us(0x00280121, {63546})
                                     .text(0x00281050, "DS", "+40\\400")
                                     .text(0x00281051, "DS", "80\\1500")
                                     .text(0x00281052, "DS", "-1024")
                                     .text(0x00281053, "DS", "2.5")
                                     .text(0x00281054, "LO", "HU")
                                     .text(0x00281055, "LO", "BRAIN\\BONE")
                                     .text(0x00281056, "CS", "SIGMOID"));
        dataset.raw(kPixelData, "OW", words({0, 1}));
        const auto image = decodeDataset(dataset);
        QCOMPARE(image->photometric, Photometric::Monochrome1);
        QCOMPARE(image->rescaleSlope, 2.5);
        QCOMPARE(image->rescaleIntercept, -1024.0);
        QCOMPARE(image->units, std::string("HU"));
        QCOMPARE(image->windows, (std::vector<Window>{{40, 80, WindowFunction::Sigmoid, "BRAIN"},
                                                      {400, 1500, WindowFunction::Sigmoid, "BONE"}}));
        QCOMPARE(image->padding,
                 std::optional(std::pair(-2000, -1990)));  // US in the file, signed by meaning
        QCOMPARE(image->spacing, (Spacing{SpacingKind::Patient, 0.5, 0.25}));
    }

    void modalityLutSequenceTakesThePlaceOfRescale() {
        auto dataset = greyHeader(1, 2, 8, 8, 7, 0);
        DicomBytes lut;
        lut.us(0x00283002, {3, 5, 12}).text(0x00283004, "LO", "OD").us(0x00283006, {100, 200, 4000});
        dataset.text(0x00281052, "DS", "7").text(0x00281053, "DS", "1").sequence(0x00283000, {lut});
        dataset.raw(kPixelData, "OB", toBytes("ab"));
        const auto image = decodeDataset(dataset);
        QVERIFY(image->modalityLut);
        QCOMPARE(image->modalityLut->firstInput, 5);
        QCOMPARE(image->modalityLut->bits, 12);
        QCOMPARE(image->modalityLut->entries, (std::vector<std::uint16_t>{100, 200, 4000}));
        QCOMPARE(image->units, std::string("OD"));
    }

    void voiLutSequenceOfPackedBytesIsRead() {
        auto dataset = greyHeader(1, 2, 8, 8, 7, 0);
        DicomBytes lut;
        lut.us(0x00283002, {4, 0, 8}).raw(0x00283006, "OW", toBytes("\x01\x02\x03\x04"));
        dataset.sequence(0x00283010, {lut}).raw(kPixelData, "OB", toBytes("ab"));
        const auto image = decodeDataset(dataset);
        QCOMPARE(image->voiLuts.size(), std::size_t{1});
        QCOMPARE(image->voiLuts[0].entries, (std::vector<std::uint16_t>{1, 2, 3, 4}));
        QCOMPARE(image->voiLuts[0].bits, 8);
    }
};

QTEST_APPLESS_MAIN(TestDicomValues)
#include "tst_dicom_values.moc"
