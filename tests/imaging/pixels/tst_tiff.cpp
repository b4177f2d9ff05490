// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <cstring>

#include "imaging/study/stack.h"
#include "imaging/study/study_scanner.h"
#include "tests/imaging/pixels/encoded_tiff.h"
#include "tests/imaging/pixels/pixel_files.h"

using namespace residua;
using namespace residua::test;

namespace {

/// 16-bit numbers in the machine's byte order.
std::string nativeWords(const std::vector<int>& values) {
    std::string text;
    for (const int value : values) {
        const auto word = static_cast<std::uint16_t>(value);
        text.append(reinterpret_cast<const char*>(&word), 2);
    }
    return text;
}

std::string bytesText(const std::vector<int>& values) {
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return text;
}

/// Numbers from 0 on, spread over the range.
std::vector<int> ramp(int count, int largest) {
    std::vector<int> values;
    for (int i = 0; i < count; ++i) values.push_back(i * 7919 % (largest + 1));
    return values;
}

}  // namespace

class TestTiff : public QObject {
    Q_OBJECT

    PixelFiles files_;

    std::shared_ptr<const Image> decode(const Bytes& bytes, int frame = 0) const {
        return decodeFrame(files_.write(bytes), frame);
    }
    ProblemKind refusal(const Bytes& bytes) const {
        return problemOf([&] { decode(bytes); });
    }

private Q_SLOTS:
    void everyLayoutKeepsItsValues_data() {
        QTest::addColumn<int>("compression");
        QTest::addColumn<int>("tile");
        QTest::addColumn<QByteArray>("mode");
        for (const int compression : {1, 5, 8, 32773})
            for (const int tile : {0, 16})
                for (const char* mode : {"wl", "wb", "w8"})
                    QTest::addRow("compression %d, %s, %s", compression, tile > 0 ? "tiles" : "strips", mode)
                        << compression << tile << QByteArray(mode);
    }
    void everyLayoutKeepsItsValues() {
        QFETCH(int, compression);
        QFETCH(int, tile);
        QFETCH(QByteArray, mode);
        TiffShape shape{.width = 21, .height = 19};
        shape.compression = static_cast<std::uint16_t>(compression);
        shape.tile = static_cast<std::uint32_t>(tile);
        const auto grey = ramp(21 * 19, 255);
        const auto image = decode(tiffFile({{shape, bytesText(grey)}}, mode));
        QCOMPARE(image->width, 21);
        QCOMPARE(image->height, 19);
        QCOMPARE(valuesOf(*image), grey);
        QCOMPARE(image->windows.at(0).width, 255.0);  // it was windowed when it was made
        shape.bits = 16;
        const auto wide = ramp(21 * 19, 65535);
        const auto sixteen = decode(tiffFile({{shape, nativeWords(wide)}}, mode));
        QCOMPARE(valuesOf(*sixteen), wide);
        QCOMPARE(sixteen->bitsStored, 16);
        QVERIFY(sixteen->windows.empty());
        shape.bits = 8;
        shape.samples = 3;
        shape.photometric = 2;
        const auto colours = ramp(3 * 21 * 19, 255);
        const auto rgb = decode(tiffFile({{shape, bytesText(colours)}}, mode));
        QVERIFY(rgb->isColour());
        QCOMPARE(valuesOf(*rgb), colours);
    }

    void whiteIsZeroIsMonochrome1() {
        for (const std::uint16_t bits : {std::uint16_t{8}, std::uint16_t{16}}) {
            const TiffShape shape{.width = 2, .bits = bits, .photometric = 0};
            const auto path =
                files_.write(tiffFile({{shape, bits == 8 ? bytesText({10, 200}) : nativeWords({10, 200})}}));
            const auto image = decodeFrame(path);
            QCOMPARE(image->photometric, Photometric::Monochrome1);
            QCOMPARE(valuesOf(*image), (std::vector<int>{10, 200}));
            QCOMPARE(readStudyOfFile(path).series[0].instances[0].photometric, std::string("MONOCHROME1"));
        }
    }

    void signedValuesStaySigned() {
        const TiffShape shape{.width = 3, .bits = 16, .format = 2};
        QCOMPARE(valuesOf(*decode(tiffFile({{shape, nativeWords({-32768, -5, 1000})}}))),
                 (std::vector<int>{-32768, -5, 1000}));
    }

    void paletteBecomesColour() {
        const TiffShape shape{.width = 2, .photometric = 3, .compression = 5};
        const auto path = files_.write(tiffFile({{shape, bytesText({0, 100})}}));
        QCOMPARE(valuesOf(*decodeFrame(path)), (std::vector<int>{0, 255, 7, 100, 155, 7}));
        QCOMPARE(readStudyOfFile(path).series[0].instances[0].photometric, std::string("RGB"));
    }

    void otherColoursBecomeRgb() {
        const TiffShape planar{.width = 2, .samples = 3, .photometric = 2, .isPlanar = true};
        QCOMPARE(valuesOf(*decode(tiffFile({{planar, bytesText({1, 2, 30, 40, 50, 60})}}))),
                 (std::vector<int>{1, 30, 50, 2, 40, 60}));
        const TiffShape deep{.width = 1, .bits = 16, .samples = 3, .photometric = 2};
        QCOMPARE(valuesOf(*decode(tiffFile({{deep, nativeWords({0x8080, 0, 0xFFFF})}}))),
                 (std::vector<int>{128, 0, 255}));
        const TiffShape alpha{.width = 2, .samples = 4, .photometric = 2, .hasAlpha = true};
        QCOMPARE(valuesOf(*decode(tiffFile({{alpha, bytesText({200, 100, 50, 255, 200, 100, 50, 0})}}))),
                 (std::vector<int>{200, 100, 50, 0, 0, 0}));
        const TiffShape jpeg{.width = 8, .height = 8, .samples = 3, .photometric = 6, .compression = 7};
        std::vector<int> flat;
        for (int i = 0; i < 64; ++i) flat.insert(flat.end(), {200, 100, 50});
        const auto values = valuesOf(*decode(tiffFile({{jpeg, bytesText(flat)}})));
        for (std::size_t i = 0; i < 192; ++i) QVERIFY(std::abs(values[i] - flat[i]) <= 3);
    }

    void fewBitsBecomeGrey() {
        // A fax: white is zero, packed from the highest bit.
        const TiffShape fax{.width = 8, .height = 2, .bits = 1, .photometric = 0, .compression = 4};
        const auto image = decode(tiffFile({{fax, std::string("\xF0\x0F", 2)}}));
        QVERIFY(!image->isColour());
        QCOMPARE(valuesOf(*image),
                 (std::vector<int>{0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0}));
        const TiffShape four{.width = 2, .bits = 4};
        QCOMPARE(valuesOf(*decode(tiffFile({{four, std::string("\x3F", 1)}}))),
                 (std::vector<int>{0x33, 255}));
    }

    void orientationIsHonoured() {
        const TiffShape turned{.width = 3, .height = 2, .orientation = 6};
        const auto image = decode(tiffFile({{turned, bytesText({1, 2, 3, 4, 5, 6})}}));
        QCOMPARE(image->width, 2);
        QCOMPARE(valuesOf(*image), (std::vector<int>{4, 1, 5, 2, 6, 3}));
        const TiffShape mirrored{.width = 2, .samples = 3, .photometric = 2, .orientation = 2};
        QCOMPARE(valuesOf(*decode(tiffFile({{mirrored, bytesText({1, 2, 3, 40, 50, 60})}}))),
                 (std::vector<int>{40, 50, 60, 1, 2, 3}));
    }

    void pagesAreFrames() {
        const TiffShape page{.width = 2, .bits = 16};
        auto thumbnail = page;
        thumbnail.subfileType = 1;
        const auto path = files_.write(tiffFile({{page, nativeWords({1, 2})},
                                                 {thumbnail, nativeWords({7, 7})},
                                                 {page, nativeWords({3, 4})},
                                                 {page, nativeWords({5, 6})}}));
        const auto study = readStudyOfFile(path, "DX");
        QCOMPARE(study.series.at(0).instances.at(0).frames, 3);
        QCOMPARE(study.series[0].modality, std::string("DX"));
        const auto stacks = makeStacks(study.series[0]);
        QCOMPARE(stacks.size(), std::size_t{1});
        QCOMPARE(stacks[0].slices.size(), std::size_t{3});
        QVERIFY(stacks[0].problems.empty());
        for (int frame = 0; frame < 3; ++frame)
            QCOMPARE(valuesOf(*decodeFrame(path, frame)), (std::vector<int>{2 * frame + 1, 2 * frame + 2}));
        for (const int frame : {-1, 3})
            QCOMPARE(problemOf([&] { decodeFrame(path, frame); }), ProblemKind::FrameNumberInvalid);
    }

    void aDicomFileWithATiffHeaderInItsPreambleIsDicom() {
        auto dicom = imageFile();
        std::memcpy(dicom.data(), "II*\0\x08\0\0\0", 8);  // PS3.10 7.1
        QCOMPARE(readStudyOfFile(files_.write(dicom)).series.at(0).instances.at(0).fileKind, FileKind::Dicom);
        QVERIFY(decodeFrame(files_.path()));
    }

    void brokenFilesAreNamed() {
        const TiffShape shape{.width = 64, .height = 64, .compression = 5};
        const auto whole = tiffFile({{shape, bytesText(ramp(64 * 64, 255))}});
        // libtiff writes the directory behind the pixels: a file cut in half has none.
        for (const std::size_t size : {std::size_t{4}, std::size_t{7}, whole.size() / 2, whole.size() - 1}) {
            const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            const auto path = files_.write(cut);
            QCOMPARE(problemOf([&] { decodeFrame(path); }), ProblemKind::PictureInvalid);
            // A scan reads the directory alone; behind it lie the strips' places.
            if (size < whole.size() - 1)
                QCOMPARE(problemOf([&] { readStudyOfFile(path); }), ProblemKind::PictureInvalid);
        }
        auto damaged = whole;
        std::fill_n(damaged.begin() + 100, 1000, std::byte{0xFF});  // LZW codes that were never made
        QCOMPARE(refusal(damaged), ProblemKind::PictureInvalid);
    }

    void directoriesInACircleAreRefused() {
        // Width and height; the next directory is the first.
        DicomBytes file;
        file.append(toBytes("II")).put(42, 2).put(8, 4);
        file.put(2, 2);
        for (const int tag : {256, 257}) file.put(std::uint64_t(tag), 2).put(3, 2).put(1, 4).put(1, 4);
        file.put(8, 4);
        QCOMPARE(problemOf([&] { readStudyOfFile(files_.write(file.bytes())); }),
                 ProblemKind::PictureInvalid);
        QCOMPARE(refusal(file.bytes()), ProblemKind::PictureInvalid);
    }

    void floatsAreNotRead() {
        const TiffShape shape{.width = 2, .bits = 32, .format = 3};
        QCOMPARE(refusal(tiffFile({{shape, std::string(8, '\0')}})), ProblemKind::PixelFormatUnsupported);
    }

    void bombsAreRefused() {
        const auto zeros = [](std::uint32_t side, std::uint32_t tile = 0) {
            const TiffShape shape{.width = side, .height = side, .compression = 8, .tile = tile};
            return tiffFile({{shape, std::string(std::size_t{side} * side, '\0')}});
        };
        QVERIFY(decode(zeros(1000)));  // a blank film is none
        // 25 MB from less than a 200th: one tile, since strips of two rows do not shrink so far.
        const auto bomb = zeros(5000, 4992 + 16);
        QVERIFY(bomb.size() < 100'000);
        QCOMPARE(refusal(bomb), ProblemKind::FrameTooLarge);
        // A small picture with a gigantic tile.
        auto tile = zeros(4, 16);
        const auto place =
            std::search(tile.begin(), tile.end(), std::begin(kTileWidth), std::end(kTileWidth));
        QVERIFY(place != tile.end());
        for (const int entry : {0, 12}) {
            const std::uint16_t huge = 65520;
            std::memcpy(&*(place + entry + 8), &huge, 2);
        }
        QCOMPARE(refusal(tile), ProblemKind::FrameTooLarge);
        // A size that only the header has.
        const TiffShape shape{.width = 30000, .height = 1};
        auto wide = tiffFile({{shape, std::string(30000, '\0')}});
        const auto height = std::search(wide.begin(), wide.end(), std::begin(kHeight), std::end(kHeight));
        QVERIFY(height != wide.end());
        const std::uint16_t huge = 65535;
        std::memcpy(&*(height + 8), &huge, 2);
        QCOMPARE(problemOf([&] { readStudyOfFile(files_.write(wide)); }), ProblemKind::FrameTooLarge);
        QCOMPARE(refusal(wide), ProblemKind::FrameTooLarge);
    }

private:
    // Directory entries, little endian: tag, SHORT, 1.
    static constexpr std::byte kTileWidth[]{std::byte{0x42}, std::byte{1}, std::byte{3}, std::byte{0},
                                            std::byte{1},    std::byte{0}, std::byte{0}, std::byte{0}};
    static constexpr std::byte kHeight[]{std::byte{1}, std::byte{1}, std::byte{3}, std::byte{0},
                                         std::byte{1}, std::byte{0}, std::byte{0}, std::byte{0}};
};

QTEST_APPLESS_MAIN(TestTiff)
#include "tst_tiff.moc"
