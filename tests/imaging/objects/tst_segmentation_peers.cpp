// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <set>

#include "imaging/objects/segmentation_mask.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;

namespace {

using Pixels = std::vector<std::uint8_t>;

std::uint32_t crc32(const Pixels& bytes, std::uint32_t before = 0) {
    std::uint32_t crc = ~before;
    for (const auto byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320U : 0);
    }
    return ~crc;
}

Pixels mask(const Segmentation& segmentation, const ImagePlane& image, const std::string& segment) {
    return maskOf(segmentation, image, segmentsNamed(segmentation, segment)).values;
}

}  // namespace

/// Segmentations that other programs wrote (dcmqi, highdicom, Slicer), as pydicom reads them.
class TestSegmentationPeers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void masksAreThoseThatPydicomReads_data();
    void masksAreThoseThatPydicomReads();
    void masksLieOnTheImagesTheyWereDrawnOn_data();
    void masksLieOnTheImagesTheyWereDrawnOn();
};

// Counts and checksums of the masks, in the order of UID and frame, were computed with pydicom 2.3.1 and
// NumPy from pixel_array and the functional groups.
void TestSegmentationPeers::masksAreThoseThatPydicomReads_data() {
    struct Row {
        const char *file, *segment;
        int images;
        unsigned inside, crc;
    };
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("segment");
    QTest::addColumn<int>("images");
    QTest::addColumn<unsigned>("inside");
    QTest::addColumn<unsigned>("crc");
    for (const auto& row : std::initializer_list<Row>{
             {"24x38x3/seg/label.seg", "", 3, 315, 0x67831C2BU},
             {"liver.dcm", "", 3, 107098, 0x0A39C0D2U},
             {"partial_overlaps.dcm", "", 3, 40505, 0xE6196212U},
             {"partial_overlaps.dcm", "3", 3, 10743, 0x2D1EB6B2U},
             {"DicomSeg.dcm", "", 32, 6380, 0x3D5F5BB7U},
             {"DicomSeg.dcm", "2", 32, 3333, 0xC9289C61U},
             {"DicomSeg.dcm", "3", 32, 2364, 0xDAB1A8BFU},
             {"seg.dcm", "", 13, 795, 0x69BF5E78U},
             {"seg_image_cr_binary.dcm", "", 1, 151, 0x922A9A90U},
             {"seg_image_ct_binary.dcm", "", 3, 638, 0xD5439F67U},
             {"seg_image_ct_binary_fractional.dcm", "", 3, 638, 0xD5439F67U},
             {"seg_image_ct_true_fractional.dcm", "", 3, 638, 0xD5439F67U},
             {"seg_image_ct_binary_overlap.dcm", "", 4, 64, 0x4585F8C7U},
             {"seg_image_ct_binary_overlap.dcm", "1", 4, 64, 0x4585F8C7U},
             {"seg_image_ct_binary_overlap.dcm", "2", 4, 16, 0xA70A1E2CU},
             {"seg_image_ct_binary_single_frame.dcm", "", 1, 1832, 0x45F6F2E2U},
             {"seg_image_sm_control.dcm", "", 20, 523, 0x960369E8U},
             {"seg_image_sm_control.dcm", "5", 20, 30, 0x12C53AF7U},
             {"seg_image_sm_numbers.dcm", "", 20, 523, 0x960369E8U},
             {"seg_image_sm_dots.dcm", "", 24, 200, 0xDD153F3BU},
             {"seg_image_sm_control_labelmap.dcm", "", 20, 523, 0x9D70F4DFU},
             {"seg_image_sm_control_labelmap.dcm", "5", 20, 30, 0xD18AE478U},
             {"seg_image_sm_control_labelmap_palette_color.dcm", "", 20, 523, 0x9D70F4DFU},
         })
        QTest::addRow("%s %s", row.file, row.segment)
            << row.file << row.segment << row.images << row.inside << row.crc;
}

void TestSegmentationPeers::masksAreThoseThatPydicomReads() {
    RESIDUA_NEEDS_DATA("dicom/results");
    QFETCH(QString, file);
    QFETCH(QString, segment);
    QFETCH(int, images);
    QFETCH(unsigned, inside);
    QFETCH(unsigned, crc);
    const auto segmentation = readSegmentation(realData() / "dicom/results" / file.toStdString());
    std::set<std::pair<std::string, int>> places;  // UIDs and frames
    const auto header = planeOfImage(segmentation.file.path);
    for (const auto& frame : segmentation.frames)
        for (const auto& source : frame.sources) {
            if (source.frames.empty()) places.insert({source.sopInstanceUid, 1});
            for (const int number : source.frames) places.insert({source.sopInstanceUid, number});
        }
    unsigned count = 0, sum = 0;
    for (const auto& [uid, number] : places) {
        ImagePlane image{uid, {}, number - 1, 1, header.width, header.height, {}};
        const auto values = mask(segmentation, image, segment.toStdString());
        count += static_cast<unsigned>(std::count(values.begin(), values.end(), 1));
        sum = crc32(values, sum);
    }
    QCOMPARE(static_cast<int>(places.size()), images);
    QCOMPARE(count, inside);
    QCOMPARE(sum, crc);
}

void TestSegmentationPeers::masksLieOnTheImagesTheyWereDrawnOn_data() {
    struct Row {
        const char *file, *image, *segment;
        unsigned inside, crc;
    };
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("image");
    QTest::addColumn<QString>("segment");
    QTest::addColumn<unsigned>("inside");
    QTest::addColumn<unsigned>("crc");
    for (const auto& row : std::initializer_list<Row>{
             {"24x38x3/seg/label.seg", "24x38x3/image/IMG0001.dcm", "", 0, 0x5161F074U},
             {"24x38x3/seg/label.seg", "24x38x3/image/IMG0002.dcm", "", 315, 0x3E52ADB9U},
             {"24x38x3/seg/label.seg", "24x38x3/image/IMG0003.dcm", "", 0, 0x5161F074U},
             {"liver.dcm", "ct-3slice/01.dcm", "", 35220, 0x522119CDU},
             {"liver.dcm", "ct-3slice/02.dcm", "", 35645, 0xB22BADE7U},
             {"liver.dcm", "ct-3slice/03.dcm", "", 36233, 0xCA757958U},
             {"partial_overlaps.dcm", "ct-3slice/01.dcm", "", 10509, 0x98357DF2U},
             {"partial_overlaps.dcm", "ct-3slice/02.dcm", "", 18473, 0xE1FF86E0U},
             {"partial_overlaps.dcm", "ct-3slice/03.dcm", "", 11523, 0xFB511FF3U},
             {"partial_overlaps.dcm", "ct-3slice/02.dcm", "1", 9602, 0x7A31E7D1U},
             {"partial_overlaps.dcm", "ct-3slice/02.dcm", "orange", 11888, 0x16565CD5U},
             {"partial_overlaps.dcm", "ct-3slice/01.dcm", "3", 10509, 0x98357DF2U},
             {"partial_overlaps.dcm", "ct-3slice/02.dcm", "3", 117, 0x42688391U},
             {"partial_overlaps.dcm", "ct-3slice/03.dcm", "3", 117, 0x42688391U},
             {"partial_overlaps.dcm", "ct-3slice/03.dcm", "4", 6693, 0xE9FDD927U},
             {"partial_overlaps.dcm", "ct-3slice/03.dcm", "5", 4713, 0x50C44545U},
             {"seg_image_ct_binary_single_frame.dcm", "ct_image.dcm", "", 1832, 0x45F6F2E2U},
         })
        QTest::addRow("%s %s %s", row.file, row.image, row.segment)
            << row.file << row.image << row.segment << row.inside << row.crc;
}

void TestSegmentationPeers::masksLieOnTheImagesTheyWereDrawnOn() {
    RESIDUA_NEEDS_DATA("dicom/results");
    QFETCH(QString, file);
    QFETCH(QString, image);
    QFETCH(QString, segment);
    QFETCH(unsigned, inside);
    QFETCH(unsigned, crc);
    const auto results = realData() / "dicom/results";
    auto segmentation = readSegmentation(results / file.toStdString());
    const auto plane = planeOfImage(results / image.toStdString());
    QVERIFY(plane.geometry);
    for (const bool bySource : {true, false}) {  // the same by the place alone
        if (!bySource)
            for (auto& frame : segmentation.frames) frame.sources.clear();
        const auto values = mask(segmentation, plane, segment.toStdString());
        QCOMPARE(static_cast<unsigned>(std::count(values.begin(), values.end(), 1)), inside);
        QCOMPARE(crc32(values), crc);
    }
}

QTEST_APPLESS_MAIN(TestSegmentationPeers)
#include "tst_segmentation_peers.moc"
