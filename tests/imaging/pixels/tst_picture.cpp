// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include <png.h>

#include "imaging/error.h"
#include "imaging/pixels/picture.h"
#include "imaging/pixels/pixel_decoder.h"
#include "tests/imaging/pixels/encoded_pictures.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

std::vector<int> valuesOf(const Image& image) {
    return std::visit([](const auto& values) { return std::vector<int>(values.begin(), values.end()); },
                      image.pixels);
}

/// The APP1 segment's content with one directory entry: Orientation.
std::string exif(int orientation, bool isBig) {
    std::string tiff = isBig ? std::string("MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0", 19)
                             : std::string("II*\0\x08\0\0\0\1\0\x12\x01\3\0\1\0\0\0", 18);
    tiff += static_cast<char>(orientation);
    tiff.resize(26);
    return std::string("Exif\0\0", 6) + tiff;
}

}  // namespace

class TestPicture : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    fs::path write(const Bytes& bytes) {
        const fs::path path = fs::path(folder_.path().toStdString()) / "picture";
        writeBytes(path, bytes);
        return path;
    }
    ProblemKind problemOf(const Bytes& bytes) {
        try {
            decodeFrame(write(bytes));
        } catch (const Error& error) {
            return error.problem().kind;
        }
        return ProblemKind::Unexpected;
    }

private Q_SLOTS:
    void exifOrientationIsHonoured_data() {
        QTest::addColumn<int>("orientation");
        QTest::addColumn<int>("width");
        QTest::addColumn<QList<int>>("blocks");  // levels of the 8 × 8 blocks, row by row
        // Stored: 3 × 2 blocks
        //   10  60 110
        //  160 210 250
        QTest::addRow("none") << 0 << 24 << QList<int>{10, 60, 110, 160, 210, 250};
        QTest::addRow("1 upright") << 1 << 24 << QList<int>{10, 60, 110, 160, 210, 250};
        QTest::addRow("2 mirrored") << 2 << 24 << QList<int>{110, 60, 10, 250, 210, 160};
        QTest::addRow("3 upside down") << 3 << 24 << QList<int>{250, 210, 160, 110, 60, 10};
        QTest::addRow("4 flipped") << 4 << 24 << QList<int>{160, 210, 250, 10, 60, 110};
        QTest::addRow("5 transposed") << 5 << 16 << QList<int>{10, 160, 60, 210, 110, 250};
        QTest::addRow("6 turned right") << 6 << 16 << QList<int>{160, 10, 210, 60, 250, 110};
        QTest::addRow("7 transversed") << 7 << 16 << QList<int>{250, 110, 210, 60, 160, 10};
        QTest::addRow("8 turned left") << 8 << 16 << QList<int>{110, 250, 60, 210, 10, 160};
        QTest::addRow("9 is no orientation") << 9 << 24 << QList<int>{10, 60, 110, 160, 210, 250};
    }
    void exifOrientationIsHonoured() {
        QFETCH(int, orientation);
        QFETCH(int, width);
        QFETCH(QList<int>, blocks);
        const int stored[] = {10, 60, 110, 160, 210, 250};
        std::vector<unsigned char> samples;
        for (int y = 0; y < 16; ++y)
            for (int x = 0; x < 24; ++x)
                samples.push_back(static_cast<unsigned char>(stored[y / 8 * 3 + x / 8]));
        for (const bool isBig : {false, true}) {
            const auto image = decodeFrame(write(
                jpegFile(24, 16, 1, samples, orientation == 0 ? std::string() : exif(orientation, isBig))));
            QCOMPARE(image->width, width);
            QCOMPARE(image->height, 24 * 16 / width);
            const auto values = valuesOf(*image);
            for (int i = 0; i < blocks.size(); ++i) {
                const int across = width / 8;
                const int level =
                    values[static_cast<std::size_t>((i / across * 8 + 4) * width + i % across * 8 + 4)];
                QVERIFY2(std::abs(level - blocks[i]) <= 2, qPrintable(QString::number(level)));
            }
        }
    }

    void brokenExifIsNoHarm() {
        const std::vector<unsigned char> samples(64, 77);
        for (const auto& block :
             {exif(6, false).substr(0, 20), std::string("Exif\0\0II*\0\xFF\xFF\xFF\x7F", 14)})
            QCOMPARE(decodeFrame(write(jpegFile(8, 8, 1, samples, block)))->width, 8);
    }

    void colourPictureStaysColourAndGreyOneBecomesGrey() {
        std::vector<unsigned char> samples;
        for (int i = 0; i < 64; ++i) samples.insert(samples.end(), {200, 100, 50});
        const auto colour = decodeFrame(write(jpegFile(8, 8, 3, samples)));
        QCOMPARE(colour->photometric, Photometric::Rgb);
        const auto values = valuesOf(*colour);
        QVERIFY(std::abs(values[0] - 200) <= 2 && std::abs(values[1] - 100) <= 2 &&
                std::abs(values[2] - 50) <= 2);
        const auto grey = decodeFrame(write(jpegFile(8, 8, 3, std::vector<unsigned char>(192, 90))));
        QCOMPARE(grey->photometric, Photometric::Monochrome2);
        QCOMPARE(valuesOf(*grey), std::vector<int>(64, 90));
    }

    void pngKeepsItsValues_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("bits");
        QTest::addColumn<QByteArray>("rows");
        QTest::addColumn<QList<int>>("expected");
        QTest::addRow("grey 8") << PNG_COLOR_TYPE_GRAY << 8 << QByteArray("\x05\xFA", 2)
                                << QList<int>{5, 250};
        QTest::addRow("grey 16") << PNG_COLOR_TYPE_GRAY << 16 << QByteArray("\x12\x34\xFF\xFE", 4)
                                 << QList<int>{0x1234, 0xFFFE};
        QTest::addRow("grey 1") << PNG_COLOR_TYPE_GRAY << 1 << QByteArray("\x40", 1) << QList<int>{0, 255};
        QTest::addRow("grey 4") << PNG_COLOR_TYPE_GRAY << 4 << QByteArray("\x3F", 1) << QList<int>{0x33, 255};
        QTest::addRow("grey with alpha lies on black")
            << PNG_COLOR_TYPE_GRAY_ALPHA << 8 << QByteArray("\x64\xFF\x64\0", 4) << QList<int>{100, 0};
        QTest::addRow("RGB") << PNG_COLOR_TYPE_RGB << 8 << QByteArray("\1\2\3\4\5\6", 6)
                             << QList<int>{1, 2, 3, 4, 5, 6};
        QTest::addRow("RGB 16 is shown by 8")
            << PNG_COLOR_TYPE_RGB << 16 << QByteArray("\x80\x80\0\0\xFF\xFF\0\0\0\0\0\0", 12)
            << QList<int>{128, 0, 255, 0, 0, 0};
        QTest::addRow("palette") << PNG_COLOR_TYPE_PALETTE << 8 << QByteArray("\1\0", 2)
                                 << QList<int>{40, 50, 60, 1, 2, 3};
    }
    void pngKeepsItsValues() {
        QFETCH(int, type);
        QFETCH(int, bits);
        QFETCH(QByteArray, rows);
        QFETCH(QList<int>, expected);
        const auto image = decodeFrame(write(pngFile(2, 1, type, bits, rows.toStdString())));
        QCOMPARE(valuesOf(*image), std::vector<int>(expected.begin(), expected.end()));
        QCOMPARE(image->width, 2);
        QCOMPARE(image->height, 1);
        QCOMPARE(image->bitsStored, bits == 16 && expected.size() == 2 ? 16 : 8);
    }

    void eightBitGreyIsShownAsItWasWindowed() {
        const auto image = decodeFrame(write(pngFile(2, 1, PNG_COLOR_TYPE_GRAY, 8, "\x20\x30")));
        QCOMPARE(image->windows.size(), std::size_t{1});
        QCOMPARE(image->windows[0].center, 127.5);
        QCOMPARE(image->windows[0].width, 255.0);
    }

    void brokenPicturesAreRefused() {
        const Bytes jpeg = jpegFile(64, 64, 1, std::vector<unsigned char>(4096, 9));
        std::string noise(64 * 64, '\0');
        for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>(i * 2654435761U >> 13);
        const Bytes png = pngFile(64, 64, PNG_COLOR_TYPE_GRAY, 8, noise);
        for (const auto& whole : {jpeg, png}) {
            for (const std::size_t length : {std::size_t{9}, whole.size() / 3, whole.size() / 2})
                QCOMPARE(problemOf(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))),
                         ProblemKind::PictureInvalid);
        }
        Bytes changed = png;
        changed[changed.size() / 2] ^= std::byte{0x55};  // the chunk's CRC or the stream no longer fits
        QCOMPARE(problemOf(changed), ProblemKind::PictureInvalid);
    }

    void hugePictureInAFewBytesIsRefused() {
        Bytes png = pngFile(2, 1, PNG_COLOR_TYPE_GRAY, 8, "ab");
        for (const std::size_t at : {18, 19, 22, 23})
            png[at] = std::byte{0xFF};  // width and height 65,535 and more
        const auto kind = problemOf(png);
        QVERIFY(kind == ProblemKind::PictureInvalid || kind == ProblemKind::FrameTooLarge);
        Bytes jpeg = jpegFile(8, 8, 1, std::vector<unsigned char>(64, 9));
        const std::string text(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
        const auto frame = text.find("\xFF\xC0");
        for (std::size_t i = 5; i < 9; ++i) jpeg[frame + i] = std::byte{0xFF};
        QCOMPARE(problemOf(jpeg), ProblemKind::FrameTooLarge);
    }

    void pictureOfNothingButZerosIsNoBomb() {
        const auto zeros = [](unsigned side) {
            return pngFile(side, side, PNG_COLOR_TYPE_GRAY, 8, std::string(std::size_t{side} * side, '\0'));
        };
        QVERIFY(decodeFrame(write(zeros(1000)), 0));  // 1 MB from 1 kB: a blank film
        const auto bomb = zeros(5000);                // 25 MB from 25 kB
        QVERIFY(bomb.size() < 50'000);
        QCOMPARE(problemOf(bomb), ProblemKind::FrameTooLarge);
    }

    void pictureHasOneFrame() {
        const auto path = write(pngFile(2, 1, PNG_COLOR_TYPE_GRAY, 8, "ab"));
        try {
            decodeFrame(path, 1);
            QFAIL("a picture has one frame");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::FrameNumberInvalid);
            QCOMPARE(error.problem().path, path);
        }
    }
};

QTEST_APPLESS_MAIN(TestPicture)
#include "tst_picture.moc"
