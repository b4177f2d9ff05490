// SPDX-License-Identifier: GPL-3.0-or-later
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <cmath>

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <set>

#include "imaging/error.h"
#include "imaging/phantom/phantom.h"
#include "tests/support/failing_file.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

fs::path pathOf(const QTemporaryDir& folder) {
    return folder.path().toStdString();
}

Phantom small(PhantomKind kind, PhantomLesion lesion = PhantomLesion::Present, std::uint64_t seed = 3) {
    return simulatePhantom({kind, lesion, seed, 64, 5});
}

std::string text(DcmDataset& data, const DcmTagKey& tag, unsigned long position = 0) {
    OFString value;
    data.findAndGetOFString(tag, value, position);
    return value.c_str();
}

}  // namespace

class TestPhantomWriter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameSeedGivesTheSameBytes() {
        QTemporaryDir first, second;
        for (const auto kind : {PhantomKind::ChestRadiograph, PhantomKind::BrainMr}) {
            const auto a = writePhantom(small(kind), pathOf(first));
            const auto b = writePhantom(small(kind), pathOf(second));
            QCOMPARE(a.size(), b.size());
            for (std::size_t i = 0; i < a.size(); ++i) QVERIFY(readWholeFile(a[i]) == readWholeFile(b[i]));
        }
    }

    void pixelsReadBackAsSimulated() {
        QTemporaryDir folder;
        for (const auto kind : {PhantomKind::ChestRadiograph, PhantomKind::BrainMr}) {
            const auto phantom = small(kind);
            const auto files = writePhantom(phantom, pathOf(folder));
            QCOMPARE(files.size(), phantom.slices.size());
            for (std::size_t i = 0; i < files.size(); ++i) {
                DcmFileFormat file;
                QVERIFY(file.loadFile(files[i].c_str()).good());
                const Uint16* values = nullptr;
                unsigned long count = 0;
                QVERIFY(file.getDataset()->findAndGetUint16Array(DCM_PixelData, values, &count).good());
                QCOMPARE(count, static_cast<unsigned long>(phantom.slices[i].pixels.size()));
                QVERIFY(std::equal(values, values + count, phantom.slices[i].pixels.begin()));
            }
        }
    }

    void everyFileSaysThatItIsSimulated() {
        QTemporaryDir folder;
        for (const auto kind : {PhantomKind::ChestRadiograph, PhantomKind::BrainMr})
            for (const auto& path : writePhantom(small(kind), pathOf(folder))) {
                DcmFileFormat file;
                QVERIFY(file.loadFile(path.c_str()).good());
                DcmDataset& data = *file.getDataset();
                QCOMPARE(text(data, DCM_QualityControlImage), std::string("YES"));
                QVERIFY(text(data, DCM_PatientName).starts_with("Simulated^"));
                for (const auto& tag : {DCM_StudyDescription, DCM_SeriesDescription, DCM_Manufacturer})
                    QVERIFY(text(data, tag).find("simulated") != std::string::npos);
                QVERIFY(text(data, DCM_SOPInstanceUID).starts_with("2.25."));
                QVERIFY(text(data, DCM_StudyDate) > text(data, DCM_PatientBirthDate));
            }
    }

    void uidsDifferBetweenPhantoms() {
        QTemporaryDir folder;
        std::set<std::string> studies, instances;
        for (std::uint64_t seed = 0; seed < 5; ++seed)
            for (const auto kind : {PhantomKind::ChestRadiograph, PhantomKind::BrainMr})
                for (const auto lesion : {PhantomLesion::Absent, PhantomLesion::Present})
                    for (const auto& path : writePhantom(small(kind, lesion, seed), pathOf(folder))) {
                        DcmFileFormat file;
                        QVERIFY(file.loadFile(path.c_str()).good());
                        studies.insert(text(*file.getDataset(), DCM_StudyInstanceUID));
                        QVERIFY(instances.insert(text(*file.getDataset(), DCM_SOPInstanceUID)).second);
                    }
        QCOMPARE(studies.size(), std::size_t{20});
    }

    void slicesRunFromHeadToFoot() {
        QTemporaryDir folder;
        const auto phantom = small(PhantomKind::BrainMr);
        double before = 1e9;
        for (const auto& path : writePhantom(phantom, pathOf(folder))) {
            DcmFileFormat file;
            QVERIFY(file.loadFile(path.c_str()).good());
            Float64 z = 0;
            QVERIFY(file.getDataset()->findAndGetFloat64(DCM_ImagePositionPatient, z, 2).good());
            if (before < 1e8) QVERIFY(std::abs(before - z - phantom.sliceSpacing) < 1e-4);
            before = z;
        }
    }

    void dciodvfyFindsNoErrors() {
        const QString program = QStandardPaths::findExecutable("dciodvfy");
        if (program.isEmpty()) QSKIP("needs dciodvfy (package dicom3tools)");
        QTemporaryDir folder;
        for (const std::uint64_t seed : {1, 2, 3, 4})
            for (const auto kind : {PhantomKind::ChestRadiograph, PhantomKind::BrainMr})
                for (const auto& path :
                     writePhantom(small(kind, PhantomLesion::Present, seed), pathOf(folder))) {
                    QProcess process;
                    process.start(program, {"-new", QString::fromStdString(path.string())});
                    QVERIFY(process.waitForFinished());
                    const QString said = process.readAllStandardError() + process.readAllStandardOutput();
                    QVERIFY2(!said.contains("Error"), qPrintable(said));
                }
    }

    void fullDiskInTheMiddleOfAStackLeavesNothing() {
        QTemporaryDir folder;
        try {
            writePhantom(small(PhantomKind::BrainMr), pathOf(folder), test::failingFile(25000));
            QFAIL("a full disk must be told");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::DiskFull);
        }
        QVERIFY(fs::is_empty(pathOf(folder)));
    }

    void samplesStopBetweenStudies() {
        QTemporaryDir folder;
        std::stop_source stop;
        std::size_t studies = 0;
        writeSampleStudies(pathOf(folder), stop.get_token(), [&](std::size_t done, std::size_t total) {
            QCOMPARE(total, std::size_t{5});
            studies = done;
            stop.request_stop();
        });
        QCOMPARE(studies, std::size_t{1});
        QCOMPARE(std::distance(fs::directory_iterator(pathOf(folder)), {}), 1);
    }
};

QTEST_APPLESS_MAIN(TestPhantomWriter)
#include "tst_phantom_writer.moc"
