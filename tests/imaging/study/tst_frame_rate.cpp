// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>

#include "imaging/study/study_scanner.h"
#include "tests/support/dicom_bytes.h"

using namespace residua;
using namespace residua::test;

/// How fast a file wants its frames to be played (PS3.3 C.7.6.5), as a scan reads it.
class TestFrameRate : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    Instance scanned(const Bytes& elements, unsigned frames) const {
        DicomBytes dataset;
        dataset.append(elements).append(imageHeader(Encoding::ExplicitLittle, {.frames = frames}).bytes());
        dataset.raw(kPixelData, "OW", Bytes(std::size_t{16} * frames));
        const auto path = std::filesystem::path(folder_.path().toStdString()) / "image.dcm";
        writeBytes(path, dicomFile(kExplicitLittle, dataset.bytes()));
        return readStudyOfFile(path).series.at(0).instances.at(0);
    }

private Q_SLOTS:
    void rateOfPlayingIsTheRecommendedElseTheTakenOne_data() {
        QTest::addColumn<Bytes>("elements");
        QTest::addColumn<double>("rate");
        QTest::addColumn<int>("times");
        const auto rate = [] { return DicomBytes().text(0x00082144, "IS", "15"); };
        QTest::addRow("recommended first")
            << rate().text(0x00180040, "IS", "30").text(0x00181063, "DS", "50").bytes() << 15.0 << 0;
        QTest::addRow("cine rate")
            << DicomBytes().text(0x00180040, "IS", "30").text(0x00181063, "DS", "50").bytes() << 30.0 << 0;
        QTest::addRow("frame time") << DicomBytes().text(0x00181063, "DS", "62.5").bytes() << 16.0 << 0;
        QTest::addRow("frame times") << DicomBytes().text(0x00181065, "DS", "0\\100\\300").bytes() << 5.0
                                     << 3;
        QTest::addRow("too few times") << DicomBytes().text(0x00181065, "DS", "0\\100").bytes() << 0.0 << 0;
        QTest::addRow("a time of 0") << DicomBytes().text(0x00181063, "DS", "0").bytes() << 0.0 << 0;
        QTest::addRow("a negative one") << DicomBytes().text(0x00181063, "DS", "-40").bytes() << 0.0 << 0;
        QTest::addRow("beyond any eye") << DicomBytes().text(0x00181063, "DS", "0.0001").bytes() << 0.0 << 0;
        QTest::addRow("nothing") << Bytes() << 0.0 << 0;
    }
    void rateOfPlayingIsTheRecommendedElseTheTakenOne() {
        QFETCH(Bytes, elements);
        const auto image = scanned(elements, 3);
        QTEST(image.frameRate, "rate");
        QTEST(static_cast<int>(image.frameTimes.size()), "times");
    }

    void timesOfManyFramesAreReadByAScan() {
        std::string times = "0";
        for (int i = 1; i < 1000; ++i) times += i % 2 == 0 ? "\\30" : "\\50";
        const auto image = scanned(DicomBytes().text(0x00181065, "DS", times).bytes(), 1000);
        QCOMPARE(image.frameTimes.size(), std::size_t{1000});
        QCOMPARE(image.frameTimes[999], 50.0F);
    }
};

QTEST_APPLESS_MAIN(TestFrameRate)
#include "tst_frame_rate.moc"
