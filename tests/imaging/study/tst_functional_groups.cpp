// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/stack.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/dicom_bytes.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;

namespace {

constexpr std::string_view kEnhancedMr = "1.2.840.10008.5.1.4.1.1.4.1";
constexpr Tag kInStackPosition = 0x00209057, kTemporalIndex = 0x00209128, kSegment = 0x0062000B;

std::string decimals(std::initializer_list<double> values) {
    std::string text;
    for (const double value : values)
        text += (text.empty() ? "" : "\\") + QByteArray::number(value).toStdString();
    return text;
}

DicomBytes position(double z) {
    return DicomBytes().text(0x00200032, "DS", decimals({0, 0, z}));
}
DicomBytes axial() {
    return DicomBytes().text(0x00200037, "DS", "1\\0\\0\\0\\1\\0");
}
DicomBytes pointer(Tag tag) {
    DicomBytes item;
    return item.header(0x00209165, "AT", 4).put(tag >> 16, 2).put(tag & 0xFFFF, 2);
}

/// Functional groups of one frame: frame content with its dimension indices, the place, and more macros.
struct Group {
    double z = 0;
    std::vector<unsigned> indices = {};
    DicomBytes before = DicomBytes();  ///< macros with tags below (0020,9111)
};
DicomBytes item(const Group& group) {
    DicomBytes content;
    content.header(0x00209157, "UL", static_cast<std::uint32_t>(4 * group.indices.size()));
    for (const auto index : group.indices) content.put(index, 4);
    DicomBytes item;
    return item.append(group.before.bytes())
        .sequence(0x00209111, {content})
        .sequence(0x00209113, {position(group.z)});
}

/// An enhanced MR file of 2 × 2 pixels a frame; each frame's value is its index.
Bytes enhancedFile(const std::vector<Group>& groups, const std::vector<Tag>& dimensions = {},
                   std::size_t frames = 0) {
    if (frames == 0) frames = groups.size();
    DicomBytes d;
    d.text(0x00080016, "UI", kEnhancedMr).text(0x00080018, "UI", "1.2.3.4").text(0x00080060, "CS", "MR");
    d.text(0x0020000D, "UI", "1.2.3").text(0x0020000E, "UI", "1.2.3.1");
    std::vector<DicomBytes> pointers, items;
    for (const auto tag : dimensions) pointers.push_back(pointer(tag));
    for (const auto& group : groups) items.push_back(item(group));
    d.sequence(0x00209222, pointers).us(0x00280002, {1}).text(0x00280004, "CS", "MONOCHROME2");
    d.text(0x00280008, "IS", std::to_string(frames)).us(0x00280010, {2}).us(0x00280011, {2});
    d.us(0x00280100, {8}).us(0x00280101, {8}).us(0x00280102, {7}).us(0x00280103, {0});
    d.sequence(0x52009229, {DicomBytes().sequence(0x00209116, {axial()})}).sequence(0x52009230, items);
    Bytes pixels;
    for (std::size_t i = 0; i < 4 * frames; ++i) pixels.push_back(static_cast<std::byte>(i / 4));
    return dicomFile(kExplicitLittle, d.raw(kPixelData, "OB", pixels).bytes());
}

DicomBytes echo(double milliseconds) {
    return DicomBytes().sequence(0x00189114, {DicomBytes().fd(0x00189082, {milliseconds})});
}
DicomBytes diffusion(double b) {
    return DicomBytes().sequence(0x00189117, {DicomBytes().fd(0x00189087, {b})});
}
DicomBytes frameType(std::string_view type) {
    return DicomBytes().sequence(0x00189226, {DicomBytes().text(0x00089007, "CS", type)});
}

QStringList labels(const std::vector<Stack>& stacks) {
    QStringList texts;
    for (const auto& stack : stacks) texts << QString::fromStdString(stack.label);
    return texts;
}

QList<int> frames(const Stack& stack) {
    QList<int> result;
    for (const auto& slice : stack.slices) result << slice.frame;
    return result;
}

}  // namespace

class TestFunctionalGroups : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void framesAreOrderedByTheirPlaceNotTheFile() {
        const auto stacks = stacksOf(enhancedFile({{10}, {-5}, {0}, {5}}));
        QCOMPARE(stacks.size(), std::size_t{1});
        QVERIFY(stacks[0].hasGeometry && stacks[0].problems.empty() && stacks[0].label.empty());
        QCOMPARE(frames(stacks[0]), (QList<int>{1, 2, 3, 0}));
        QCOMPARE(stacks[0].spacingBetweenSlices, 5.0);
    }

    void whatSetsFramesApartMakesStacks_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QStringList>("expected");
        const auto add = [](const char* name, const std::vector<Group>& groups,
                            const std::vector<Tag>& dimensions, const QStringList& expected) {
            const auto bytes = enhancedFile(groups, dimensions);
            QTest::addRow("%s", name) << QByteArray(reinterpret_cast<const char*>(bytes.data()),
                                                    static_cast<qsizetype>(bytes.size()))
                                      << expected;
        };
        add("echo", {{0, {}, echo(30)}, {4, {}, echo(30)}, {0, {}, echo(80)}, {4, {}, echo(80)}}, {},
            {"TE 30 ms", "TE 80 ms"});
        add("b-value",
            {{0, {}, diffusion(0)},
             {4, {}, diffusion(0)},
             {0, {}, diffusion(1000)},
             {4, {}, diffusion(1000)}},
            {}, {"b 0", "b 1000"});
        add("frame type",
            {{0, {}, frameType("ORIGINAL\\PRIMARY\\T1\\M")},
             {4, {}, frameType("ORIGINAL\\PRIMARY\\T1\\M")},
             {0, {}, frameType("ORIGINAL\\PRIMARY\\T1\\PHASE")},
             {4, {}, frameType("ORIGINAL\\PRIMARY\\T1\\PHASE")}},
            {}, {"magnitude", "phase"});
        add("dimension of time", {{0, {1, 1}}, {4, {2, 1}}, {0, {1, 2}}, {4, {2, 2}}},
            {kInStackPosition, kTemporalIndex}, {"time point 1", "time point 2"});
        add("dimension of segments", {{0, {1, 1}}, {0, {2, 1}}, {4, {1, 2}}, {4, {2, 2}}},
            {kSegment, kInStackPosition}, {"segment 1", "segment 2"});
        add("nothing but repeated places", {{0}, {4}, {0}, {4}}, {}, {"time point 1", "time point 2"});
    }
    void whatSetsFramesApartMakesStacks() {
        QFETCH(QByteArray, file);
        QFETCH(QStringList, expected);
        const auto* bytes = reinterpret_cast<const std::byte*>(file.constData());
        const auto stacks = stacksOf({bytes, bytes + file.size()});
        QCOMPARE(labels(stacks), expected);
        for (const auto& stack : stacks) QCOMPARE(stack.spacingBetweenSlices, 4.0);
    }

    void groupsForFewerFramesLeaveTheFilesOrderAndAreTold() {
        const auto stacks = stacksOf(enhancedFile({{10}, {0}}, {}, 3));
        QCOMPARE(stacks.size(), std::size_t{1});
        QCOMPARE(frames(stacks[0]), (QList<int>{0, 1, 2}));
        QVERIFY(!stacks[0].hasGeometry);
        QCOMPARE(stacks[0].problems.at(0).kind, ProblemKind::FrameGroupsMissing);
    }

    void emptyGroupsAreTold() {
        const auto stacks = stacksOf(enhancedFile({}, {}, 3));
        QCOMPARE(frames(stacks.at(0)), (QList<int>{0, 1, 2}));
        QCOMPARE(stacks[0].problems.at(0).kind, ProblemKind::FrameGroupsMissing);
    }

    void moreGroupsThanFramesAreLeftAway() {
        const auto stacks = stacksOf(enhancedFile({{10}, {0}, {5}}, {}, 2));
        QCOMPARE(frames(stacks.at(0)), (QList<int>{1, 0}));
    }

    void everyFrameOfALongFileIsSorted() {
        std::vector<Group> groups;
        for (unsigned i = 0; i < 212; ++i)
            groups.push_back({i % 106 * 2.0, {i % 106 + 1, i / 106 + 1}, echo(i < 106 ? 5 : 7)});
        const auto file = enhancedFile(groups, {kInStackPosition, kTemporalIndex});
        const auto stacks = stacksOf(file);
        QCOMPARE(labels(stacks), (QStringList{"TE 5 ms", "TE 7 ms"}));
        QCOMPARE(stacks[1].slices.size(), std::size_t{106});
        QCOMPARE(stacks[1].slices[105].frame, 211);
    }

    void aFramesOwnWindowAndRescaleCount() {
        RESIDUA_NEEDS_DATA("dicom/mr-enhanced");
        const auto file = realData() / "dicom/mr-enhanced/IM_0027_fMAP.dcm";
        const auto magnitude = decodeFrame(file, 0), map = decodeFrame(file, 63);
        QVERIFY(std::abs(magnitude->rescaleSlope - 1.27985347985347) < 1e-9);
        QVERIFY(std::abs(map->rescaleSlope - 0.24420024420024) < 1e-9);
        QVERIFY(magnitude->windows.at(0) != map->windows.at(0));
    }

    void fieldMapBecomesMagnitudeAndMap() {
        RESIDUA_NEEDS_DATA("dicom/mr-enhanced");
        const auto stacks = stacksOf(realData() / "dicom/mr-enhanced/IM_0027_fMAP.dcm");
        QCOMPARE(labels(stacks), (QStringList{"field map", "magnitude"}));
        for (const auto& stack : stacks) {
            QCOMPARE(stack.slices.size(), std::size_t{32});
            QVERIFY(stack.hasGeometry && stack.problems.empty());
            QVERIFY(std::abs(stack.spacingBetweenSlices - 4) < 1e-3);
        }
    }

    void perfusionFramesAreOneStack() {
        RESIDUA_NEEDS_DATA("dicom/mr-enhanced");
        const auto stacks = stacksOf(realData() / "dicom/mr-enhanced/1901_WIP_3DpCASL_real.dcm");
        QCOMPARE(stacks.size(), std::size_t{1});
        QCOMPARE(stacks[0].slices.size(), std::size_t{40});
        QVERIFY(stacks[0].hasGeometry && stacks[0].problems.empty());
        QVERIFY(std::abs(stacks[0].spacingBetweenSlices - 4) < 1e-3);
    }

    void enhancedImagesWithoutGroupsAreTold() {
        RESIDUA_NEEDS_DATA("dicom/odd");
        for (const char* name :
             {"py-emri_small.dcm", "py-emri_small_RLE.dcm", "py-emri_small_big_endian.dcm",
              "py-emri_small_jpeg_2k_lossless.dcm", "py-emri_small_jpeg_ls_lossless.dcm"}) {
            const auto stacks = stacksOf(realData() / "dicom/odd" / name);
            QCOMPARE(stacks.size(), std::size_t{1});
            QCOMPARE(stacks[0].slices.size(), std::size_t{10});
            QCOMPARE(stacks[0].problems.at(0).kind, ProblemKind::FrameGroupsMissing);
        }
    }

private:
    std::vector<Stack> stacksOf(const std::filesystem::path& path) {
        const auto study = readStudyOfFile(path);
        return makeStacks(study.series.at(0));
    }
    std::vector<Stack> stacksOf(const Bytes& file) {
        writeBytes(path(), file);
        return stacksOf(path());
    }
    std::filesystem::path path() const {
        return std::filesystem::path(folder_.path().toStdString()) / "enhanced.dcm";
    }

    QTemporaryDir folder_;
};

QTEST_APPLESS_MAIN(TestFunctionalGroups)
#include "tst_functional_groups.moc"
