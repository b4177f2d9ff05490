// SPDX-License-Identifier: GPL-3.0-or-later
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <vector>

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <numeric>

#include "imaging/error.h"
#include "imaging/objects/dicom_writer.h"
#include "tests/support/failing_file.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

/// An object larger than the writer's buffer, with a sequence and a private text.
DcmFileFormat object(std::vector<Uint16>& pixels) {
    DcmFileFormat file;
    DcmDataset& data = *file.getDataset();
    data.putAndInsertString(DCM_SOPClassUID, UID_SecondaryCaptureImageStorage);
    data.putAndInsertString(DCM_SOPInstanceUID, "2.25.1234");
    data.putAndInsertString(DCM_PatientName, "Simulated^Writer");
    DcmItem* item = nullptr;
    data.findOrCreateSequenceItem(DCM_AnatomicRegionSequence, item, 0);
    item->putAndInsertString(DCM_CodeValue, "51185008");
    pixels.resize(700 * 1000);
    std::iota(pixels.begin(), pixels.end(), Uint16{0});
    data.putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size());
    return file;
}

std::ptrdiff_t filesIn(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), {});
}

}  // namespace

class TestDicomWriter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writtenObjectReadsBackEqual() {
        QTemporaryDir folder;
        const fs::path target = fs::path(folder.path().toStdString()) / "object.dcm";
        std::vector<Uint16> pixels;
        DcmFileFormat written = object(pixels);
        writeDicom(written, target);
        DcmFileFormat read;
        QVERIFY(read.loadFile(target.c_str()).good());
        QCOMPARE(read.getDataset()->getOriginalXfer(), EXS_LittleEndianExplicit);
        const Uint16* values = nullptr;
        unsigned long count = 0;
        QVERIFY(read.getDataset()->findAndGetUint16Array(DCM_PixelData, values, &count).good());
        QCOMPARE(count, static_cast<unsigned long>(pixels.size()));
        QVERIFY(std::equal(pixels.begin(), pixels.end(), values));
        OFString code;
        QVERIFY(read.getDataset()->findAndGetOFString(DCM_CodeValue, code, 0, OFTrue).good());
        QCOMPARE(code.c_str(), "51185008");
        QCOMPARE(filesIn(target.parent_path()), 1);
    }

    void fullDiskLeavesNothing_data() {
        QTest::addColumn<qulonglong>("capacity");
        for (const qulonglong capacity : {0ULL, 100ULL, 300000ULL, 1400000ULL})
            QTest::addRow("full after %llu bytes", capacity) << capacity;
    }
    void fullDiskLeavesNothing() {
        QFETCH(qulonglong, capacity);
        QTemporaryDir folder;
        const fs::path target = fs::path(folder.path().toStdString()) / "object.dcm";
        std::vector<Uint16> pixels;
        DcmFileFormat written = object(pixels);
        try {
            writeDicom(written, target, test::failingFile(capacity));
            QFAIL("a full disk must be told");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::DiskFull);
        }
        QCOMPARE(filesIn(target.parent_path()), 0);
    }

    void missingFolderIsNamed() {
        std::vector<Uint16> pixels;
        DcmFileFormat written = object(pixels);
        try {
            writeDicom(written, "/nonexistent-folder/object.dcm");
            QFAIL("writing into a missing folder must fail");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::WriteFailed);
        }
    }
};

QTEST_APPLESS_MAIN(TestDicomWriter)
#include "tst_dicom_writer.moc"
