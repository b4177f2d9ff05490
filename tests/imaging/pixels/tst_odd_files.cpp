// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCryptographicHash>
#include <QFile>
#include <QtEndian>
#include <QtTest>
#include <cmath>

#include "imaging/error.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/dicom_header.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/real_data.h"

using namespace residua;

namespace {

/// Stored values, or R, G, B; wide integers as the modality values that they became.
std::vector<double> valuesOf(const Image& image, bool isWide) {
    if (isWide && !image.isColour()) {
        const auto values = modalityValues(image);
        return {values.begin(), values.end()};
    }
    return std::visit([](const auto& values) { return std::vector<double>(values.begin(), values.end()); },
                      image.pixels);
}

double meanOf(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

/// As tests/scripts/make_odd_reference.py makes it: of 32-bit little-endian integers.
QString md5Of(const std::vector<double>& values) {
    QByteArray bytes(static_cast<qsizetype>(4 * values.size()), '\0');
    for (std::size_t i = 0; i < values.size(); ++i)
        qToLittleEndian(static_cast<qint32>(values[i]), bytes.data() + 4 * i);
    return QCryptographicHash::hash(bytes, QCryptographicHash::Md5).toHex().left(12);
}

/// What scanning and decoding the first frame say; empty where both are content.
QString problemOf(const std::filesystem::path& file) {
    try {
        const auto study = readStudyOfFile(file);
        const auto& instance = study.series.at(0).instances.at(0);
        // A segmentation is no image, but its frames are read like one's.
        if (!instance.hasPixels && !isSegmentation(instance.sopClassUid)) return QStringLiteral("no image");
        decodeFrame(file, 0);
        return {};
    } catch (const Error& error) {
        return QString::fromStdString(std::string(kindName(error.problem().kind)));
    }
}

}  // namespace

/// Files that have broken other programs: each gives the image that pydicom or DCMTK reads as well, or the
/// problem that names its cause.
class TestOddFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QFile table(RESIDUA_SOURCE_DIR "/tests/imaging/pixels/data/odd_files.csv");
        QVERIFY(table.open(QIODevice::ReadOnly));
        columns_ = QString::fromUtf8(table.readLine()).trimmed().split(',');
        while (!table.atEnd()) rows_ << QString::fromUtf8(table.readLine()).trimmed().split(',');
        QCOMPARE(rows_.size(), 87);
    }

    void everyFileHasItsRow() {
        RESIDUA_NEEDS_DATA("dicom/odd");
        QStringList named, there;
        for (const auto& row : rows_) named << row.front();
        for (const auto& entry : std::filesystem::directory_iterator(test::realData() / "dicom/odd"))
            there << QString::fromStdString(entry.path().filename().string());
        named.sort();
        there.sort();
        QCOMPARE(there, named);
    }

    void imageOrProblem_data() {
        QTest::addColumn<QStringList>("row");
        for (const auto& row : rows_) QTest::addRow("%s", qPrintable(row.front())) << row;
    }
    void imageOrProblem() {
        RESIDUA_NEEDS_DATA("dicom/odd");
        QFETCH(QStringList, row);
        const auto file = test::realData() / "dicom/odd" / row.front().toStdString();
        QCOMPARE(problemOf(file), value(row, "problem"));
        if (value(row, "reader").isEmpty()) return;
        QCOMPARE(readStudyOfFile(file).series.at(0).instances.at(0).frames, value(row, "frames").toInt());
        const auto image = decodeFrame(file, 0);
        QCOMPARE(image->width, value(row, "columns").toInt());
        QCOMPARE(image->height, value(row, "rows").toInt());
        QCOMPARE(image->isColour(), value(row, "samples") == "3");
        const auto md5 = value(row, "md5");
        const auto values = valuesOf(*image, value(row, "bits").toInt() > 16);
        if (!md5.isEmpty()) QCOMPARE(md5Of(values), md5);
        const double mean = value(row, "mean").toDouble();
        // Lossy decoders and colour conversions round differently: half a grey level, or 10^-5 of large
        // numbers.
        const double off = std::abs(meanOf(values) - mean);
        QVERIFY2(off <= std::max(0.5, std::abs(mean) * 1e-5), qPrintable(QString::number(off)));
    }

private:
    QString value(const QStringList& row, const QString& column) const {
        return row.value(columns_.indexOf(column));
    }

    QStringList columns_;
    QList<QStringList> rows_;
};

QTEST_GUILESS_MAIN(TestOddFiles)
#include "tst_odd_files.moc"
