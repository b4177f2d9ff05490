// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/objects/segmentation.h"

#include <QTemporaryDir>
#include <QtTest>

#include "imaging/objects/segmentation_mask.h"
#include "tests/imaging/mutation.h"
#include "tests/support/segmentation_bytes.h"

using namespace residua;
using namespace residua::test;

namespace {

using Pixels = std::vector<std::uint8_t>;

/// A diagonal of 4 × 4 pixels, moved to the right by `shift`.
Pixels diagonal(unsigned shift = 0) {
    Pixels pixels(16);
    for (unsigned y = 0; y < 4; ++y) pixels[4 * y + (y + shift) % 4] = 1;
    return pixels;
}

Pixels joined(Pixels a, const Pixels& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] |= b[i];
    return a;
}

/// An axial image of 4 × 4 pixels, 1 mm apart and 1 mm thick.
ImagePlane imageAt(double z, const std::string& uid = "1.2.3.9") {
    return {uid,
            std::string(kFrameOfReference),
            0,
            1,
            4,
            4,
            PlaneGeometry{{0, 0, z}, {1, 0, 0, 0, 1, 0}, 1, 1, 1}};
}

ImagePlane withoutPlace(ImagePlane image) {
    image.geometry.reset();
    return image;
}

}  // namespace

class TestSegmentation : public QObject {
    Q_OBJECT

    static Segmentation read(const Bytes& bytes) { return segmentationOf(gatedFile("seg.dcm", bytes)); }
    static Segmentation read(const WrittenSegmentation& written) { return read(segmentationFile(written)); }

    static Pixels mask(const Segmentation& segmentation, const ImagePlane& image,
                       const std::string& segment = {}) {
        return maskOf(segmentation, image, segmentsNamed(segmentation, segment)).values;
    }

    template <class Work>
    static QString refusalOf(const Work& work) {
        try {
            work();
        } catch (const Error& error) {
            if (error.problem().kind == ProblemKind::LabelMaskInvalid)
                return QString::fromStdString(error.problem().detail);
            return QString::fromUtf8(kindName(error.problem().kind).data());
        }
        return QStringLiteral("nothing was refused");
    }

private Q_SLOTS:
    void bitsFollowOneAnotherAcrossFrames() {
        WrittenSegmentation written;
        written.rows = written.columns = 3;
        const Pixels first{1, 0, 1, 0, 0, 1, 1, 1, 0}, second{0, 1, 1, 0, 1, 0, 0, 0, 1};
        written.frames = {{1, {{"1.2.3.8", ""}}, "", first}, {1, {{"1.2.3.9", ""}}, "", second}};
        const auto segmentation = read(written);
        auto image = withoutPlace(imageAt(0));
        image.width = image.height = 3;
        QCOMPARE(mask(segmentation, image), second);
        image.sopInstanceUid = "1.2.3.8";
        QCOMPARE(mask(segmentation, image), first);
    }

    void onlyFractionsAboveHalfAreInside_data() {
        QTest::addColumn<unsigned>("maximum");
        QTest::addColumn<unsigned>("least");
        QTest::addRow("255") << 255U << 128U;
        QTest::addRow("200") << 200U << 101U;
        QTest::addRow("1") << 1U << 1U;
    }
    void onlyFractionsAboveHalfAreInside() {
        QFETCH(unsigned, maximum);
        QFETCH(unsigned, least);
        WrittenSegmentation written;
        written.type = "FRACTIONAL";
        written.maximum = maximum;
        Pixels pixels(16);
        pixels[3] = static_cast<std::uint8_t>(least - 1);
        pixels[4] = static_cast<std::uint8_t>(least);
        pixels[5] = static_cast<std::uint8_t>(maximum);
        written.frames = {{1, {{"1.2.3.9", ""}}, "", pixels}};
        Pixels expected(16);
        expected[4] = expected[5] = 1;
        QCOMPARE(mask(read(written), imageAt(0)), expected);
    }

    void pixelsOfLabelMapsNameTheirSegments_data() {
        QTest::addColumn<QString>("photometric");
        QTest::addRow("grey") << "MONOCHROME2";
        QTest::addRow("palette") << "PALETTE COLOR";
    }
    void pixelsOfLabelMapsNameTheirSegments() {
        QFETCH(QString, photometric);
        WrittenSegmentation written;
        written.sopClass = kLabelMapClass;
        written.type = "LABELMAP";
        written.photometric = photometric.toStdString();
        written.segments = {{0, "Background"}, {2, "Edema"}, {7, "Necrosis"}};
        written.frames = {{0, {{"1.2.3.9", ""}}, "", {0, 2, 7, 0, 2, 2, 7, 7, 0, 0, 0, 0, 0, 0, 0, 2}}};
        const auto segmentation = read(written);
        const Pixels edema{0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        const Pixels necrosis{0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        QCOMPARE(mask(segmentation, imageAt(0), "edema"), edema);
        QCOMPARE(mask(segmentation, imageAt(0), "7"), necrosis);
        QCOMPARE(mask(segmentation, imageAt(0)), joined(edema, necrosis));
    }

    void overlappingSegmentsAreChosenOrJoined() {
        WrittenSegmentation written;
        written.segments = {{1, "Edema"}, {2, "Enhancing Lesion"}, {3, "4"}};
        const std::vector<WrittenSource> source{{"1.2.3.9", ""}};
        written.frames = {{1, source, "", diagonal()}, {2, source, "", joined(diagonal(), diagonal(1))}};
        const auto segmentation = read(written);
        QCOMPARE(mask(segmentation, imageAt(0)), joined(diagonal(), diagonal(1)));
        QCOMPARE(mask(segmentation, imageAt(0), "1"), diagonal());
        QCOMPARE(mask(segmentation, imageAt(0), " enhancing lesion "), joined(diagonal(), diagonal(1)));
        QCOMPARE(mask(segmentation, imageAt(0), "4"), Pixels(16));  // a label that looks like a number
        const auto refusal = refusalOf([&] { segmentsNamed(segmentation, "5"); });
        QVERIFY2(refusal.contains("no segment '5' among 1 (Edema), 2 (Enhancing Lesion), 3 (4)"),
                 qPrintable(refusal));
    }

    void framesAreFoundByTheNumberOfTheImagesFrame() {
        WrittenSegmentation written;
        written.frames = {{1, {{"1.2.3.9", "2"}}, "", diagonal()},
                          {1, {{"1.2.3.9", "3\\4"}}, "", diagonal(1)}};
        const auto segmentation = read(written);
        auto image = withoutPlace(imageAt(0));
        image.frames = 5;
        const std::vector<Pixels> expected{Pixels(16), diagonal(), diagonal(1), diagonal(1), Pixels(16)};
        for (image.frame = 0; image.frame < 5; ++image.frame)
            QCOMPARE(mask(segmentation, image), expected[static_cast<std::size_t>(image.frame)]);
    }

    void ofSeveralSourcesThePlaceDecides() {
        WrittenSegmentation written;
        const std::vector<WrittenSource> both{{"1.2.3.8", ""}, {"1.2.3.9", ""}};
        written.frames = {{1, both, "0\\0\\5", diagonal()}, {1, both, "0\\0\\6", diagonal(1)}};
        const auto segmentation = read(written);
        QCOMPARE(mask(segmentation, imageAt(5, "1.2.3.8")), diagonal());
        QCOMPARE(mask(segmentation, imageAt(6, "1.2.3.9")), diagonal(1));
        QCOMPARE(mask(segmentation, imageAt(7, "1.2.3.9")), Pixels(16));
    }

    void framesWithoutSourcesAreFoundByTheirPlace_data() {
        QTest::addColumn<double>("z");
        QTest::addColumn<QString>("thickness");
        QTest::addColumn<QString>("orientation");
        QTest::addColumn<bool>("found");
        const QString axial("1\\0\\0\\0\\1\\0");
        QTest::addRow("the same place") << 5.0 << "1" << axial << true;
        QTest::addRow("rounded") << 5.09 << "1" << axial << true;
        QTest::addRow("beyond 0.1 mm") << 5.11 << "1" << axial << false;
        QTest::addRow("thick slices") << 5.45 << "5" << axial << true;
        QTest::addRow("the next of thick slices") << 5.55 << "5" << axial << false;
        QTest::addRow("rounded cosines") << 5.0 << "1"
                                         << "0.9999\\0\\0.0141\\0\\1\\0" << true;
        QTest::addRow("tilted") << 5.0 << "1"
                                << "0.9903\\0\\0.1392\\0\\1\\0" << false;
    }
    void framesWithoutSourcesAreFoundByTheirPlace() {
        QFETCH(double, z);
        QFETCH(QString, thickness);
        QFETCH(QString, orientation);
        QFETCH(bool, found);
        WrittenSegmentation written;
        written.thickness = thickness.toStdString();
        written.orientation = orientation.toStdString();
        written.frames = {{1, {}, "0\\0\\5", diagonal()}};
        const auto segmentation = read(written);
        auto image = imageAt(z);
        image.geometry->thickness = thickness.toDouble();
        if (found) {
            QCOMPARE(mask(segmentation, image), diagonal());
        } else {
            QVERIFY(refusalOf([&] { mask(segmentation, image); }).contains("lies in its plane"));
        }
        image.frameOfReferenceUid = "1.2.3.78";
        QVERIFY(refusalOf([&] { mask(segmentation, image); }).contains("lies in its plane"));
    }

    void anotherGridIsLookedUpAtThePixelsCentres() {
        WrittenSegmentation written;
        written.spacing = "0.5\\2";  // 4 rows of half a millimetre, 4 columns of two: 8 × 2 mm
        written.frames = {
            {1, {{"1.2.3.9", ""}}, "0.5\\-0.25\\0", {1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0}}};
        auto image = imageAt(0);
        image.width = 8;
        image.height = 3;
        // Rows lie at -0.25, 0.25, 0.75, 1.25 mm; the image's at 0, 1, 2.
        QCOMPARE(mask(read(written), image), (Pixels{1, 1, 0, 0, 0, 0, 1, 1,  //
                                                     0, 0, 0, 0, 1, 1, 0, 0,  //
                                                     0, 0, 0, 0, 0, 0, 0, 0}));
        written.spacing = "1\\1";
        written.orientation = "0\\1\\0\\1\\0\\0";  // rows run down
        written.frames = {
            {1, {{"1.2.3.9", ""}}, "0\\0\\0", {0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}};
        Pixels below(16);
        below[4] = 1;
        QCOMPARE(mask(read(written), imageAt(0)), below);
    }

    void whatDoesNotSayWhereItLiesIsRefused() {
        WrittenSegmentation written;
        written.frames = {{1, {{"1.2.3.9", "", "NO"}}, "0\\0\\0", diagonal()}};
        auto image = imageAt(0);
        QCOMPARE(mask(read(written), image), diagonal());  // both say where they lie
        QVERIFY(refusalOf([&] {
                    mask(read(written), withoutPlace(image));
                }).contains("does not lie as the image"));
        written.frames[0].sources[0].samePlaces = "YES";
        QCOMPARE(mask(read(written), withoutPlace(image)), diagonal());
        image.width = 8;
        QVERIFY(refusalOf([&] {
                    mask(read(written), withoutPlace(image));
                }).contains("4 × 4 pixels, the image 8 × 4"));
        const auto refusal = refusalOf([&] { mask(read(written), imageAt(12)); });
        QVERIFY2(refusal.contains("refers to the image, but lies 12 mm from it"), qPrintable(refusal));
    }

    void imagesThatAreNamedWithoutAFrameHaveAnEmptyMask() {
        WrittenSegmentation written;
        written.images = {"1.2.3.7"};
        written.frames = {{1, {{"1.2.3.9", ""}}, "", diagonal()}};
        const auto segmentation = read(written);
        QCOMPARE(mask(segmentation, imageAt(0, "1.2.3.7")), Pixels(16));
        QVERIFY(refusalOf([&] { mask(segmentation, imageAt(0, "1.2.3.6")); }).contains("no frame refers to"));
    }

    void imagesSayWhereTheyLie() {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "image.dcm";
        writeBytes(path, slicedImage("1.2.3.9", 3, 5, "1\\2\\-3.5"));
        const auto plane = planeOfImage(path);
        QCOMPARE(plane.sopInstanceUid, std::string("1.2.3.9"));
        QCOMPARE(plane.frameOfReferenceUid, std::string(kFrameOfReference));
        QVERIFY(plane.width == 5 && plane.height == 3 && plane.geometry);
        QVERIFY(plane.geometry->position == (std::array<double, 3>{1, 2, -3.5}));
        QCOMPARE(plane.geometry->thickness, 1.0);
        QVERIFY_EXCEPTION_THROWN(planeOfImage(path, 1), Error);
    }

    void whatContradictsItselfIsRefused_data();
    void whatContradictsItselfIsRefused();
    void aFileCutAnywhereIsRefused();
    void brokenFilesGiveAMaskOrANamedProblem();
};

void TestSegmentation::whatContradictsItselfIsRefused_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("said");
    const auto add = [](const char* name, const Bytes& bytes, const char* said) {
        QTest::addRow("%s", name) << QByteArray(reinterpret_cast<const char*>(bytes.data()),
                                                static_cast<qsizetype>(bytes.size()))
                                  << said;
    };
    WrittenSegmentation good;
    good.frames = {{1, {{"1.2.3.9", ""}}, "", diagonal()}};
    auto bad = good;
    bad.claimedFrames = "1000000000";
    add("frames claimed 10^9", segmentationFile(bad), "pixel_data_too_short");
    bad = good;
    bad.frames[0].segment = 40000;
    add("segment number out of range", segmentationFile(bad), "shows segment 40000, which is not described");
    bad = good;
    bad.frames[0].segment = 0;
    bad.segments = {{1, "a"}, {2, "b"}};
    add("no segment is named", segmentationFile(bad), "shows segment 0, which is not described");
    bad = good;
    bad.type = "SKETCH";
    add("unknown type", segmentationFile(bad), "unknown type 'SKETCH'");
    bad = good;
    bad.type = "FRACTIONAL";
    bad.maximum = 0;
    add("fractions of nothing", segmentationFile(bad), "MaximumFractionalValue is 0");
    add("an image", imageFile(), "no segmentation");
    add(
        "truncated",
        [&] {
            auto bytes = segmentationFile(good);
            bytes.resize(bytes.size() - 1);
            return bytes;
        }(),
        "dicom_truncated");
    add("empty", {}, "file_empty");
    add("text", toBytes("path,label\na.png,sick\n"), "not_an_image");
}

void TestSegmentation::whatContradictsItselfIsRefused() {
    QFETCH(QByteArray, file);
    QFETCH(QString, said);
    const auto* data = reinterpret_cast<const std::byte*>(file.constData());
    const auto refusal = refusalOf([&] { read(Bytes(data, data + file.size())); });
    QVERIFY2(refusal.contains(said), qPrintable(refusal));
}

void TestSegmentation::aFileCutAnywhereIsRefused() {
    WrittenSegmentation written;
    written.images = {"1.2.3.7"};
    written.frames = {{1, {{"1.2.3.9", "1"}}, "0\\0\\0", diagonal()}, {1, {}, "0\\0\\1", diagonal(1)}};
    const auto whole = segmentationFile(written);
    int refused = 0;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        try {
            mask(read(cut), imageAt(0));
        } catch (const Error&) {
            ++refused;
        }
    }
    QCOMPARE(refused, static_cast<int>(whole.size()));
    QCOMPARE(mask(read(whole), imageAt(0)), diagonal());
}

void TestSegmentation::brokenFilesGiveAMaskOrANamedProblem() {
    WrittenSegmentation written;
    written.images = {"1.2.3.7"};
    written.frames = {{1, {{"1.2.3.9", "1"}}, "0\\0\\0", diagonal()},
                      {1, {}, "0\\0\\0", diagonal(1)},
                      {1, {{"1.2.3.9", ""}, {"1.2.3.8", "2"}}, "0\\0\\0", diagonal(2)}};
    const auto binary = segmentationFile(written);
    written.sopClass = kLabelMapClass;
    written.photometric = "PALETTE COLOR";
    const auto labelMap = segmentationFile(written);
    int masks = 0, refused = 0;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        try {
            QCOMPARE(mask(read(broken(seed % 2 ? labelMap : binary, seed).bytes), imageAt(0)).size(),
                     std::size_t{16});
            ++masks;
        } catch (const Error&) {
            ++refused;
        }
    }
    QVERIFY(masks > 300 && refused > 300);
}

QTEST_APPLESS_MAIN(TestSegmentation)
#include "tst_segmentation.moc"
