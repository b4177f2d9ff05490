// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QtTest>
#include <vector>

namespace {

/// One row of the house's floor plan: files matching `files` may not include what matches `forbidden`, except
/// the files and the includes of the last two columns.
struct Rule {
    const char* sentence;
    const char* files;
    const char* forbidden;
    const char* exceptFiles = nullptr;
    const char* exceptIncludes = nullptr;
};

// Value headers of imaging that the wings may include: no DCMTK, no ITK behind them.
#define VALUE_HEADERS                                                                                      \
    "^imaging/(error|progress|atomic_file|geometry/[a-z_]+|preprocess/preprocess_spec|pixels/image|study/" \
    "(header_element|study))\\.h$"

// Private headers of inference/network: LibTorch is behind them.
#define TORCH_HEADERS                                                                  \
    "inference/network/(checkpoint|compute_place|finding_loss|onednn_trunk|optimiser|" \
    "resnet_module|state_dict|training_loss|training_result|training_start|trunk)\\.h$"
#define TORCH_FILES "^(tests/)?inference/network/[a-z_0-9]+\\.cpp$|^" TORCH_HEADERS

const std::vector<Rule> kRules{
    {"imaging includes only imaging", "^imaging/", "^(inference|ui|app)/"},
    {"inference/findings includes only itself and value headers of imaging", "^inference/findings/",
     "^(imaging|inference/network|ui|app)/", nullptr, VALUE_HEADERS},
    {"inference/network includes only inference and value headers of imaging", "^inference/network/",
     "^(imaging|ui|app)/", nullptr, VALUE_HEADERS},
    {"ui includes only ui, findings and value headers of imaging", "^ui/",
     "^(imaging|inference/network|app)/", nullptr, VALUE_HEADERS},
    {"no floor but app and tests includes app", "^(imaging|inference|ui)/", "^app/"},
    {"the window's side of app includes nothing of inference/network: it would link LibTorch",
     "^app/(workbench|opening|viewing|analysing|reporting|study_library|verdicts|settings|folders|report|"
     "model_library|problem_text|engine_client|main|commands/window/)",
     "^inference/network/"},
    {"only inference/network's sources, its private headers and its tests include LibTorch", ".",
     "^(torch|ATen|c10|caffe2)/", TORCH_FILES},
    {"inference/network's private headers, which include LibTorch, are for it and its tests alone", ".",
     "^" TORCH_HEADERS, TORCH_FILES},
    {"only imaging/**.cpp include DCMTK, ITK and codecs", ".",
     "^(dcmtk/|itk[A-Z]|openjpeg|jpeglib|png\\.h|tiffio\\.h|zlib\\.h)", "^(imaging|tests)/.*\\.cpp$"},
    {"inference/network/exchange works on names and bytes: it includes no LibTorch",
     "^inference/network/exchange/", "^(torch|ATen|c10|caffe2)/|^" TORCH_HEADERS},
    {"only sources include libzip", "\\.h$", "^zip\\.h$"},
    {"imaging and inference know no Qt", "^(imaging|inference)/", "^Q[A-Z]"},
    {"the engine and the contract know no Qt",
     "^app/(analysis|protocol|engine_server|prediction_job|engine_main|commands/engine/)", "^Q[A-Z]"},
    {"only study_library talks to SQLite", "^(app|ui|imaging|inference)/", "^(QSql|sqlite3)",
     "^app/study_library"},
    {"headers take nlohmann/json_fwd.hpp, sources the whole", "\\.h$", "^nlohmann/json\\.hpp$", "^tests/"},
};

bool matches(const char* pattern, const QString& text) {
    return pattern && QRegularExpression(pattern).match(text).hasMatch();
}

QString violation(const QString& file, const QString& include) {
    for (const Rule& rule : kRules)
        if (matches(rule.files, file) && matches(rule.forbidden, include) &&
            !matches(rule.exceptFiles, file) && !matches(rule.exceptIncludes, include))
            return QStringLiteral("%1 includes %2, but %3.").arg(file, include, rule.sentence);
    return {};
}

}  // namespace

class TestIncludeRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFileStaysOnItsFloor() {
        const QDir root(RESIDUA_SOURCE_DIR);
        const QRegularExpression include(QStringLiteral("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]"),
                                         QRegularExpression::MultilineOption);
        QStringList violations;
        int files = 0;
        for (const char* top : {"app", "ui", "imaging", "inference", "tests"}) {
            QDirIterator walk(root.filePath(top), {"*.cpp", "*.h"}, QDir::Files,
                              QDirIterator::Subdirectories);
            while (walk.hasNext()) {
                QFile source(walk.next());
                QVERIFY(source.open(QIODevice::ReadOnly));
                ++files;
                const QString name = root.relativeFilePath(source.fileName());
                auto matches = include.globalMatch(QString::fromUtf8(source.readAll()));
                while (matches.hasNext())
                    if (const QString found = violation(name, matches.next().captured(1)); !found.isEmpty())
                        violations << found;
            }
        }
        QVERIFY(files > 50);
        QVERIFY2(violations.isEmpty(), qPrintable(violations.join('\n')));
    }

    void aCrossedFloorIsNamed_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("include");
        QTest::addRow("Qt in imaging") << "imaging/study/stack.cpp"
                                       << "QString";
        QTest::addRow("LibTorch in a header") << "inference/network/predictor.h"
                                              << "torch/torch.h";
        QTest::addRow("LibTorch in the window") << "app/analysing.cpp"
                                                << "inference/network/predictor.h";
        QTest::addRow("LibTorch behind a header") << "inference/network/predictor.h"
                                                  << "inference/network/trunk.h";
        QTest::addRow("LibTorch in the engine") << "app/commands/engine/train.cpp"
                                                << "inference/network/resnet_module.h";
        QTest::addRow("DCMTK in ui") << "ui/viewport.cpp"
                                     << "dcmtk/dcmdata/dctk.h";
        QTest::addRow("decoder in ui") << "ui/viewport.cpp"
                                       << "imaging/pixels/pixel_decoder.h";
        QTest::addRow("SQL in ui") << "ui/study_browser.cpp"
                                   << "QSqlQuery";
    }
    void aCrossedFloorIsNamed() {
        QFETCH(QString, file);
        QFETCH(QString, include);
        QVERIFY(violation(file, include).contains(file));
    }
};

QTEST_APPLESS_MAIN(TestIncludeRules)
#include "tst_include_rules.moc"
