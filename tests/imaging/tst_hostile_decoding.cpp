// SPDX-License-Identifier: GPL-3.0-or-later
#include <zlib.h>

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "imaging/error.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/preprocess/preprocess.h"
#include "imaging/study/study_scanner.h"
#include "tests/imaging/containers/nifti_files.h"
#include "tests/imaging/costly_files.h"
#include "tests/imaging/mutation.h"
#include "tests/imaging/pixels/encoded_dicom.h"
#include "tests/imaging/pixels/encoded_pictures.h"
#include "tests/imaging/pixels/encoded_tiff.h"
#include "tests/imaging/study/hostile_files.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

Q_DECLARE_METATYPE(residua::test::Bytes)

namespace {

Bytes readBytes(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return toBytes(text);
}

/// What is wrong with an image that the decoder calls good; empty where nothing is.
std::string nonsenseIn(const Image& image) {
    const auto pixels = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
    const std::size_t values = pixels * (image.isColour() ? 3 : 1);
    if (image.width < 1 || image.height < 1) return "an image without pixels";
    if (std::visit([](const auto& v) { return v.size(); }, image.pixels) != values) return "pixels missing";
    if (image.bitsStored < 1 || image.bitsStored > 16) return "bits stored";
    if (!(image.spacing.row > 0) || !(image.spacing.column > 0)) return "a spacing of no size";
    const Window window = percentileWindow(image);
    if (!std::isfinite(window.center) || !(window.width > 0)) return "a window of no numbers";
    for (const float value : modalityValues(image))
        if (!std::isfinite(value)) return "a modality value that is no number";
    for (const Polarity polarity : {Polarity::AsStored, Polarity::Inverted}) {
        if (render(image, defaultVoi(image), polarity).argb.size() != pixels)
            return "a rendering of another size";
        if (renderGrey8(image, defaultVoi(image), polarity).size() != pixels) return "a grey of another size";
    }
    for (const auto fit :
         {PreprocessSpec::Fit::Pad, PreprocessSpec::Fit::Stretch, PreprocessSpec::Fit::Crop}) {
        PreprocessSpec spec{.crop = PreprocessSpec::Crop::Foreground, .fit = fit, .width = 32, .height = 32};
        if (fit == PreprocessSpec::Fit::Stretch) spec.window = PreprocessSpec::WindowChoice::Image;
        for (const float value : preprocess(image, spec).values)
            if (!std::isfinite(value)) return "a network input that is no number";
    }
    return {};
}

/// A small PNG with `count` texts of which each inflates to 7 MB (PNG 11.3.3.3).
Bytes pngWithLongTexts(int count) {
    const std::string zeros(7'000'000, '\0');
    std::string text(compressBound(zeros.size()), '\0');
    uLongf size = text.size();
    compress2(reinterpret_cast<Bytef*>(text.data()), &size, reinterpret_cast<const Bytef*>(zeros.data()),
              zeros.size(), 9);
    DicomBytes chunk(Encoding::ExplicitBig);  // PNG's numbers are big endian
    const Bytes content = toBytes("zTXt" + std::string("a\0\0", 3) + text.substr(0, size));
    chunk.put(content.size() - 4, 4).append(content);
    chunk.put(crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())), 4);
    Bytes png = pngFile(2, 1, 0, 8, "ab");
    const auto behindHeader = png.begin() + 33;
    Bytes file(png.begin(), behindHeader);
    for (int i = 0; i < count; ++i) file.insert(file.end(), chunk.bytes().begin(), chunk.bytes().end());
    file.insert(file.end(), behindHeader, png.end());
    return file;
}

/// A small NIfTI file of each version, byte order and kind of place.
std::vector<Bytes> volumes() {
    std::vector<Bytes> files;
    for (const int version : {1, 2})
        for (const auto order : {std::endian::little, std::endian::big}) {
            NiftiFile file;
            file.version = version;
            file.order = order;
            file.setSize(12, 10, 4, 2);
            const RasAffine affine{{{0, 0, 3, -9}, {-2, 0, 0, 8}, {0, 1.5, 0, -7}}};
            order == std::endian::big ? file.setQform(affine) : file.setSform(affine);
            file.slope = 0.5;
            file.setVoxels([](int i, int j, int k, int volume) { return 900 * volume + 99 * k + 7 * j + i; });
            files.push_back(file.bytes());
            files.push_back(gzipped(files.back()));
            file.datatype = 16;
            file.bits = 32;
            file.voxels.insert(file.voxels.end(), file.voxels.begin(), file.voxels.end());
            files.push_back(file.bytes());
        }
    return files;
}

/// What became of many broken files.
struct Tally {
    int files = 0, refusals = 0, decoded = 0, slowRefusals = 0;
    double slowestRefusal = 0, slowest = 0;
    std::string slowestRecipe, slowestRefusalRecipe;
};

/// Scans, decodes, renders and preprocesses one file as the program does. @return what went wrong, or nothing
std::string trial(const fs::path& path, const std::string& recipe, Tally& tally) {
    std::string fault;
    const auto attempt = [&](const char* step, const auto& work) {
        const auto begin = std::chrono::steady_clock::now();
        bool refused = false;
        try {
            work();
        } catch (const Error& error) {
            refused = error.problem().kind != ProblemKind::FrameNumberInvalid;
            if (error.problem().kind == ProblemKind::Unexpected)
                fault = std::string(step) + ": unnamed: " + error.problem().detail;
        } catch (const std::exception& error) {
            fault = std::string(step) + ": not an Error: " + error.what();
        }
        const double ms =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
        if (ms > tally.slowest) tally.slowest = ms, tally.slowestRecipe = recipe + step;
        if (!refused) return;
        ++tally.refusals;
        if (ms > 50) ++tally.slowRefusals;
        if (ms > tally.slowestRefusal) tally.slowestRefusal = ms, tally.slowestRefusalRecipe = recipe + step;
    };
    ++tally.files;
    ScanResult scan;
    attempt("scan", [&] {
        scan = scanStudies({path});
        for (const auto& problem : scan.problems)
            if (problem.kind == ProblemKind::Unexpected) throw Error(problem);
    });
    for (int frame = 0; frame < 3 && fault.empty(); ++frame) {
        std::shared_ptr<const Image> image;
        attempt("decode", [&] { image = decodeFrame(path, frame); });
        if (!image) break;
        ++tally.decoded;
        attempt("show", [&] { fault = nonsenseIn(*image); });
    }
    return fault;
}

}  // namespace

/// Valid files of every kind, broken by the hundred: each must give an image or a named problem.
/// RESIDUA_HOSTILE_ROUNDS breaks each file more often, RESIDUA_HOSTILE_SEED in other ways.
class TestHostileDecoding : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    static int setting(const char* name, int otherwise) {
        bool isNumber = false;
        const int value = qEnvironmentVariableIntValue(name, &isNumber);
        return isNumber ? value : otherwise;
    }

    static void tell(const Tally& tally) {
        std::printf(
            "%d files: %d frames decoded, %d refusals, %d of them after more than 50 ms; "
            "slowest refusal %.0f ms (%s), slowest step %.0f ms (%s)\n",
            tally.files, tally.decoded, tally.refusals, tally.slowRefusals, tally.slowestRefusal,
            tally.slowestRefusalRecipe.c_str(), tally.slowest, tally.slowestRecipe.c_str());
    }

    /// Breaks each file `rounds` times. @return the first fault
    std::string breakAll(const std::vector<fs::path>& files, int rounds) {
        const fs::path target = fs::path(folder_.path().toStdString()) / "broken.dcm";
        const auto seed = static_cast<std::uint64_t>(setting("RESIDUA_HOSTILE_SEED", 0));
        const bool isTold = qEnvironmentVariableIsSet("RESIDUA_HOSTILE_SEED");
        Tally tally;
        std::string first;
        for (std::size_t i = 0; i < files.size(); ++i) {
            const Bytes valid = readBytes(files[i]);
            for (int round = 0; round < rounds; ++round) {
                const auto file =
                    broken(valid, seed * 1'000'000 + i * 1000 + static_cast<std::uint64_t>(round));
                const std::string recipe = files[i].filename().string() + ": " + file.recipe;
                if (isTold) std::fprintf(stderr, "%s\n", recipe.c_str());
                writeBytes(target, file.bytes);
                const std::string fault = trial(target, recipe, tally);
                if (!fault.empty() && isTold) std::fprintf(stderr, "FAULT %s\n", fault.c_str());
                if (first.empty() && !fault.empty()) first = recipe + fault;
            }
        }
        tell(tally);
        return first;
    }

    std::vector<fs::path> phantoms() const {
        const fs::path folder = fs::path(folder_.path().toStdString()) / "phantoms";
        writeBrain(folder / "brain", 2);
        writeChest(folder / "chest");
        std::vector<fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (entry.is_regular_file()) files.push_back(entry.path());
        std::ranges::sort(files);
        return files;
    }

    /// One small file of each transfer syntax and picture format.
    std::vector<fs::path> encodedFiles() const {
        const fs::path folder = fs::path(folder_.path().toStdString()) / "encoded";
        fs::create_directories(folder);
        std::vector<fs::path> files;
        const auto next = [&](const std::string& name) { return files.emplace_back(folder / name); };
        for (const std::string_view syntax :
             {kImplicitLittle, kExplicitLittle, kExplicitBig, kRle, kJpegBaseline, kJpegLossless, kJpegLs,
              std::string_view("1.2.840.10008.1.2.4.57"), std::string_view("1.2.840.10008.1.2.4.81")})
            writeWithDcmtk(next(std::string(syntax)), syntax, knownImage(8, 8, false),
                           syntax.ends_with("81") ? 2 : 0);
        for (const std::string_view syntax : {kExplicitLittle, kRle, kJpegLossless, kJpegLs}) {
            writeWithDcmtk(next(std::string(syntax) + "-16"), syntax, knownImage(16, 12, true));
            writeWithDcmtk(next(std::string(syntax) + "-rgb"), syntax, knownImage(8, 8, false, 3));
        }
        for (const unsigned samples : {1U, 3U}) {
            const auto image = knownImage(8, 8, false, samples);
            auto dataset = imageHeader(Encoding::ExplicitLittle,
                                       {.rows = image.rows,
                                        .columns = image.columns,
                                        .samples = samples,
                                        .photometric = samples == 1 ? "MONOCHROME2" : "YBR_RCT"});
            dataset.fragments({jpeg2000Codestream(image, false)});
            writeBytes(next("jpeg2000-" + std::to_string(samples)), dicomFile(kJpeg2000, dataset.bytes()));
        }
        for (const auto& file : validFiles()) writeBytes(next("valid-" + std::to_string(files.size())), file);
        for (const auto& picture : encodedPictures())
            writeBytes(next("picture-" + std::to_string(files.size())), picture);
        for (const auto& tiff : encodedTiffs())
            writeBytes(next("tiff-" + std::to_string(files.size())), tiff);
        for (const auto& volume : volumes())
            writeBytes(next("nifti-" + std::to_string(files.size())), volume);
        return files;
    }

private Q_SLOTS:
    void hostileFilesAreNamedWhereverTheyEnter() {
        const fs::path path = fs::path(folder_.path().toStdString()) / "hostile.dcm";
        Tally tally;
        for (const auto& file : hostileFiles()) {
            writeBytes(path, file.bytes);
            const int decoded = tally.decoded;
            const std::string fault = trial(path, file.name + ": ", tally);
            QVERIFY2(fault.empty(), (file.name + ": " + fault).c_str());
            QVERIFY2(tally.decoded == decoded, (file.name + " was decoded").c_str());
        }
        tell(tally);
    }

    void costlyFilesAreShownOrNamed_data() {
        QTest::addColumn<int>("frames");
        QTest::addColumn<Bytes>("bytes");
        for (const auto& file : costlyDatasets()) QTest::addRow("%s", file.name.c_str()) << 1 << file.bytes;
        for (const auto& files : {costlyDescriptions(), costlyPixels()})
            for (const auto& file : files) QTest::addRow("%s", file.name.c_str()) << 0 << file.bytes;
    }
    void costlyFilesAreShownOrNamed() {
        QFETCH(int, frames);
        QFETCH(Bytes, bytes);
        const fs::path path = fs::path(folder_.path().toStdString()) / "costly.dcm";
        writeBytes(path, bytes);
        Tally tally;
        const std::string fault = trial(path, std::string(QTest::currentDataTag()) + ": ", tally);
        QVERIFY2(fault.empty(), fault.c_str());
        QCOMPARE(tally.decoded, frames);
        tell(tally);
    }

    void textsOfPicturesAreNotInflated() {
        const fs::path path = fs::path(folder_.path().toStdString()) / "texts.png";
        writeBytes(path, pngWithLongTexts(500));
        Tally tally;
        const std::string fault = trial(path, "500 texts: ", tally);
        QVERIFY2(fault.empty(), fault.c_str());
        QCOMPARE(tally.decoded, 1);
        tell(tally);
    }

    void brokenPhantomsAreShownOrNamed() {
        const std::string fault = breakAll(phantoms(), setting("RESIDUA_HOSTILE_ROUNDS", 40));
        QVERIFY2(fault.empty(), fault.c_str());
    }

    void brokenFilesOfEverySyntaxAreShownOrNamed() {
        const std::string fault = breakAll(encodedFiles(), setting("RESIDUA_HOSTILE_ROUNDS", 25));
        QVERIFY2(fault.empty(), fault.c_str());
    }

    void brokenRealFilesAreShownOrNamed() {
        RESIDUA_NEEDS_DATA("dicom");
        std::vector<fs::path> files;
        const auto largest = static_cast<std::uintmax_t>(setting("RESIDUA_HOSTILE_LARGEST", 300'000));
        for (const char* folder : {"dicom", "chest-adult"})
            for (const auto& entry : fs::recursive_directory_iterator(realData() / folder))
                if (entry.is_regular_file() && entry.file_size() <= largest) files.push_back(entry.path());
        std::ranges::sort(files);
        // MR slices and pictures by the dozen are alike: one in eight of the larger folders is enough.
        std::vector<fs::path> chosen;
        for (std::size_t i = 0; i < files.size(); ++i)
            if (files.size() < 100 || i % 8 == 0 || files[i].parent_path().filename() == "odd")
                chosen.push_back(files[i]);
        const std::string fault = breakAll(chosen, setting("RESIDUA_HOSTILE_ROUNDS", 2));
        QVERIFY2(fault.empty(), fault.c_str());
    }
};

QTEST_APPLESS_MAIN(TestHostileDecoding)
#include "tst_hostile_decoding.moc"
