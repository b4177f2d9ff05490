// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>

#include "imaging/study/mr_acquisition.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/dicom_bytes.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

Series mrSeries(const std::string& description) {
    Series series;
    series.modality = "MR";
    series.description = description;
    return series;
}

Instance spinEcho(double repetition, double echo, double inversion = 0) {
    Instance instance;
    instance.scanningSequence = inversion > 0 ? "IR\\SE" : "SE";
    instance.repetitionTime = repetition;
    instance.echoTime = echo;
    instance.inversionTime = inversion;
    return instance;
}

}  // namespace

class TestMrAcquisition : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scoutsOfCtAreToldToo() {
        Series series;
        series.modality = "CT";
        Instance instance;
        instance.imageType = "ORIGINAL\\PRIMARY\\LOCALIZER";
        QCOMPARE(mrAcquisition(series, instance).sequence, std::string("LOCALIZER"));
        instance.imageType = "ORIGINAL\\PRIMARY\\AXIAL";
        QCOMPARE(mrAcquisition(series, instance).sequence, std::string());
    }

    void sequenceIsToldByWords_data() {
        QTest::addColumn<QString>("description");
        QTest::addColumn<QString>("sequence");
        QTest::addColumn<QString>("contrast");
        const auto row = [](const char* description, const char* sequence, const char* contrast) {
            QTest::addRow("%s", description) << description << sequence << contrast;
        };
        row("t1_mprage_sag_p2_iso", "T1", "NO");
        row("MEMPRAGE_4e_p2_1mm_iso RMS", "T1", "NO");
        row("anat-T1w", "T1", "NO");
        row("AX T1 POST", "T1", "YES");
        row("Ax T1+C FSPGR", "T1", "YES");
        row("3DT1 KM", "T1", "YES");
        row("T1 axial precontrast", "T1", "NO");
        row("t1 tse tra ohne KM", "T1", "NO");
        row("AX T2 FLAIR", "FLAIR", "NO");
        row("t2_tirm_tra_dark-fluid_p2", "FLAIR", "NO");
        row("t2_tse_tra", "T2", "NO");
        row("Ax T2* GRE", "T2*", "NO");
        row("SWI_Images", "T2*", "NO");
        row("ep2d_diff_4scan_trace_p2_ADC", "ADC", "NO");
        row("DWI b1000", "DWI", "NO");
        row("TOF_3D_multi-slab", "MRA", "NO");
        row("t1_localizer", "LOCALIZER", "NO");
        row("Axial EPI-FMRI (Interleaved I to S)", "BOLD", "NO");
        row("pCASL NS", "PERFUSION", "NO");
        row("PD_tse_fs_cor", "PD", "NO");
        row("Pdist map", "", "NO");
        row("cut10 xt12", "", "NO");
        row("", "", "NO");
    }

    void sequenceIsToldByWords() {
        QFETCH(QString, description);
        const auto told = mrAcquisition(mrSeries(description.toStdString()), {});
        QTEST(QString::fromStdString(told.sequence), "sequence");
        QTEST(QString::fromStdString(told.contrast), "contrast");
        QCOMPARE(told.sequenceSource, told.sequence.empty() ? "" : "SeriesDescription (0008,103E)");
    }

    void standardAttributesOutweighWords() {
        Instance instance;
        instance.acquisitionContrast = "FLUID_ATTENUATED";
        instance.contrastAgent = "Gadovist";
        const auto told = mrAcquisition(mrSeries("T1 ohne KM"), instance);
        QCOMPARE(told.sequence, std::string("FLAIR"));
        QCOMPARE(told.sequenceSource, std::string("AcquisitionContrast (0008,9209)"));
        QCOMPARE(told.contrast, std::string("YES"));
        QCOMPARE(told.contrastSource, std::string("ContrastBolusAgent (0018,0010)"));
        instance = {};
        instance.imageType = "DERIVED\\PRIMARY\\DIFFUSION\\ADC";
        QCOMPARE(mrAcquisition(mrSeries("T1"), instance).sequence, std::string("ADC"));
        instance = {};
        instance.contrastAgent = "NONE";
        QCOMPARE(mrAcquisition(mrSeries("T1 post"), instance).contrast, std::string("NO"));
    }

    void spinEchoIsToldByItsTimes_data() {
        QTest::addColumn<double>("repetition");
        QTest::addColumn<double>("echo");
        QTest::addColumn<double>("inversion");
        QTest::addColumn<QString>("sequence");
        QTest::addRow("T1") << 550.0 << 12.0 << 0.0 << "T1";
        QTest::addRow("T2") << 4500.0 << 100.0 << 0.0 << "T2";
        QTest::addRow("PD") << 3000.0 << 20.0 << 0.0 << "PD";
        QTest::addRow("FLAIR") << 9000.0 << 110.0 << 2500.0 << "FLAIR";
        QTest::addRow("STIR") << 4000.0 << 60.0 << 160.0 << "STIR";
        QTest::addRow("between") << 1500.0 << 50.0 << 0.0 << "";
        QTest::addRow("no times") << 0.0 << 0.0 << 0.0 << "";
    }

    void spinEchoIsToldByItsTimes() {
        QFETCH(double, repetition);
        QFETCH(double, echo);
        QFETCH(double, inversion);
        const auto instance = spinEcho(repetition, echo, inversion);
        QTEST(QString::fromStdString(mrAcquisition(mrSeries("Series 4"), instance).sequence), "sequence");
        auto gradientEcho = instance;
        gradientEcho.scanningSequence = "GR";
        QCOMPARE(mrAcquisition(mrSeries("Series 4"), gradientEcho).sequence, std::string());
    }

    void otherModalitiesAreNotTold() {
        auto series = mrSeries("CHEST POST T1");
        series.modality = "CT";
        const auto told = mrAcquisition(series, {});
        QVERIFY(told.sequence.empty());
        QVERIFY(told.contrast.empty());
    }

    void planeIsTheNearestAxis() {
        using Cosines = std::array<double, 6>;
        QCOMPARE(planeOf(Cosines{1, 0, 0, 0, 1, 0}), std::string("AXIAL"));
        QCOMPARE(planeOf(Cosines{1, 0, 0, 0, 0, -1}), std::string("CORONAL"));
        QCOMPARE(planeOf(Cosines{0, 1, 0, 0, 0, -1}), std::string("SAGITTAL"));
        QCOMPARE(planeOf(Cosines{1, 0, 0, 0, 0.94, 0.34}), std::string("AXIAL"));  // tilted by 20 degrees
        QCOMPARE(planeOf(Cosines{1, 0, 0, 0, 0.7071, 0.7071}), std::string("OBLIQUE"));
        QCOMPARE(planeOf({}), std::string());
    }

    void headerTellsWhatTheRulesNeed() {
        const QTemporaryDir folder;
        const auto file = fs::path(folder.path().toStdString()) / "mr.dcm";
        DicomBytes dataset;
        dataset.text(0x00080018, "UI", "1.2.3")
            .text(0x00080060, "CS", "MR")
            .text(0x0008103E, "LO", "Series 4")
            .text(0x00180010, "LO", "Dotarem")
            .text(0x00180020, "CS", "SE")
            .text(0x00180080, "DS", "500")
            .text(0x00180081, "DS", "10")
            .text(0x0020000D, "UI", "1")
            .text(0x0020000E, "UI", "1.1")
            .append(imageHeader(Encoding::ExplicitLittle).bytes())
            .raw(kPixelData, "OB", Bytes(16));
        writeBytes(file, dicomFile(kExplicitLittle, dataset.bytes(), "1.2.3"));
        const auto study = readStudyOfFile(file);
        const auto told = mrAcquisition(study.series[0], study.series[0].instances[0]);
        QCOMPARE(told.sequence, std::string("T1"));
        QCOMPARE(told.sequenceSource, std::string("RepetitionTime and EchoTime (0018,0080), (0018,0081)"));
        QCOMPARE(told.contrast, std::string("YES"));
    }

    void realSeriesAreTold_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("sequence");
        QTest::addRow("MPRAGE") << "dicom/mr-small"
                                << "T1";
        QTest::addRow("T1") << "dicom/mr-t1"
                            << "T1";
        QTest::addRow("EPI") << "dicom/mr-ge-epi"
                             << "BOLD";
    }

    void realSeriesAreTold() {
        RESIDUA_NEEDS_DATA("dicom/mr-small");
        QFETCH(QString, folder);
        const auto scan = scanStudies({realData() / folder.toStdString()});
        for (const auto& series : scan.studies.at(0).series)
            QTEST(QString::fromStdString(mrAcquisition(series, series.instances.at(0)).sequence), "sequence");
    }
};

QTEST_GUILESS_MAIN(TestMrAcquisition)
#include "tst_mr_acquisition.moc"
