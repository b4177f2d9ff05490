// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "imaging/study/mosaic.h"
#include "imaging/study/stack.h"
#include "imaging/study/study_scanner.h"
#include "tests/imaging/pixels/pixel_files.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;

namespace {

enum class CsaForm { Old, New };

struct CsaField {
    std::string name;
    std::vector<std::string> values;
};

void putText(DicomBytes& bytes, std::string text, std::size_t size) {
    text.resize(size, '\0');
    bytes.append(toBytes(text));
}

/// A CSA header as Siemens writes it: each field has room for six values, of which some are empty.
Bytes csaHeader(CsaForm form, const std::vector<CsaField>& fields) {
    constexpr std::size_t kItems = 6;
    DicomBytes bytes;
    if (form == CsaForm::New) bytes.append(toBytes("SV10\x04\x03\x02\x01"));
    bytes.put(fields.size(), 4).put(77, 4);
    for (const auto& field : fields) {
        putText(bytes, field.name, 64);
        bytes.put(field.values.size(), 4).append(toBytes("IS")).put(0, 2).put(6, 4).put(kItems, 4).put(77, 4);
        for (std::size_t i = 0; i < kItems; ++i) {
            const std::string value = i < field.values.size() ? field.values[i] + '\0' : std::string();
            const auto told = form == CsaForm::New ? value.size() : value.size() + kItems;
            bytes.put(told, 4).put(value.size(), 4).put(77, 4).put(value.size(), 4);
            putText(bytes, value, (value.size() + 3) / 4 * 4);
        }
    }
    return bytes.bytes();
}

Bytes csaOf(const std::string& tiles, CsaForm form = CsaForm::New) {
    return csaHeader(form, {{"EchoLinePosition", {"64"}},
                            {"NumberOfImagesInMosaic", {tiles}},
                            {"SliceNormalVector", {"0.0", "0.0", "1.0"}}});
}

/// What differs between the mosaics of this test.
struct Given {
    std::string imageType = "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC";
    Bytes csa = {};
    unsigned mrImages = 0;  ///< (0019,100A); 0 = not there
    unsigned side = 32;
    const char* distance = "3";
};

/// A mosaic with axial slices of 2 mm pixels; the pixels of a quarter of 16 × 16 have its number, from 0.
Bytes mosaic(const Given& given) {
    DicomBytes d;
    d.text(0x00080008, "CS", given.imageType).text(0x00080018, "UI", "1.2.3.4").text(0x00080060, "CS", "MR");
    d.text(0x00180050, "DS", "2.5").text(0x00180088, "DS", given.distance);
    d.text(0x00190010, "LO", "SIEMENS MR HEADER");
    if (given.mrImages > 0) d.us(0x0019100A, {given.mrImages});
    d.text(0x0020000D, "UI", "1.2.3").text(0x0020000E, "UI", "1.2.3.1").text(0x00200013, "IS", "1");
    d.text(0x00200032, "DS", "-100\\-90\\10").text(0x00200037, "DS", "1\\0\\0\\0\\1\\0");
    d.us(0x00280002, {1}).text(0x00280004, "CS", "MONOCHROME2");
    d.us(0x00280010, {given.side}).us(0x00280011, {given.side}).text(0x00280030, "DS", "2\\2");
    d.us(0x00280100, {8}).us(0x00280101, {8}).us(0x00280102, {7}).us(0x00280103, {0});
    d.text(0x00290010, "LO", "SIEMENS CSA HEADER");
    if (!given.csa.empty()) d.raw(0x00291010, "OB", given.csa);
    Bytes pixels;
    for (unsigned y = 0; y < given.side; ++y)
        for (unsigned x = 0; x < given.side; ++x)
            pixels.push_back(static_cast<std::byte>(y / 16 * (given.side / 16) + x / 16));
    d.raw(kPixelData, "OW", pixels);
    return dicomFile(kExplicitLittle, d.bytes());
}

}  // namespace

/// Siemens mosaics: a volume in one image becomes its slices.
class TestMosaic : public QObject {
    Q_OBJECT

    PixelFiles files_;

    Instance scanned(const Given& given) const {
        return readStudyOfFile(files_.write(mosaic(given))).series.at(0).instances.at(0);
    }

private Q_SLOTS:
    void tilesAreTheSlicesOfAStack() {
        const auto study = readStudyOfFile(files_.write(mosaic({.csa = csaOf("3")})));
        const auto& instance = study.series.at(0).instances.at(0);
        QCOMPARE(instance.frames, 3);
        QCOMPARE(instance.rows, 16);
        QCOMPARE(instance.columns, 16);
        const auto stacks = makeStacks(study.series.at(0));
        QCOMPARE(stacks.size(), std::size_t{1});
        QVERIFY(stacks[0].hasGeometry && stacks[0].problems.empty());
        QCOMPARE(stacks[0].spacingBetweenSlices, 3.0);
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(stacks[0].slices[std::size_t(i)].frame, i);
            const auto image = decodeFrame(instance.path, i);
            QCOMPARE(image->width, 16);
            QCOMPARE(valuesOf(*image), std::vector<int>(256, i));
        }
        QCOMPARE(problemOf([&] { decodeFrame(instance.path, 3); }), ProblemKind::FrameNumberInvalid);
        QCOMPARE(problemOf([&] { decodeFrame(instance.path, -1); }), ProblemKind::FrameNumberInvalid);
    }

    void firstTileLiesWhereTheMosaicsMiddleIs() {
        const auto instance = scanned({.csa = csaOf("4")});
        // Half of 32 - 16 pixels of 2 mm: 16 mm along rows and columns.
        QCOMPARE(frameOf(instance, 0).position, (std::array<double, 3>{-84, -74, 10}));
        QCOMPARE(frameOf(instance, 3).position, (std::array<double, 3>{-84, -74, 19}));
        QVERIFY(!instance.position);
    }

    void slicesFollowTheScannersNormal() {
        const auto csa = csaHeader(
            CsaForm::New, {{"NumberOfImagesInMosaic", {"4"}}, {"SliceNormalVector", {"0.0", "0.0", "-1.0"}}});
        const auto path = files_.write(mosaic({.csa = csa}));
        const auto series = readStudyOfFile(path).series.at(0);
        QCOMPARE((*frameOf(series.instances[0], 1).position)[2], 7.0);
        const auto stacks = makeStacks(series);
        QCOMPARE(stacks.at(0).slices.at(0).frame, 3);  // the lowest comes first
    }

    void thicknessIsTheDistanceWhereNoneIsTold() {
        const auto instance = scanned({.csa = csaOf("4"), .distance = "0"});
        QCOMPARE((*frameOf(instance, 1).position)[2], 12.5);
    }

    void olderHeadersAndTheMrHeaderTellTheNumberToo() {
        const auto old = scanned({.csa = csaOf("4", CsaForm::Old)});
        QCOMPARE(old.frames, 4);
        QCOMPARE((*frameOf(old, 1).position)[2], 13.0);
        const auto plain = scanned({.mrImages = 4});
        QCOMPARE(plain.frames, 4);
        QCOMPARE((*frameOf(plain, 1).position)[2], 13.0);
    }

    void otherImagesStayWhole() {
        const auto instance = scanned({.imageType = "ORIGINAL\\PRIMARY\\M\\ND", .csa = csaOf("4")});
        QCOMPARE(instance.frames, 1);
        QVERIFY(!instance.isUnreadMosaic && instance.position);
        QCOMPARE(decodeFrame(instance.path)->width, 32);
    }

    void mosaicThatCannotBeCountedIsShownWholeAndTold_data() {
        QTest::addColumn<Bytes>("csa");
        QTest::addColumn<unsigned>("side");
        const auto row = [](const char* name, const Bytes& csa, unsigned side = 32) {
            QTest::addRow("%s", name) << csa << side;
        };
        row("no header", {});
        row("none", csaOf("0"));
        row("negative", csaOf("-4"));
        row("a thousand millions", csaOf("1000000000"));
        row("no number", csaOf("four"));
        row("more than fit", csaOf("5"));  // 3 × 3 places do not divide 32
        row("tiles of a pixel", csaOf("1024"));
        row("a side that is not divided", csaOf("4"), 33);
        row("another field", csaHeader(CsaForm::New, {{"EchoLinePosition", {"4"}}}));
        auto endless = csaOf("4");
        endless[8] = endless[9] = endless[10] = endless[11] = std::byte{0xFF};  // fields
        endless[16 + 76] = endless[16 + 79] = std::byte{0xFF};                  // values of the first one
        row("thousands of millions of values", endless);
        row("rubbish", Bytes(3000, std::byte{0xA5}));
    }
    void mosaicThatCannotBeCountedIsShownWholeAndTold() {
        QFETCH(Bytes, csa);
        QFETCH(unsigned, side);
        const auto path = files_.write(mosaic({.csa = csa, .side = side}));
        const auto series = readStudyOfFile(path).series.at(0);
        QCOMPARE(series.instances.at(0).frames, 1);
        QCOMPARE(decodeFrame(path)->width, static_cast<int>(side));
        const auto stacks = makeStacks(series);
        QCOMPARE(stacks.at(0).problems.size(), std::size_t{1});
        QCOMPARE(stacks[0].problems[0].kind, ProblemKind::GeometryMissing);
        QVERIFY(!stacks[0].hasGeometry);
    }

    void headerCutAnywhereHarmsNothing() {
        for (const auto form : {CsaForm::Old, CsaForm::New}) {
            const auto whole = csaOf("4", form);
            for (std::size_t size = 0; size <= whole.size(); ++size) {
                const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
                const auto numbers = csaNumbers(cut, "NumberOfImagesInMosaic");
                QVERIFY(numbers.empty() || numbers == std::vector<double>{4});
            }
        }
    }

    void realHeaderSaysWhatItHolds() {
        RESIDUA_NEEDS_DATA("dicom/mr-small/bbmri-53323851.dcm");
        std::vector<double> position, none{1};
        const auto path = realData() / "dicom/mr-small/bbmri-53323851.dcm";
        const auto file = readGatedFile(path);
        walkDicom(file.bytes, path, [&](const GateElement& element) {
            if (element.group != 0x0029 || element.element != 0x1010) return;
            position = csaNumbers(element.value, "SlicePosition_PCS");
            none = csaNumbers(element.value, "NumberOfImagesInMosaic");
        });
        QCOMPARE(position, (std::vector<double>{13.88820414, -125.95770871, 116.86744426}));
        QVERIFY(none.empty());
    }
};

QTEST_APPLESS_MAIN(TestMosaic)
#include "tst_mosaic.moc"
