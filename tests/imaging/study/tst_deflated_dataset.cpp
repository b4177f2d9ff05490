// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>

#include "imaging/error.h"
#include "imaging/study/file_gate.h"
#include "imaging/study/study_scanner.h"
#include "tests/imaging/study/hostile_files.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

class TestDeflatedDataset : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    fs::path write(const Bytes& file) const {
        const fs::path path = fs::path(folder_.path().toStdString()) / "deflated.dcm";
        writeBytes(path, file);
        return path;
    }

private Q_SLOTS:
    void deflatedFileIsScanned() {
        const auto dataset = imageHeader(Encoding::ExplicitLittle).raw(kPixelData, "OB", Bytes(16));
        const auto study = readStudyOfFile(write(deflatedFile(dataset.bytes())));
        QCOMPARE(study.patient.name, std::string("Doe, Jane"));
        QCOMPARE(study.series.at(0).instances.at(0).transferSyntaxUid, std::string(kDeflated));
    }

    void largeDeflatedFileIsScannedAsFarAsItsHeader() {
        const ImageShape shape{.rows = 2000, .columns = 2000};
        Bytes pixels(shape.frameBytes());
        for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::byte>(i * i >> 9);
        const auto whole =
            deflatedFile(imageHeader(Encoding::ExplicitLittle, shape).raw(kPixelData, "OB", pixels).bytes());
        const auto half = Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size() / 2));
        // Only decoding reads so far that it misses the other half.
        for (const auto& file : {whole, half}) {
            const auto study = readStudyOfFile(write(file));
            QCOMPARE(study.series.at(0).instances.at(0).rows, 2000);
            QVERIFY(study.series.at(0).instances.at(0).hasPixels);
        }
    }

    void largeDeflatedFileWithoutPixelsIsScannedToItsEnd() {
        Bytes document(std::size_t{3} << 20);
        for (std::size_t i = 0; i < document.size(); ++i) document[i] = static_cast<std::byte>(i * i >> 9);
        const auto dataset = DicomBytes()
                                 .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.104.1")
                                 .raw(0x00420011, "OB", document)
                                 .text(0x00420012, "LO", "application/pdf");
        const auto study = readStudyOfFile(write(deflatedFile(dataset.bytes())));
        QVERIFY(!study.series.at(0).instances.at(0).hasPixels);
    }
};

QTEST_APPLESS_MAIN(TestDeflatedDataset)
#include "tst_deflated_dataset.moc"
