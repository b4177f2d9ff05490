// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <memory>
#include <string>

#include "app/workbench.h"
#include "tests/support/fake_engine.h"
#include "tests/support/phantom_studies.h"

namespace residua::test {

inline InstalledModel aModel() {
    InstalledModel model;
    model.card.name = "fake";
    model.card.weightsSha256 = "aaaa";
    FindingCard finding;
    finding.code = "lesion";
    finding.name = "Lesion";
    model.card.findings = {finding};
    return model;
}

/// The whole window with real widgets, a real library and a fake engine; a test class calls setUpStudies()
/// once and setUp() before each test.
class WorkbenchTest : public QObject {
protected:
    void setUpStudies() {
        test::writeBrain(data_ / "brain");
        test::writeChest(data_ / "chest");
    }

    void setUp() {
        home_ = std::make_unique<QTemporaryDir>();
        Settings settings;
        settings.reader = "Dr. Test";  // not asked for
        saveSettings(settings, home_->filePath("settings.json").toStdString());
        engine_ = std::make_unique<test::FakeEngine>();
        engine_->reply = [this](const PredictRequest&, const PredictImage& image) { return reply(image); };
        make();
    }

    MainWindow& window() { return bench_->window(); }

    void make() {
        const std::filesystem::path home = home_->path().toStdString();
        bench_ = std::make_unique<Workbench>(
            *engine_, WorkbenchFolders{home / "library.sqlite", home / "settings.json", home / "thumbnails",
                                       home / "samples"});
        bench_->setModels({aModel()});
        window().resize(1280, 800);
        window().show();
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }

    void open(const char* below) {
        QSignalSpy finished(&bench_->opening(), &Opening::finished);
        bench_->start({data_ / below});
        QVERIFY(finished.wait(20000));
        QTRY_VERIFY_WITH_TIMEOUT(!window().viewport().image().isNull(), 20000);
        window().viewport().setFocus();
    }

    void openAnalysed() {
        const auto before = engine_->requests.size();
        open("brain");
        QTRY_VERIFY(engine_->requests.size() > before ||
                    window().findings().state() == FindingsPanel::State::Ready);
        engine_->finish();
        QTRY_COMPARE(window().findings().state(), FindingsPanel::State::Ready);
    }

    std::string series() { return bench_->viewing().stack().seriesOf().uid; }

    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&window(), key, modifiers);
    }

    int shownGrey() {
        const auto& image = window().viewport().image();
        return qRed(image.pixel(image.width() / 2, image.height() / 2));
    }

    Answer answer() { return bench_->verdicts().of(bench_->analysing().studyUid(), "aaaa", "lesion").answer; }

    /// Slices 4 and 8 of the brain are flagged.
    ImageResult reply(const PredictImage& image) {
        ImageResult result;
        result.path = image.path;
        result.frame = image.frame;
        result.modelSha256 = "aaaa";
        const auto& stack = bench_->viewing().stack();
        FindingScore score;
        score.finding = "lesion";
        score.score = 0.1;
        score.map = {2, 2, {9.0F, 0.0F, 0.0F, 0.0F}, {}, {32, 0, 15.5, 0, 32, 15.5}};
        for (std::size_t i = 0; i < stack.count(); ++i) {
            if (stack.instance(i).path != image.path) continue;
            result.sopInstanceUid = stack.instance(i).sopInstanceUid;
            if (i == 4 || i == 8) score.score = 0.9;
        }
        result.prediction.findings.push_back(score);
        result.prediction.device = "cpu";
        return result;
    }

    QTemporaryDir dataFolder_;
    const std::filesystem::path data_ = dataFolder_.path().toStdString();
    std::unique_ptr<QTemporaryDir> home_;
    std::unique_ptr<test::FakeEngine> engine_;
    std::unique_ptr<Workbench> bench_;
};

}  // namespace residua::test
