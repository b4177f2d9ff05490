// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cerrno>
#include <filesystem>
#include <functional>

#include "imaging/error.h"
#include "imaging/pixels/frame_decoder.h"
#include "imaging/study/study_scanner.h"
#include "tests/imaging/containers/nifti_files.h"
#include "tests/imaging/pixels/pixel_files.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/slow_medium.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

/// The first file of a simulated patient.
fs::path fileOf(const fs::path& folder, std::uint64_t patient) {
    return writePhantom(simulatePhantom({PhantomKind::BrainMr, PhantomLesion::Absent, patient, 64, 1}),
                        folder)
        .at(0);
}

Instance scanned(const fs::path& file) {
    return readStudyOfFile(file).series.at(0).instances.at(0);
}

}  // namespace

/// Files that change, go or fail between the scan, which knows their header, and the look at their pixels.
class TestChangedFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->path().toStdString();
        fs::create_directories(path_ / "medium");
        fs::create_directories(path_ / "other");
        file_ = fileOf(path_ / "medium", 1);
        other_ = fileOf(path_ / "other", 2);
        test::setMedium(path_ / "medium", {});
    }

    void whatIsNoLongerTheScannedImageIsNotDecoded_data() {
        using Change = std::function<void(const fs::path& file, const fs::path& other)>;
        QTest::addColumn<Change>("change");
        QTest::addColumn<ProblemKind>("kind");
        const auto row = [](const char* name, Change change, ProblemKind kind) {
            QTest::addRow("%s", name) << change << kind;
        };
        row(
            "deleted", [](const auto& file, const auto&) { fs::remove(file); }, ProblemKind::FileMissing);
        row(
            "its folder is gone", [](const auto& file, const auto&) { fs::remove_all(file.parent_path()); },
            ProblemKind::FileMissing);
        row(
            "another patient's image",
            [](const auto& file, const auto& other) {
                fs::copy_file(other, file, fs::copy_options::overwrite_existing);
            },
            ProblemKind::FileChanged);
        row(
            "another patient's image of the same size and time",
            [](const auto& file, const auto& other) {
                const auto time = fs::last_write_time(file);
                fs::copy_file(other, file, fs::copy_options::overwrite_existing);
                fs::last_write_time(file, time);
            },
            ProblemKind::FileChanged);
        row(
            "truncated",
            [](const auto& file, const auto&) { fs::resize_file(file, fs::file_size(file) / 2); },
            ProblemKind::FileChanged);
        row(
            "emptied", [](const auto& file, const auto&) { fs::resize_file(file, 0); },
            ProblemKind::FileEmpty);
        row(
            "a text", [](const auto& file, const auto&) { test::writeBytes(file, test::toBytes("a text")); },
            ProblemKind::FileChanged);
        row(
            "a folder",
            [](const auto& file, const auto&) {
                fs::remove(file);
                fs::create_directory(file);
            },
            ProblemKind::FileUnreadable);
    }

    void whatIsNoLongerTheScannedImageIsNotDecoded() {
        using Change = std::function<void(const fs::path& file, const fs::path& other)>;
        QFETCH(Change, change);
        QFETCH(ProblemKind, kind);
        const auto known = knownFile(scanned(file_));
        FrameDecoder decoder;
        QVERIFY(decoder.decode(file_, 0, {}, known));
        change(file_, other_);
        try {
            decoder.decode(file_, 0, {}, known);
            QFAIL("it is another file now");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, kind);
            QCOMPARE(error.problem().path, file_);
        }
    }

    void aCopyOfTheSameImageIsTheSameImage() {
        const auto known = knownFile(scanned(file_));
        const auto copy = path_ / "copy";
        fs::copy_file(file_, copy);
        fs::remove(file_);
        fs::copy_file(copy, file_);
        fs::last_write_time(file_, fs::last_write_time(file_) + std::chrono::hours(1));
        QVERIFY(FrameDecoder().decode(file_, 0, {}, known));
    }

    void filesWithoutAUidAreToldBySizeAndTime() {
        test::NiftiFile volume;
        volume.setSize(4, 4, 3);
        volume.setVoxels([](int i, int, int, int) { return i; });
        const auto path = path_ / "medium" / "volume.nii";
        test::writeBytes(path, volume.bytes());
        const auto known = knownFile(scanned(path));
        FrameDecoder decoder;
        QVERIFY(decoder.decode(path, 0, {}, known));
        volume.setVoxels([](int, int, int, int) { return 7; });
        test::writeBytes(path, volume.bytes());
        fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(2));
        QCOMPARE(test::problemOf([&] { decoder.decode(path, 0, {}, known); }), ProblemKind::FileChanged);
        QVERIFY(decoder.decode(path, 0, {}, knownFile(scanned(path))));  // scanned again
    }

    void afterAFailureOfTheMediumTheSameFileIsReadAgain() {
        test::NiftiFile volume;
        volume.setSize(4, 4, 3);
        volume.setVoxels([](int i, int, int, int) { return i; });
        const auto path = path_ / "medium" / "volume.nii.gz";
        test::writeBytes(path, test::gzipped(volume.bytes()));
        FrameDecoder decoder;
        for (const auto& file : {file_, path}) {
            const auto known = knownFile(scanned(file));
            test::setMedium(path_ / "medium", {.failure = EIO});
            try {
                decoder.decode(file, 0, {}, known);
                QFAIL("the medium fails");
            } catch (const Error& error) {
                QCOMPARE(error.problem().kind, ProblemKind::FileUnreadable);
                QCOMPARE(error.problem().path, file);
            }
            test::setMedium(path_ / "medium", {});
            QVERIFY(decoder.decode(file, 0, {}, known));
        }
    }

    void aMediumThatFailsDuringTheScanIsToldFileByFile() {
        fileOf(path_ / "medium", 3);
        test::setMedium(path_ / "medium", {.failure = EIO});
        const auto failed = scanStudies({path_});
        QCOMPARE(failed.problems.size(), std::size_t(2));
        for (const auto& problem : failed.problems) QCOMPARE(problem.kind, ProblemKind::FileUnreadable);
        QCOMPARE(failed.studies.size(), std::size_t(1));  // the rest, from elsewhere
        test::setMedium(path_ / "medium", {});
        QCOMPARE(scanStudies({path_}).studies.size(), std::size_t(3));
    }

    void aFolderThatMayNotBeReadAnyMoreIsTold() {
        if (::geteuid() == 0) QSKIP("root may read everything");
        const auto known = knownFile(scanned(file_));
        fs::permissions(path_ / "medium", fs::perms::none);
        const auto kind = test::problemOf([&] { FrameDecoder().decode(file_, 0, {}, known); });
        fs::permissions(path_ / "medium", fs::perms::owner_all);
        QCOMPARE(kind, ProblemKind::FileUnreadable);
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path_, file_, other_;
};

QTEST_GUILESS_MAIN(TestChangedFiles)
#include "tst_changed_files.moc"
