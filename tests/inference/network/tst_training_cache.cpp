// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>
#include <sys/stat.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <csignal>

#include "imaging/atomic_file.h"
#include "tests/support/blob_training.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

fs::path fileIn(const QTemporaryDir& folder) {
    return fs::path(folder.path().toStdString()) / "x.cache";
}

/// Sizes differ from image to image; the third cannot be read.
DecodedSample decodeOrFail(const LabelledImage& image) {
    const int number = std::stoi(image.path.string().substr(5));
    if (number == 2) throw Error(ProblemKind::PictureInvalid, image.path, "broken");
    DecodedSample sample;
    sample.width = 3 + number;
    sample.height = 5;
    sample.imageWidth = 100;
    sample.imageHeight = 200;
    sample.cacheToImage = {2, 0, 0.5, 0, 3, 1};
    for (int i = 0; i < sample.width * sample.height; ++i)
        sample.pixels.push_back(static_cast<std::uint16_t>(1000 * number + i));
    return sample;
}

ProblemKind kindOf(const fs::path& file, const std::string& recipe) {
    try {
        TrainingCache cache(file, recipe);
    } catch (const Error& error) {
        return error.problem().kind;
    }
    return ProblemKind::Unexpected;
}

}  // namespace

class TestTrainingCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void imagesComeBackAsTheyWentInAndBrokenOnesAreTold() {
        QTemporaryDir folder;
        auto samples = test::blobSamples(6);
        samples[1].targets = {std::nanf("")};
        const auto problems = buildTrainingCache(fileIn(folder), "r", samples, decodeOrFail, 3, {}, {});
        QCOMPARE(problems.size(), std::size_t{1});
        QCOMPARE(problems[0].kind, ProblemKind::PictureInvalid);
        const TrainingCache cache(fileIn(folder), "r");
        QCOMPARE(cache.size(), std::size_t{5});
        QCOMPARE(cache.pixels(4).width, 8);
        QCOMPARE(cache.pixels(4).pixels[7], std::uint16_t{5007});
        QCOMPARE(cache.pixels(4).pixels.size(), std::size_t{40});
        QVERIFY(std::isnan(cache.sample(1).targets[0]));
        QVERIFY(cache.sample(1).image.boxes == samples[1].image.boxes);
        QCOMPARE(cache.sample(0).image.split, Split::Validation);
        QCOMPARE(cache.sample(2).image.path, fs::path("blob-3"));
        QCOMPARE(cache.sample(0).imageHeight, 200);
        QVERIFY((cache.sample(0).cacheToImage == Affine{2, 0, 0.5, 0, 3, 1}));
    }

    void threadsChangeNothingInTheFile() {
        QTemporaryDir one;
        QTemporaryDir many;
        buildTrainingCache(fileIn(one), "r", test::blobSamples(40), decodeOrFail, 1, {}, {});
        buildTrainingCache(fileIn(many), "r", test::blobSamples(40), decodeOrFail, 7, {}, {});
        QVERIFY(readWholeFile(fileIn(one)) == readWholeFile(fileIn(many)));
    }

    void onlyTheOwnerMayReadIt() {
        QTemporaryDir folder;
        buildTrainingCache(fileIn(folder), "r", test::blobSamples(2), decodeOrFail, 1, {}, {});
        struct stat status {};
        ::stat(fileIn(folder).c_str(), &status);
        QCOMPARE(status.st_mode & 0777U, 0600U);
    }

    void anotherRecipeIsRefused() {
        QTemporaryDir folder;
        buildTrainingCache(fileIn(folder), "r", test::blobSamples(2), decodeOrFail, 1, {}, {});
        QCOMPARE(kindOf(fileIn(folder), "other"), ProblemKind::TrainingCacheInvalid);
        QVERIFY(TrainingCache(fileIn(folder)).size() > 0);  // who names no recipe vouches for the file
        QCOMPARE(kindOf(fileIn(folder).parent_path() / "gone", "r"), ProblemKind::FileMissing);
    }

    void brokenFilesAreRefusedWhereverTheyAreCutOrChanged() {
        QTemporaryDir folder;
        buildTrainingCache(fileIn(folder), "r", test::blobSamples(4), decodeOrFail, 1, {}, {});
        const auto whole = readWholeFile(fileIn(folder));
        for (std::size_t size = 0; size < whole.size(); size += 13) {
            writeFileAtomically(fileIn(folder), std::string_view(whole).substr(0, size));
            QCOMPARE(kindOf(fileIn(folder), "r"), ProblemKind::TrainingCacheInvalid);
        }
        for (const char* change : {"\"offset\":64", "\"width\":3", "\"height\":5"}) {
            auto changed = whole;
            const auto at = changed.find(change);
            QVERIFY(at != changed.npos);
            changed[at + std::string(change).size() - 1] = '9';  // an odd offset, a size beyond the pixels
            if (std::string(change).find("offset") == std::string::npos)
                changed.replace(at, std::string(change).size(), std::string(change) + "99999");
            writeFileAtomically(fileIn(folder), changed);
            QCOMPARE(kindOf(fileIn(folder), "r"), ProblemKind::TrainingCacheInvalid);
        }
    }

    void stoppedBuildLeavesNothing() {
        QTemporaryDir folder;
        std::stop_source source;
        const auto stopAtThird = [&](std::size_t done, std::size_t) {
            if (done == 3) source.request_stop();
        };
        try {
            buildTrainingCache(fileIn(folder), "r", test::blobSamples(50), decodeOrFail, 2,
                               source.get_token(), stopAtThird);
            QFAIL("a stopped build must say so");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::Cancelled);
        }
        QCOMPARE(std::distance(fs::directory_iterator(fileIn(folder).parent_path()), {}), 0);
    }

    void fullDiskIsToldAndLeavesNothing() {
        QTemporaryDir folder;
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const auto oldHandler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit full = before;
        full.rlim_cur = 300;
        setrlimit(RLIMIT_FSIZE, &full);
        auto kind = ProblemKind::Unexpected;
        try {
            buildTrainingCache(fileIn(folder), "r", test::blobSamples(50), decodeOrFail, 2, {}, {});
        } catch (const Error& error) {
            kind = error.problem().kind;
        }
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, oldHandler);
        QCOMPARE(kind, ProblemKind::DiskFull);
        QCOMPARE(std::distance(fs::directory_iterator(fileIn(folder).parent_path()), {}), 0);
    }
};

QTEST_APPLESS_MAIN(TestTrainingCache)
#include "tst_training_cache.moc"
