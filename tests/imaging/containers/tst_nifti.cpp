// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSemaphore>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include "imaging/pixels/frame_cache.h"
#include "imaging/pixels/frame_decoder.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/study_scanner.h"
#include "tests/imaging/containers/broken_niftis.h"
#include "tests/imaging/containers/nifti_files.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

const double kNaN = std::numeric_limits<double>::quiet_NaN();

/// 4 × 3 × 5 voxels of which each is its own number.
NiftiFile counting(int volumes = 1) {
    NiftiFile file;
    file.setSize(4, 3, 5, volumes);
    file.setSform({{{-1, 0, 0, 10}, {0, -1, 0, 20}, {0, 0, 2, -30}}});
    file.setVoxels([](int i, int j, int k, int volume) { return 1000 * volume + 100 * k + 10 * j + i; });
    return file;
}

std::vector<double> shown(const Image& image) {
    std::vector<double> values;
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) values.push_back(*modalityValueAt(image, x, y));
    return values;
}

template <typename Value>
std::uint64_t pattern(double value) {
    using Pattern = std::conditional_t<
        sizeof(Value) == 8, std::uint64_t,
        std::conditional_t<sizeof(Value) == 4, std::uint32_t,
                           std::conditional_t<sizeof(Value) == 2, std::uint16_t, std::uint8_t>>>;
    return std::bit_cast<Pattern>(static_cast<Value>(value));
}

struct TypeRow {
    const char* name;
    int code;
    int bits;
    std::uint64_t (*pattern)(double);
    QList<double> values;
};
const TypeRow kTypes[] = {
    {"uint8", 2, 8, pattern<std::uint8_t>, {0, 1, 200, 255}},
    {"int8", 256, 8, pattern<std::int8_t>, {-128, -1, 0, 127}},
    {"int16", 4, 16, pattern<std::int16_t>, {-32768, -1, 0, 32767}},
    {"uint16", 512, 16, pattern<std::uint16_t>, {0, 1, 40000, 65535}},
    {"int32", 8, 32, pattern<std::int32_t>, {-30000, -1, 0, 30000}},
    {"uint32", 768, 32, pattern<std::uint32_t>, {4000000000, 4000000001, 4000050000, 4000060000}},
    {"int64", 1024, 64, pattern<std::int64_t>, {-40000, 0, 1, 20000}},
    {"uint64", 1280, 64, pattern<std::uint64_t>, {5000000000, 5000000001, 5000000002, 5000060000}},
    {"float32", 16, 32, pattern<float>, {-1.5, 0, 0.25, 3}},
    {"float64", 64, 64, pattern<double>, {-1e-3, 0, 1e-3, 2e-3}},
};

}  // namespace

Q_DECLARE_METATYPE(residua::test::BrokenNifti)

class TestNifti : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    fs::path write(const Bytes& bytes, const char* name = "volume.nii") const {
        const auto path = fs::path(folder_.path().toStdString()) / name;
        writeBytes(path, bytes);
        return path;
    }
    /// The one problem that a scan tells of a file with such a name.
    static ProblemKind scanned(const fs::path& path) {
        const auto scan = scanStudies({path});
        return scan.problems.size() == 1 ? scan.problems[0].kind : ProblemKind::Unexpected;
    }
    static ProblemKind decoded(const fs::path& path, int frame = 0) {
        try {
            decodeFrame(path, frame);
        } catch (const Error& error) {
            return error.problem().path == path ? error.problem().kind : ProblemKind::Unexpected;
        }
        return ProblemKind::Unexpected;
    }

private Q_SLOTS:
    void everyTypeKeepsItsValues_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("version");
        QTest::addColumn<bool>("isBig");
        for (int type = 0; type < int(std::size(kTypes)); ++type)
            for (const int version : {1, 2})
                for (const bool isBig : {false, true})
                    QTest::addRow("%s, NIfTI-%d, %s", kTypes[type].name, version, isBig ? "big" : "little")
                        << type << version << isBig;
    }
    void everyTypeKeepsItsValues() {
        QFETCH(int, type);
        QFETCH(int, version);
        QFETCH(bool, isBig);
        const auto& row = kTypes[type];
        NiftiFile file;
        file.version = version;
        file.order = isBig ? std::endian::big : std::endian::little;
        file.setSize(4, 1, 1);
        file.datatype = row.code;
        file.bits = row.bits;
        for (const double value : row.values) file.addNumber(row.pattern(value), row.bits / 8);
        const double span = row.values.last() - row.values.first();
        for (const auto& [slope, intercept] :
             {std::pair(0.0, 7.0), std::pair(kNaN, kNaN), std::pair(0.5, -3.0)}) {
            file.slope = slope;
            file.intercept = intercept;
            const bool isScaled = slope == 0.5;
            const auto values = shown(*decodeFrame(write(file.bytes()), 0));
            for (std::size_t i = 0; i < 4; ++i) {
                const double stored = row.values[qsizetype(i)];
                const double expected = isScaled ? 0.5 * stored - 3 : stored;
                QVERIFY2(std::abs(values[i] - expected) <= span / 100'000,
                         qPrintable(QString("%1 is not %2").arg(values[i]).arg(expected)));
            }
        }
    }

    void colourIsColour() {
        NiftiFile file;
        file.setSize(2, 1, 1);
        file.datatype = 128;
        file.bits = 24;
        file.slope = 2;  // of grey alone
        for (const int part : {200, 100, 50, 1, 2, 3}) file.addNumber(std::uint64_t(part), 1);
        const auto path = write(file.bytes());
        const auto image = decodeFrame(path);
        QVERIFY(image->isColour());
        QCOMPARE(std::get<std::vector<std::uint8_t>>(image->pixels),
                 (std::vector<std::uint8_t>{200, 100, 50, 1, 2, 3}));
        QCOMPARE(readStudyOfFile(path).series[0].instances[0].photometric, std::string("RGB"));
    }

    void numbersThatAreNoneArePadding() {
        NiftiFile file;
        file.setSize(4, 1, 1);
        file.datatype = 16;
        file.bits = 32;
        for (const double value : {1.0, kNaN, std::numeric_limits<double>::infinity(), 3.0})
            file.addNumber(pattern<float>(value), 4);
        const auto window = percentileWindow(*decodeFrame(write(file.bytes())), 0, 100);
        QCOMPARE(window.center, 2.0);
        QCOMPARE(window.width, 2.0);
    }

    void aVolumeIsOneInstanceOfItsFolder() {
        const auto path = write(counting(2).bytes(), "T1 head.nii");
        const auto study = readStudyOfFile(path);
        const auto& series = study.series.at(0);
        const auto& instance = series.instances.at(0);
        QCOMPARE(series.modality, std::string("MR"));
        QCOMPARE(series.description, std::string("T1 head"));
        QCOMPARE(instance.fileKind, FileKind::Volume);
        QCOMPARE(instance.frames, 10);
        QCOMPARE(instance.columns, 4);
        QCOMPARE(instance.rows, 3);
        QCOMPARE(readStudyOfFile(path, "CT").series[0].modality, std::string("CT"));
        QCOMPARE(readStudyOfFile(path).series[0].instances[0].sopInstanceUid, instance.sopInstanceUid);
        const auto gz = readStudyOfFile(write(gzipped(counting().bytes()), "T1 head.nii.gz"));
        QCOMPARE(gz.series[0].description, std::string("T1 head"));
        QVERIFY(gz.series[0].uid != series.uid && gz.uid == study.uid);
    }

    void itIsToldByWhatIsInside() {
        const auto scan = [&](const Bytes& bytes, const char* name) {
            return scanStudies({write(bytes, name)}).studies.size();
        };
        QCOMPARE(scan(counting().bytes(), "anything"), std::size_t{1});
        QCOMPARE(scan(gzipped(counting().bytes()), "anything.dcm"), std::size_t{1});
        const auto text = write(toBytes(std::string(1000, 'x')), "text.nii");
        QCOMPARE(scanned(text), ProblemKind::NotAnImage);  // named by its own path
        fs::create_directories(text.parent_path() / "folder");
        for (const char* name : {"folder/text.nii", "folder/text.NII.GZ"}) write(toBytes("text"), name);
        write(gzipped(toBytes("no volume")), "folder/log.gz");
        const auto found = scanStudies({text.parent_path() / "folder"});
        QCOMPARE(found.problems.size(), std::size_t{2});
        for (const auto& problem : found.problems) QCOMPARE(problem.kind, ProblemKind::NiftiInvalid);
        QCOMPARE(found.otherFiles, std::size_t{1});
    }

    void everyFrameOfACompressedVolumeIsItsSlice() {
        const auto whole = counting(2).bytes();
        auto members = gzipped(Bytes(whole.begin(), whole.begin() + 400));
        const auto rest = gzipped(Bytes(whole.begin() + 400, whole.end()));
        members.insert(members.end(), rest.begin(), rest.end());
        for (const auto& bytes : {gzipped(whole), members}) {
            const auto path = write(bytes, "volume.nii.gz");
            FrameDecoder decoder;
            for (int frame = 0; frame < 10; ++frame) {
                const auto values = shown(*decoder.decode(path, frame));
                QCOMPARE(values.front(), frame / 5 * 1000.0 + frame % 5 * 100);
                QCOMPARE(values.back(), values.front() + 23);
            }
            for (const int frame : {-1, 10}) QCOMPARE(decoded(path, frame), ProblemKind::FrameNumberInvalid);
        }
    }

    void aCompressedVolumeIsInflatedOnce() {
        const auto bytes = gzipped(counting().bytes());
        const auto path = write(bytes, "volume.nii.gz");
        auto damaged = bytes;
        damaged[damaged.size() - 6] ^= std::byte{0xFF};  // the checksum
        FrameDecoder decoder;
        QVERIFY(decoder.decode(path, 0));
        const auto time = fs::last_write_time(path);
        write(damaged, "volume.nii.gz");  // the same file, of the same size and time
        fs::last_write_time(path, time);
        QCOMPARE(shown(*decoder.decode(path, 4)).front(), 400.0);
        decoder.clear();
        QVERIFY_THROWS_EXCEPTION(Error, decoder.decode(path, 4));
        write(bytes, "volume.nii.gz");
        fs::last_write_time(path, time);
        QVERIFY_THROWS_EXCEPTION(Error, decoder.decode(path, 4));  // nor is a broken one, frame for frame
        // Another file takes its place.
        const auto other = write(counting().bytes(), "other.nii");
        QVERIFY(decoder.decode(other, 0));
        QVERIFY(decoder.decode(path, 4));
    }

    void theFrameCacheKeepsTheVolume() {
        const auto bytes = gzipped(counting().bytes());
        const auto path = write(bytes, "volume.nii.gz");
        QSemaphore reports;
        std::atomic<int> images = 0;
        FrameCache cache(std::size_t{1} << 20, 2, [&](const FrameResult& result) {
            images += result.image != nullptr;
            reports.release();
        });
        cache.want({{path, 0}});
        QVERIFY(reports.tryAcquire(1, 20'000));
        auto damaged = bytes;
        damaged[damaged.size() - 6] ^= std::byte{0xFF};
        const auto time = fs::last_write_time(path);
        write(damaged, "volume.nii.gz");
        fs::last_write_time(path, time);  // the same file, for all that is seen of it
        cache.want({{path, 1}, {path, 2}, {path, 3}, {path, 4}});
        QVERIFY(reports.tryAcquire(4, 20'000));
        QCOMPARE(images.load(), 5);
    }

    void manyThreadsReadOneVolume() {
        const auto path = write(gzipped(counting(4).bytes()), "volume.nii.gz");
        const auto other = write(counting().bytes(), "other.nii");
        FrameDecoder decoder;
        std::atomic<int> wrong = 0;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i)
                threads.emplace_back([&, i] {
                    for (int frame = 0; frame < 20; ++frame) {
                        const double expected = frame / 5 * 1000.0 + frame % 5 * 100;
                        wrong += shown(*decoder.decode(path, frame)).front() != expected;
                        if (i == 0)
                            wrong += shown(*decoder.decode(other, frame % 5)).front() != frame % 5 * 100;
                    }
                });
        }
        QCOMPARE(wrong.load(), 0);
    }

    void brokenVolumesAreNamed_data() {
        QTest::addColumn<BrokenNifti>("broken");
        for (const auto& rows : {brokenSizes(), brokenVoxels(), brokenPlaces()})
            for (const auto& row : rows) QTest::addRow("%s", row.name) << row;
    }
    void brokenVolumesAreNamed() {
        QFETCH(BrokenNifti, broken);
        auto file = counting();
        broken.change(file);
        const auto path = write(file.bytes(), "broken.nii");
        QCOMPARE(scanned(path), broken.kind);
        QCOMPARE(decoded(path), broken.kind);
        // What does not fit the file's size is told of a compressed one when it is inflated.
        if (broken.tells == Tells::Size) return;
        QCOMPARE(scanned(write(gzipped(file.bytes()), "broken.nii.gz")), broken.kind);
    }

    void aHeaderCutShortIsNamed() {
        auto file = counting();
        file.version = 2;
        auto header = file.bytes();
        header.resize(400);
        QCOMPARE(scanned(write(header)), ProblemKind::NiftiInvalid);
    }

    void compressedVolumesThatAreCutOrDamagedAreNamed() {
        NiftiFile noise;  // which does not shrink: half of it holds the header
        noise.setSize(16, 16, 16);
        noise.setVoxels([](int i, int j, int k, int) { return (i + 16 * j + 256 * k) * 40503 % 65536; });
        const auto whole = gzipped(noise.bytes());
        for (const std::size_t size : {whole.size() / 2, whole.size() - 9, whole.size() - 1})
            QCOMPARE(decoded(write(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size)), "cut.nii.gz")),
                     ProblemKind::NiftiInvalid);
        auto file = counting();
        file.voxels.pop_back();
        QCOMPARE(decoded(write(gzipped(file.bytes()), "short.nii.gz")), ProblemKind::NiftiInvalid);
        auto changed = whole;
        changed[changed.size() - 5] ^= std::byte{1};
        QCOMPARE(decoded(write(changed, "checksum.nii.gz")), ProblemKind::NiftiInvalid);
    }

    void aBombIsRefusedBeforeItIsInflated() {
        NiftiFile file;
        file.setSize(512, 512, 100);
        file.voxels.resize(std::size_t{512} * 512 * 100 * 2);  // 52 MB of zeros in 0.2 MB
        const auto bomb = gzipped(file.bytes());
        QVERIFY(bomb.size() < file.voxels.size() / 200);
        QCOMPARE(scanned(write(bomb, "bomb.nii.gz")), ProblemKind::FrameTooLarge);
        QCOMPARE(decoded(write(bomb, "bomb.nii.gz")), ProblemKind::FrameTooLarge);
        // What a header does not promise is not inflated at all.
        file.setSize(2, 2, 2);
        QCOMPARE(decodeFrame(write(gzipped(file.bytes()), "more.nii.gz"), 1)->width, 2);
        // A small empty volume is none.
        file.setSize(128, 128, 100);
        file.voxels.resize(std::size_t{128} * 128 * 100 * 2);
        QVERIFY(decodeFrame(write(gzipped(file.bytes()), "small.nii.gz"), 99));
    }
};

QTEST_APPLESS_MAIN(TestNifti)
#include "tst_nifti.moc"
