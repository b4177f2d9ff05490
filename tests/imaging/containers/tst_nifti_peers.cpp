// SPDX-License-Identifier: GPL-3.0-or-later
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/imaging/containers/nifti_files.h"
#include "tests/imaging/containers/shown_stack.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

/// Heads that were converted from DICOM show what DICOM shows.
class TestNiftiPeers : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path path_;

private Q_SLOTS:
    void initTestCase() {
        path_ = folder_.path().toStdString();
        writeBrain(path_ / "dicom", 10, 3);
    }

    void aRealHeadLooksTheSame() {
        RESIDUA_NEEDS_DATA("dicom/mr-t1");
        const auto dicom = open(realData() / "dicom" / "mr-t1");
        const auto& image = *dicom.images.at(0);
        const auto first = dicom.facts(0), last = dicom.facts(dicom.images.size() - 1);
        NiftiFile file;
        file.datatype = 4;
        file.setSize(image.width, image.height, int(dicom.images.size()));
        RasAffine affine{};
        for (std::size_t row = 0; row < 3; ++row) {
            affine[row] = {(*first.orientation)[row] * image.spacing.column,
                           (*first.orientation)[row + 3] * image.spacing.row,
                           ((*last.position)[row] - (*first.position)[row]) / double(dicom.images.size() - 1),
                           (*first.position)[row]};
            if (row < 2)
                for (double& value : affine[row]) value = -value;
        }
        // Stored upside down, as converters do.
        for (auto& row : affine) {
            row[3] += row[1] * (image.height - 1);
            row[1] = -row[1];
        }
        file.setSform(affine);
        file.setVoxels([&](int i, int j, int k, int) {
            return int(*modalityValueAt(*dicom.images[std::size_t(k)], i, image.height - 1 - j));
        });
        writeBytes(path_ / "head.nii.gz", gzipped(file.bytes()));
        QCOMPARE(differenceOf(open(path_ / "head.nii.gz"), dicom), std::string());
    }

    void anotherProgramsVolumesLookTheSame_data() {
        QTest::addColumn<QString>("folder");
        QTest::addRow("simulated head") << QString();
        QTest::addRow("real head") << "dicom/mr-t1";
    }
    void anotherProgramsVolumesLookTheSame() {
        QFETCH(QString, folder);
        const auto program = QStandardPaths::findExecutable("dcm2niix");
        if (program.isEmpty()) QSKIP("needs dcm2niix");
        if (!folder.isEmpty()) RESIDUA_NEEDS_DATA("dicom/mr-t1");
        const auto source = folder.isEmpty() ? path_ / "dicom" : realData() / folder.toStdString();
        const auto target = path_ / "converted";
        fs::remove_all(target);
        fs::create_directories(target);
        QProcess converter;
        converter.start(program,
                        {"-z", "y", "-b", "n", "-f", "head", "-o", QString::fromStdString(target.string()),
                         QString::fromStdString(source.string())});
        QVERIFY(converter.waitForFinished(120'000));
        QVERIFY2(fs::exists(target / "head.nii.gz"), converter.readAllStandardOutput().constData());
        QCOMPARE(differenceOf(open(target / "head.nii.gz"), open(source)), std::string());
    }
};

QTEST_GUILESS_MAIN(TestNiftiPeers)
#include "tst_nifti_peers.moc"
