// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/app_samples.h"
#include "tests/support/real_data.h"
#include "tests/support/tiny_bundle.h"

using namespace residua;

namespace {

constexpr int kPatience = 240'000;  // ms

struct Run {
    int exitCode = -1;
    QString output;
};

Run run(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(kPatience)) return {-1, process.errorString()};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAll())};
}

Run runResidua(const QStringList& arguments) {
    return run(RESIDUA_BUILD_DIR "/bin/residua", arguments);
}

/// NODE_PATH leads to npm's packages.
bool hasOnnxRuntime() {
    return run("node", {"-e", "require('onnxruntime-node')"}).exitCode == 0;
}

}  // namespace

/// Another program computes what Residua does.
class TestExport : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    void exportAndCompare(const QString& bundle, const QString& images, int count) {
        const QString stem = folder_.filePath("exported");
        const auto exported = runResidua({"export", bundle, "--out", stem + ".onnx", "--images", images});
        QVERIFY2(exported.exitCode == 0, qPrintable(exported.output));
        QVERIFY(QFile::exists(stem + ".reference.safetensors"));
        if (!hasOnnxRuntime())
            QSKIP("compares with ONNX Runtime: npm install onnxruntime-node, set NODE_PATH");
        const auto compared =
            run("node", {RESIDUA_SOURCE_DIR "/resources/tools/check-onnx.mjs", stem + ".onnx"});
        QVERIFY2(compared.exitCode == 0, qPrintable(compared.output));
        QFile file(stem + ".check.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto result = QJsonDocument::fromJson(file.readAll());
        QCOMPARE(result["schema"].toString(), QString("residua.onnx-check/1"));
        QCOMPARE(result["images"].toInt(), count);
        QVERIFY(result["agree"].toBool());
        for (const char* output : {"scores", "logits", "maps"})
            QVERIFY(result["largest_difference"][QLatin1String(output)].toDouble(1) <= 1e-4);
    }

private Q_SLOTS:
    void aSmallNetworkAgrees_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("stride");
        QTest::addColumn<int>("height");  // of the input; what is beyond the square images is padding
        QTest::addColumn<int>("pooling");
        const auto row = [](const char* what, const char* name, int stride, int height, Pooling pooling) {
            QTest::newRow(what) << name << stride << height << static_cast<int>(pooling);
        };
        row("basic blocks", "resnet18", 32, 64, Pooling::Mean);
        row("bottlenecks, stride 16", "resnet50", 16, 64, Pooling::Mean);
        row("strongest cells beside padding", "resnet18", 16, 160, Pooling::Strongest);
    }
    void aSmallNetworkAgrees() {
        QFETCH(QString, name);
        QFETCH(int, stride);
        QFETCH(int, height);
        QFETCH(int, pooling);
        auto card = test::tinyCard();
        card.architecture.name = name.toStdString();
        card.architecture.outputStride = stride;
        card.architecture.pooling = static_cast<Pooling>(pooling);
        card.input.height = height;
        card.input.width = std::max(64, height - 32);
        const auto bundle = test::writeTinyBundle(test::toPath(folder_.path()), card);
        const QString study = folder_.filePath("study");
        test::writeSmallStudy(test::toPath(study), 4);
        exportAndCompare(QString::fromStdString(bundle.string()), study, 4);
    }

    void theShippedNetworkAgreesOnFiftyImages() {
        RESIDUA_NEEDS_DATA("chest");
        exportAndCompare(RESIDUA_SOURCE_DIR "/resources/models/chest-pneumonia",
                         QString::fromStdString((test::realData() / "chest").string()), 50);
    }

    void withoutAnImageThereIsNothingToCheckWith() {
        QFile text(folder_.filePath("note.txt"));
        QVERIFY(text.open(QIODevice::WriteOnly) && text.write("no image") > 0);
        text.close();
        const auto bundle = test::writeTinyBundle(test::toPath(folder_.path()));
        const auto result = runResidua({"export", QString::fromStdString(bundle.string()), "--out",
                                        folder_.filePath("x"), "--images", text.fileName()});
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.output.contains("no image to check with"), qPrintable(result.output));
        QVERIFY(QFile::exists(folder_.filePath("x.onnx")));
    }
};

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
