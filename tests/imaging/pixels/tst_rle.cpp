// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "imaging/error.h"
#include "imaging/pixels/rle.h"
#include "tests/support/dicom_bytes.h"

using namespace residua;
using namespace residua::test;

Q_DECLARE_METATYPE(residua::test::Bytes)

namespace {

/// An RLE fragment (PS3.5 G.5): the header as told, then the segments.
Bytes rleFragment(std::initializer_list<std::uint32_t> header, std::string_view segments) {
    DicomBytes bytes;
    for (const auto word : header) bytes.put(word, 4);
    bytes.append(Bytes(64 - bytes.size()));
    return bytes.append(toBytes(segments)).bytes();
}

PixelHeader shape(int columns, int samples = 1, int bits = 8) {
    PixelHeader header;
    header.rows = 1;
    header.columns = columns;
    header.samples = samples;
    header.bitsAllocated = header.bitsStored = bits;
    header.highBit = bits - 1;
    return header;
}

std::string decode(const Bytes& fragment, const PixelHeader& header) {
    std::vector<std::byte> samples(header.bytesPerFrame());
    decodeRle(fragment, header, samples);
    return {reinterpret_cast<const char*>(samples.data()), samples.size()};
}

}  // namespace

class TestRle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsAndLiteralsAreUnpacked() {
        // Three literal bytes, no operation, 'x' four times.
        QCOMPARE(decode(rleFragment({1, 64},
                                    "\x02"
                                    "abc"
                                    "\x80"
                                    "\xFD"
                                    "x"),
                        shape(7)),
                 std::string("abcxxxx"));
    }

    void mostSignificantBytesComeFirst() {
        const std::string words = decode(rleFragment({2, 64, 67},
                                                     "\x01\x12\x34"
                                                     "\x01\x56\x78"),
                                         shape(2, 1, 16));
        std::uint16_t first = 0;
        std::memcpy(&first, words.data(), 2);
        QCOMPARE(first, std::uint16_t{0x1256});
    }

    void coloursAreInterleaved() {
        QCOMPARE(decode(rleFragment({3, 64, 67, 70},
                                    "\x01rR"
                                    "\x01gG"
                                    "\x01"
                                    "bB"),
                        shape(2, 3)),
                 std::string("rgbRGB"));
    }

    void paddingBehindAFullPlaneIsLetPass() {
        QCOMPARE(decode(rleFragment({1, 64}, std::string_view("\x01"
                                                              "ab\0",
                                                              4)),
                        shape(2)),
                 std::string("ab"));
    }

    void brokenFragmentsAreRefused_data() {
        QTest::addColumn<Bytes>("fragment");
        QTest::addColumn<int>("bits");
        QTest::addRow("shorter than its header: decoders have shown heap contents") << Bytes(4) << 8;
        QTest::addRow("offset outside the fragment: decoders have crashed") << rleFragment({1, 100000},
                                                                                           "\x01"
                                                                                           "ab")
                                                                            << 8;
        QTest::addRow("offset inside the header") << rleFragment({1, 60},
                                                                 "\x01"
                                                                 "ab")
                                                  << 8;
        QTest::addRow("offsets descending") << rleFragment({2, 67, 64},
                                                           "\x01"
                                                           "ab"
                                                           "\x01"
                                                           "cd")
                                            << 16;
        QTest::addRow("offsets equal") << rleFragment({2, 64, 64},
                                                      "\x01"
                                                      "ab"
                                                      "\x01"
                                                      "cd")
                                       << 16;
        QTest::addRow("too few segments") << rleFragment({1, 64},
                                                         "\x01"
                                                         "ab")
                                          << 16;
        QTest::addRow("too many segments") << rleFragment({3, 64, 65, 66},
                                                          "\x01"
                                                          "ab")
                                           << 8;
        QTest::addRow("a billion segments") << rleFragment({0x40000000, 64},
                                                           "\x01"
                                                           "ab")
                                            << 8;
        QTest::addRow("segment ends early") << rleFragment({1, 64}, std::string_view("\0a", 2)) << 8;
        QTest::addRow("literal run beyond the segment") << rleFragment({1, 64},
                                                                       "\x01"
                                                                       "a")
                                                        << 8;
        QTest::addRow("run without its byte") << rleFragment({1, 64}, "\xFF") << 8;
        QTest::addRow("run beyond the plane") << rleFragment({1, 64},
                                                             "\xF0"
                                                             "a")
                                              << 8;
        QTest::addRow("nothing but no-operations") << rleFragment({1, 64}, "\x80\x80\x80") << 8;
    }
    void brokenFragmentsAreRefused() {
        QFETCH(Bytes, fragment);
        QFETCH(int, bits);
        try {
            decode(fragment, shape(2, 1, bits));
            QFAIL("the fragment must be refused");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::FragmentInvalid);
        }
    }
};

QTEST_APPLESS_MAIN(TestRle)
#include "tst_rle.moc"
