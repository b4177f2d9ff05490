// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>
#include <set>

#include "imaging/atomic_file.h"
#include "inference/findings/metrics.h"
#include "inference/network/bundle.h"
#include "inference/network/trainer.h"
#include "tests/support/blob_training.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

fs::path pathOf(const QTemporaryDir& folder) {
    return folder.path().toStdString();
}

/// One epoch's training in a folder, stopped by the observer or not.
ModelCard trainBlobs(const TrainingRecipe& recipe, const fs::path& folder,
                     const TrainingObserver& observer = {}, std::stop_token stop = {},
                     std::size_t images = 160) {
    const auto cache = test::blobCache(folder, images);
    return train(recipe, cache, folder, stop, observer);
}

std::string weightsIn(const fs::path& folder) {
    return readWholeFile(folder / "blob-finder" / kWeightsFile);
}

TrainingRecipe shortRecipe() {
    auto recipe = test::blobRecipe();
    recipe.epochs = 3;
    return recipe;
}

double testAuc(const fs::path& folder) {
    const TrainingCache cache(folder / "blobs.cache", test::kBlobCacheRecipe);
    Predictor predictor(folder / "blob-finder", {Device::Cpu, Precision::Fp32, 2});
    std::vector<NetworkInput> inputs;
    std::vector<int> labels;
    for (std::size_t i = 0; i < cache.size(); ++i) {
        if (cache.sample(i).image.split != Split::Test) continue;
        inputs.push_back(networkInputOf(cache.pixels(i), cache.sample(i), predictor.card().input));
        labels.push_back(cache.sample(i).targets[0] > 0.5F ? 1 : 0);
    }
    std::vector<double> scores;
    for (const auto& prediction : predictor.predict(inputs))
        scores.push_back(prediction.findings.at(0).score);
    return areaUnderRoc(scores, labels);
}

}  // namespace

class TestTrainer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blobsAreLearnedFromNothing() {
        QTemporaryDir folder;
        std::vector<EpochReport> epochs;
        std::vector<TrainingState> states;
        TrainingObserver observer;
        observer.epoch = [&](const EpochReport& report) { epochs.push_back(report); };
        observer.state = [&](TrainingState state) { states.push_back(state); };
        const auto card = trainBlobs(test::blobRecipe(), pathOf(folder), observer, {}, 300);
        QVERIFY2(testAuc(pathOf(folder)) > 0.95, qPrintable(QString::number(testAuc(pathOf(folder)))));
        QCOMPARE(epochs.size(), std::size_t{6});
        QVERIFY(epochs.back().trainingLoss < epochs.front().trainingLoss);
        QCOMPARE(states.front(), TrainingState::Preparing);
        QCOMPARE(states.back(), TrainingState::Done);
        QVERIFY(card.findings.at(0).calibrated);
        QCOMPARE(readBundle(pathOf(folder) / "blob-finder").weightsSha256, card.weightsSha256);
        QVERIFY2(card.gate && card.gate->warnDistance > 0, "a training ends with a gate");
        QVERIFY2(!fs::exists(pathOf(folder) / "blob-finder.checkpoint"),
                 "a finished training leaves no checkpoint");
    }

    void cardTellsDataSplitRecipeFiguresAndBaselines() {
        QTemporaryDir folder;
        auto recipe = shortRecipe();
        recipe.dataJson = R"({"source": "made by code"})";
        const auto card = trainBlobs(recipe, pathOf(folder));
        const auto training = nlohmann::json::parse(card.trainingJson);
        QCOMPARE(training.at("data").at("source").get<std::string>(), std::string("made by code"));
        QCOMPARE(training.at("split").at("train").at("images").get<int>(), 96);
        QCOMPARE(training.at("split").at("val").at("patients").get<int>(), 16);
        QCOMPARE(training.at("split").at("patients_in_more_than_one_part").get<int>(), 0);
        QCOMPARE(training.at("recipe").at("epochs").get<int>(), 3);
        QVERIFY(training.at("seconds").get<double>() > 0);
        const auto evaluation = nlohmann::json::parse(card.evaluationJson);
        const auto finding = evaluation.at("validation").at("findings").at(0);
        QCOMPARE(finding.at("images").get<int>(), 32);
        QVERIFY(finding.at("auc").at("low").get<double>() <= finding.at("auc").at("value").get<double>());
        QVERIFY(finding.at("sensitivity").at("value").get<double>() >= 0.95);
        QVERIFY(finding.at("baselines").at("nearest_neighbour_16x16").at("auc").contains("value"));
        QVERIFY(finding.at("baselines").at("border_pixels_only").at("auc").contains("value"));
    }

    void onlyImagesWithTheFindingAreEnoughWhereItsPlaceIsKnown() {
        QTemporaryDir folder;
        auto samples = test::blobSamples(300);
        for (auto& sample : samples)  // images without the finding are there for the test alone
            if (sample.targets[0] < 0.5F && sample.image.split != Split::Test)
                sample.image.split = Split::Unused;
        const auto cache = test::blobCache(pathOf(folder), samples.size(), samples);
        auto recipe = test::blobRecipe();
        recipe.architecture.outputStride = 16;
        recipe.input.width = recipe.input.height = 64;
        recipe.epochs = 8;
        QVERIFY_EXCEPTION_THROWN(train(recipe, cache, pathOf(folder), {}, {}),
                                 Error);  // no places, one class
        recipe.architecture.pooling = Pooling::Strongest;
        recipe.placeWeight = 5;
        const auto card = train(recipe, cache, pathOf(folder), {}, {});
        QVERIFY2(testAuc(pathOf(folder)) > 0.9, qPrintable(QString::number(testAuc(pathOf(folder)))));
        const auto figures = nlohmann::json::parse(card.evaluationJson).at("validation").at("findings").at(0);
        // One image a positive, unless its blob and the cells that touch it fill the map of 4 × 4.
        const int elsewhere = figures.at("negatives_from_elsewhere").get<int>();
        QVERIFY2(elsewhere > 15 && elsewhere <= figures.at("positives").get<int>(),
                 qPrintable(QString::number(elsewhere)));
        QCOMPARE(figures.at("images").get<int>(), figures.at("positives").get<int>() + elsewhere);
        QVERIFY(figures.at("auc").at("value").get<double>() > 0.9);
    }

    void killedTrainingResumesWithTheSameWeights() {
        QTemporaryDir broken;
        QTemporaryDir unbroken;
        const QString program = QStringLiteral(RESIDUA_BUILD_DIR "/tests/train_blobs");
        QCOMPARE(QProcess::execute(program, {unbroken.path(), "2"}), 0);

        QProcess victim;
        victim.start(program, {broken.path(), "2"});
        QByteArray seen;
        while (!seen.contains("epoch 2 step 3") && victim.waitForReadyRead(60000)) seen += victim.readAll();
        QVERIFY2(seen.contains("epoch 2 step 3"), "the training did not get into its second epoch");
        ::kill(static_cast<pid_t>(victim.processId()), SIGKILL);
        victim.waitForFinished();
        QVERIFY(!fs::exists(pathOf(broken) / "blob-finder"));
        QVERIFY(fs::exists(pathOf(broken) / "blob-finder.checkpoint"));

        QProcess heir;
        heir.start(program, {broken.path(), "2"});
        QVERIFY(heir.waitForFinished(120000));
        const QByteArray told = heir.readAll();
        QVERIFY2(told.contains("note resumed after epoch 1") && !told.contains("epoch 1 step"),
                 told.constData());
        QVERIFY2(weightsIn(pathOf(broken)) == weightsIn(pathOf(unbroken)),
                 "other weights than the unbroken run");
    }

    void stoppedTrainingResumesWithOtherThreadsAndSaysSo() {
        QTemporaryDir folder;
        std::stop_source source;
        TrainingObserver stopper;
        std::vector<TrainingState> states;
        stopper.state = [&](TrainingState state) { states.push_back(state); };
        stopper.step = [&](int epoch, std::size_t, std::size_t, double, double) {
            if (epoch == 2) source.request_stop();
        };
        try {
            trainBlobs(shortRecipe(), pathOf(folder), stopper, source.get_token());
            QFAIL("a stopped training must say so");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::Cancelled);
        }
        QCOMPARE(states.back(), TrainingState::Stopped);
        std::string notes;
        TrainingObserver listener;
        listener.note = [&](const std::string& text) { notes += text + "\n"; };
        auto recipe = shortRecipe();
        recipe.threads = 2;
        trainBlobs(recipe, pathOf(folder), listener);
        QVERIFY2(notes.find("resumed with other threads") != notes.npos, notes.c_str());
    }

    void lossThatIsNoNumberIsTriedAgainWithASmallerRateThenGivenUp() {
        QTemporaryDir folder;
        auto recipe = shortRecipe();
        recipe.learningRate = 1e30;
        recipe.warmupEpochs = 0;
        int notes = 0;
        TrainingObserver observer;
        observer.note = [&](const std::string&) { ++notes; };
        try {
            trainBlobs(recipe, pathOf(folder), observer);
            QFAIL("a diverging training must be told");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::TrainingDiverged);
        }
        QCOMPARE(notes, 2);
        QVERIFY(!fs::exists(pathOf(folder) / "blob-finder"));
    }

    void fullDiskKeepsTheLastWholeCheckpoint() {
        QTemporaryDir folder;
        const auto checkpoint = pathOf(folder) / "blob-finder.checkpoint";
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const auto oldHandler = std::signal(SIGXFSZ, SIG_IGN);
        std::string whole;
        TrainingObserver observer;
        observer.epoch = [&](const EpochReport& report) {
            if (report.epoch != 1) return;
            whole = readWholeFile(checkpoint);
            rlimit full = before;
            full.rlim_cur = 100000;
            setrlimit(RLIMIT_FSIZE, &full);
        };
        std::optional<Problem> problem;
        try {
            trainBlobs(shortRecipe(), pathOf(folder), observer);
        } catch (const Error& error) {
            problem = error.problem();
        }
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, oldHandler);
        QVERIFY(problem);
        QCOMPARE(problem->kind, ProblemKind::DiskFull);
        QVERIFY(readWholeFile(checkpoint) == whole);
        trainBlobs(shortRecipe(), pathOf(folder));  // and goes on from there
        QVERIFY(fs::exists(pathOf(folder) / "blob-finder" / kCardFile));
    }

    void checkpointOfAnotherRecipeOrBrokenIsRefused() {
        QTemporaryDir folder;
        std::stop_source source;
        TrainingObserver stopper;
        stopper.step = [&](int, std::size_t, std::size_t, double, double) { source.request_stop(); };
        QVERIFY_EXCEPTION_THROWN(trainBlobs(shortRecipe(), pathOf(folder), stopper, source.get_token()),
                                 Error);
        auto other = shortRecipe();
        other.weightDecay = 0.5;
        const auto kindOf = [&](const TrainingRecipe& recipe) {
            try {
                trainBlobs(recipe, pathOf(folder));
            } catch (const Error& error) {
                return error.problem().kind;
            }
            return ProblemKind::Unexpected;
        };
        QCOMPARE(kindOf(other), ProblemKind::CheckpointInvalid);
        fs::resize_file(pathOf(folder) / "blob-finder.checkpoint", 5000);
        QCOMPARE(kindOf(shortRecipe()), ProblemKind::CheckpointInvalid);
    }

    void unknownTargetsGiveNoLossAndFindingsWithoutBothClassesAreRefused() {
        QTemporaryDir folder;
        auto samples = test::blobSamples(80);
        for (auto& sample : samples) sample.targets.push_back(std::nanf(""));
        auto recipe = shortRecipe();
        recipe.epochs = 1;
        FindingCard second = recipe.findings[0];
        second.code = "second";
        recipe.findings.push_back(second);
        try {
            train(recipe, test::blobCache(pathOf(folder), 80, samples), pathOf(folder), {}, {});
            QFAIL("a finding that no image tells of cannot be learned");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::LabelOneClass);
        }
        for (std::size_t i = 0; i < samples.size(); ++i)
            if (i % 3 == 0) samples[i].targets[1] = i % 2 == 0 ? 1.0F : 0.0F;
        const auto card = train(recipe, test::blobCache(pathOf(folder), 80, samples), pathOf(folder), {}, {});
        const auto evaluation = nlohmann::json::parse(card.evaluationJson);
        QCOMPARE(evaluation.at("validation").at("findings").at(0).at("images").get<int>(), 16);
        QVERIFY(evaluation.at("validation").at("findings").at(1).at("images").get<int>() < 8);
    }

    void trainingFromABundleKeepsItsKnowledge() {
        QTemporaryDir folder;
        trainBlobs(test::blobRecipe(), pathOf(folder));
        auto recipe = test::blobRecipe();
        recipe.name = "tuned";
        recipe.startWeights = pathOf(folder) / "blob-finder";
        recipe.epochs = 1;
        recipe.learningRate = 1e-5;
        recipe.startAveraging = 0.5;
        std::vector<EpochReport> epochs;
        TrainingObserver observer;
        observer.epoch = [&](const EpochReport& report) { epochs.push_back(report); };
        trainBlobs(recipe, pathOf(folder), observer);
        QVERIFY2(epochs.at(0).validationAuc > 0.9, qPrintable(QString::number(epochs.at(0).validationAuc)));
    }

    void theProgramTrainsARecipeOnACacheFile() {
        QTemporaryDir folder;
        const fs::path path = pathOf(folder);
        auto recipe = shortRecipe();
        recipe.epochs = 1;
        writeFileAtomically(path / "recipe.json", toJson(recipe));
        test::blobCache(path, 80);
        QProcess program;
        program.start(RESIDUA_BUILD_DIR "/bin/residua-network",
                      {"train", "--recipe", folder.filePath("recipe.json"), "--cache",
                       folder.filePath("blobs.cache"), "--out", folder.filePath("out")});
        QVERIFY(program.waitForFinished(120000));
        QVERIFY2(program.exitCode() == 0, program.readAllStandardError());
        const auto lines = program.readAllStandardOutput().trimmed().split('\n');
        const auto last = nlohmann::json::parse(lines.last().toStdString());
        QCOMPARE(last.at("weights_sha256").get<std::string>(),
                 readBundle(path / "out" / "blob-finder").weightsSha256);
        program.start(RESIDUA_BUILD_DIR "/bin/residua-network", {"train", "--out", folder.filePath("out")});
        QVERIFY(program.waitForFinished(120000));
        QCOMPARE(program.exitCode(), 2);
    }
};

QTEST_GUILESS_MAIN(TestTrainer)
#include "tst_trainer.moc"
