// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>

#include "app/analysing.h"
#include "app/library_thread.h"
#include "app/panel_rows.h"
#include "tests/support/fake_engine.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

constexpr auto hash = "aaaa";

InstalledModel aModel(const std::string& name, const std::string& modality) {
    InstalledModel model;
    model.card.name = name;
    model.card.weightsSha256 = hash + name;
    model.card.scope.modalities = {modality};
    FindingCard finding;
    finding.code = "lesion";
    finding.name = "Lesion";
    finding.threshold = 0.5;
    model.card.findings = {finding};
    model.folder = "/models/" + name;
    return model;
}

/// Two series of MR: the first with two stacks of two images, the second with one of three.
std::shared_ptr<const OpenStudy> aStudy(const std::string& uid, const std::string& modality = "MR") {
    auto open = std::make_shared<OpenStudy>();
    open->study.uid = uid;
    for (int s = 0; s < 2; ++s) {
        Series series;
        series.uid = uid + "." + std::to_string(s);
        series.number = s + 1;
        series.modality = modality;
        const int count = s == 0 ? 4 : 3;
        for (int i = 0; i < count; ++i) {
            Instance instance;
            instance.sopInstanceUid = series.uid + "." + std::to_string(i);
            instance.path = "/" + instance.sopInstanceUid;
            instance.instanceNumber = i + 1;
            instance.hasPixels = true;
            instance.rows = instance.columns = 8;
            series.instances.push_back(instance);
        }
        open->study.series.push_back(series);
    }
    Stack first, second, third;
    first.slices = {{0, 0, 0}, {1, 0, 0}};
    second.slices = {{2, 0, 0}, {3, 0, 0}};
    third.slices = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}};
    open->stacks = {{first, second}, {third}};
    return open;
}

QStringList pathsOf(const PredictRequest& request) {
    QStringList paths;
    for (const auto& image : request.images) paths << QString::fromStdString(image.path.string());
    return paths;
}

/// What the engine would say: a lesion whose score grows with the file's last digit.
ImageResult replyOf(const PredictRequest& request, const PredictImage& image) {
    ImageResult result;
    result.path = image.path;
    result.frame = image.frame;
    result.sopInstanceUid = image.path.filename().string();
    result.modelSha256 = hash + request.bundle.filename().string();
    result.seriesUid = result.sopInstanceUid.substr(0, result.sopInstanceUid.rfind('.'));
    FindingScore score;
    score.finding = "lesion";
    score.score = 0.2 * (result.sopInstanceUid.back() - '0') + 0.1;
    score.map = {1, 1, {1.0F}, {}};
    result.prediction.findings.push_back(score);
    result.prediction.device = "cpu";
    return result;
}

std::string modelOf(const Analysing& analysing) {
    return analysing.runs().size() == 1 ? analysing.runs()[0]->model().card.name : std::string();
}

}  // namespace

class TestAnalysing : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        library_ =
            std::make_unique<LibraryThread>(fs::path(folder_->path().toStdString()) / "library.sqlite");
        engine_ = std::make_unique<test::FakeEngine>();
        engine_->reply = replyOf;
    }
    void cleanup() { library_.reset(); }

    void whatIsLookedAtIsPredictedFirst() {
        auto analysing = make();
        analysing->look({aStudy("1"), 1, 0}, 1);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        QCOMPARE(pathsOf(engine_->requests[0]).mid(0, 1), QStringList{"/1.1.1"});
        QCOMPARE(QSet<QString>(),
                 setOf(pathsOf(engine_->requests[0]).mid(0, 3)) - setOf({"/1.1.0", "/1.1.1", "/1.1.2"}));
        QCOMPARE(engine_->requests[0].images.size(), std::size_t(7));
        QCOMPARE(engine_->requests[0].bundle, fs::path("/models/mr"));
        QCOMPARE(analysing->state(), AnalysisState::Predicting);
    }

    void anotherStackInViewMovesToTheFront() {
        auto analysing = make();
        const auto study = aStudy("1");
        analysing->look({study, 0, 0}, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        engine_->answer(1);
        analysing->look({study, 1, 0}, 2);
        QCOMPARE(engine_->cancelled.size(), std::size_t(1));
        QCOMPARE(engine_->requests.size(), std::size_t(2));
        QCOMPARE(pathsOf(engine_->requests[1]).first(), QString("/1.1.2"));
        QCOMPARE(engine_->requests[1].images.size(), std::size_t(6));  // not again what is known
        engine_->finish();
        QCOMPARE(analysing->state(), AnalysisState::Ready);
    }

    void scrollingDoesNotDisturbTheEngine() {
        auto analysing = make();
        const auto study = aStudy("1");
        analysing->look({study, 1, 0}, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        for (std::size_t i = 0; i < 3; ++i) analysing->look({study, 1, 0}, i);
        QCOMPARE(engine_->requests.size(), std::size_t(1));
        QVERIFY(engine_->cancelled.empty());
    }

    void resultsBecomeTheSeriesHighestScore() {
        auto analysing = make();
        const StackRef stack{aStudy("1"), 1, 0};
        QSignalSpy analysed(analysing.get(), &Analysing::analysed);
        analysing->look(stack, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        engine_->finish();
        QCOMPARE(analysed.size(), 1);
        const auto rows =
            findingRows(analysing->runs()[0]->model().card, analysing->runs()[0]->analysis(), stack, {});
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows[0].state, FindingState::Flagged);
        QCOMPARE(rows[0].score, 0.5);
        QCOMPARE(rows[0].slice, 2);
        QVERIFY(rows[0].aggregation.contains("highest"));
        QCOMPARE(flaggedNames(*analysing->runs()[0]->analysis()), QStringList{"Lesion"});
    }

    void lateRepliesAreDropped() {
        auto analysing = make();
        analysing->look({aStudy("1"), 0, 0}, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        const auto late = engine_->waiting.front();
        analysing->look({aStudy("2"), 0, 0}, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(2));
        late.observer.result(replyOf(late.request, late.request.images[0]));
        late.observer.end(PredictEnd::Done, {});
        QCOMPARE(analysing->done(), std::size_t(0));
        QCOMPARE(analysing->state(), AnalysisState::Predicting);
    }

    void resultsOfOtherWeightsAreDropped() {
        auto analysing = make();
        engine_->reply = [](const auto& request, const auto& image) {
            auto result = replyOf(request, image);
            result.modelSha256 = "bbbb";
            return result;
        };
        analysing->look({aStudy("1"), 0, 0}, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        engine_->finish();
        QCOMPARE(analysing->done(), std::size_t(0));
    }

    void analysedStudyShowsItsStoredResultsAtOnce() {
        const auto study = aStudy("1");
        {
            auto analysing = make();
            analysing->look({study, 0, 0}, 0);
            QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
            engine_->finish();
        }
        auto analysing = make();
        analysing->look({study, 0, 0}, 0);
        QTRY_COMPARE(analysing->state(), AnalysisState::Ready);
        QCOMPARE(engine_->requests.size(), std::size_t(1));
        QCOMPARE(analysing->done(), std::size_t(7));
        QVERIFY(!analysing->runs()[0]->result({study, 0, 0}, 0)->prediction.findings[0].map.values.empty());
    }

    void imagesOutsideTheScopeSayWhy() {
        auto analysing = make();
        const StackRef stack{aStudy("1"), 0, 0};
        engine_->reply = [](const auto& request, const auto& image) {
            auto result = replyOf(request, image);
            result.prediction.findings.clear();
            result.scope = {ScopeState::Outside, "BodyPartExamined (0018,0015) is KNEE"};
            return result;
        };
        analysing->look(stack, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        engine_->finish();
        const auto rows =
            findingRows(analysing->runs()[0]->model().card, analysing->runs()[0]->analysis(), stack, {});
        QCOMPARE(rows[0].state, FindingState::NotScored);
        QVERIFY2(rows[0].notScored.contains("KNEE"), qPrintable(rows[0].notScored));
    }

    void imagesUnlikeTheTrainingSaySoInTheSameWords() {
        auto analysing = make();
        const StackRef stack{aStudy("1"), 0, 0};
        engine_->reply = [](const auto& request, const auto& image) {
            auto result = replyOf(request, image);
            result.scope.caution = "unlike the training images: read with care";
            return result;
        };
        analysing->look(stack, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        engine_->finish();
        const auto rows =
            findingRows(analysing->runs()[0]->model().card, analysing->runs()[0]->analysis(), stack, {});
        QVERIFY(rows[0].state != FindingState::NotScored);
        QCOMPARE(rows[0].caution, QString("unlike the training images: read with care"));
    }

    void noNetworkForTheImagesIsSaid() {
        auto analysing = make();
        analysing->look({aStudy("1", "US"), 0, 0}, 0);
        QCOMPARE(analysing->state(), AnalysisState::NoneFits);
        analysing->setModels({});
        QCOMPARE(analysing->state(), AnalysisState::NoModel);
        QVERIFY(engine_->requests.empty());
    }

    void networkFollowsTheImages() {
        auto analysing = make();
        analysing->setModels({aModel("dx", "DX"), aModel("mr", "MR"), aModel("mr-other", "MR")});
        analysing->look({aStudy("1", "DX"), 0, 0}, 0);
        QCOMPARE(modelOf(*analysing), std::string("dx"));
        analysing->look({aStudy("2", "MR"), 0, 0}, 0);
        QCOMPARE(analysing->runs().size(), std::size_t(2));  // all that fit
        QCOMPARE(analysing->fitting(), std::size_t(2));
        analysing->chooseModel("mr-other");
        QCOMPARE(modelOf(*analysing), std::string("mr-other"));
        analysing->look({aStudy("3", "MR"), 0, 0}, 0);
        QCOMPARE(modelOf(*analysing), std::string("mr-other"));
    }

    void networkChosenForOtherImagesIsAskedAllTheSame() {
        auto analysing = make();
        analysing->setModels({aModel("dx", "DX"), aModel("mr", "MR")});
        analysing->look({aStudy("1", "MR"), 0, 0}, 0);
        QCOMPARE(modelOf(*analysing), std::string("mr"));
        analysing->chooseModel("dx");
        QCOMPARE(modelOf(*analysing), std::string("dx"));
        analysing->look({aStudy("2", "MR"), 0, 0}, 0);
        QCOMPARE(modelOf(*analysing), std::string("mr"));  // for this study alone
        analysing->chooseModel({});
        QCOMPARE(modelOf(*analysing), std::string("mr"));
    }

    void picturesCountAsWhatTheChosenNetworkIsFor() {
        auto analysing = make();
        analysing->look({aStudy("1", "OT"), 0, 0}, 0);
        QCOMPARE(analysing->state(), AnalysisState::NoneFits);
        analysing->chooseModel("mr");
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        QCOMPARE(engine_->requests[0].pictureModality, std::string("MR"));
    }

    void twoNetworksWorkOnOneStudy() {
        auto analysing = make();
        analysing->setModels({aModel("mr", "MR"), aModel("mr-other", "MR")});
        QSignalSpy analysed(analysing.get(), &Analysing::analysed);
        const StackRef stack{aStudy("1"), 1, 0};
        analysing->look(stack, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(2));
        QCOMPARE(engine_->requests[0].bundle, fs::path("/models/mr"));
        QCOMPARE(engine_->requests[1].bundle, fs::path("/models/mr-other"));
        QCOMPARE(analysing->total(), std::size_t(14));
        engine_->finishOne();
        QCOMPARE(analysing->state(), AnalysisState::Predicting);  // the other one still works
        QCOMPARE(analysed.size(), 0);
        engine_->finish();
        QCOMPARE(analysing->state(), AnalysisState::Ready);
        QCOMPARE(analysed.size(), 1);
        for (const auto* name : {"mr", "mr-other"}) {
            const auto* run = analysing->run(name);
            QCOMPARE(run->analysis()->model.name, std::string(name));
            QCOMPARE(run->result(stack, 2)->modelSha256, hash + std::string(name));
            QCOMPARE(flaggedNames(*run->analysis()), QStringList{"Lesion"});
        }
    }

    void oneNetworkThatFailsDoesNotHideTheOther() {
        auto analysing = make();
        analysing->setModels({aModel("mr", "MR"), aModel("mr-other", "MR")});
        analysing->look({aStudy("1"), 0, 0}, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(2));
        engine_->finishOne(PredictEnd::Failed, {ProblemKind::BundleWeightsChanged, "/models/mr", {}});
        engine_->finish();
        QCOMPARE(analysing->state(), AnalysisState::Failed);
        QCOMPARE(analysing->failure().kind, ProblemKind::BundleWeightsChanged);
        QVERIFY(!analysing->run("mr")->analysis());
        QCOMPARE(analysing->run("mr-other")->state(), RunState::Ready);
    }

    void engineDeathIsToldAndNotTriedAgainByItself() {
        auto analysing = make();
        QSignalSpy problems(analysing.get(), &Analysing::problem);
        const auto study = aStudy("1");
        analysing->look({study, 0, 0}, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        engine_->answer(2);
        engine_->finish(PredictEnd::Failed, {ProblemKind::EngineDied, {}, "signal 11"});
        QCOMPARE(analysing->state(), AnalysisState::Failed);
        QCOMPARE(problems.size(), 1);
        analysing->look({study, 1, 0}, 0);
        QCOMPARE(engine_->requests.size(), std::size_t(1));
        analysing->analyse();
        QCOMPARE(engine_->requests.size(), std::size_t(2));
        QCOMPARE(engine_->requests[1].images.size(), std::size_t(5));
    }

    void imagesThatEndedTheEngineAreNotStored() {
        const auto study = aStudy("1");
        {
            auto analysing = make();
            engine_->reply = [](const auto& request, const auto& image) {
                auto result = replyOf(request, image);
                if (result.sopInstanceUid == "1.0.1") {
                    result.problem = Problem{ProblemKind::EngineDied, image.path, {}};
                    result.prediction.findings.clear();
                }
                return result;
            };
            analysing->look({study, 0, 0}, 0);
            QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
            engine_->finish();
            QCOMPARE(analysing->state(), AnalysisState::Ready);
        }
        auto analysing = make();
        analysing->look({study, 0, 0}, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(2));
        QCOMPARE(pathsOf(engine_->requests[1]), QStringList{"/1.0.1"});
    }

    void stoppedPredictionGoesOnWhereItWas() {
        auto analysing = make();
        analysing->look({aStudy("1"), 0, 0}, 0);
        QTRY_COMPARE(engine_->requests.size(), std::size_t(1));
        engine_->answer(3);
        analysing->stop();
        QCOMPARE(analysing->state(), AnalysisState::Idle);
        engine_->answer(0);
        analysing->analyse();
        QCOMPARE(engine_->requests[1].images.size(), std::size_t(4));
    }

    void nothingStartsByItselfWhenThatIsTurnedOff() {
        auto analysing = make();
        analysing->setAutomatic(false);
        analysing->look({aStudy("1"), 0, 0}, 0);
        bool answered = false;
        library_->ask(
            this, [](StudyLibrary&) { return true; }, [&](bool) { answered = true; });
        QTRY_VERIFY(answered);
        QVERIFY(engine_->requests.empty());
        QCOMPARE(analysing->state(), AnalysisState::Idle);
        analysing->analyse();
        QCOMPARE(engine_->requests.size(), std::size_t(1));
    }

private:
    std::unique_ptr<Analysing> make() {
        auto analysing = std::make_unique<Analysing>(*engine_, *library_);
        analysing->setModels({aModel("mr", "MR")});
        return analysing;
    }
    static QSet<QString> setOf(const QStringList& list) { return {list.begin(), list.end()}; }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<LibraryThread> library_;
    std::unique_ptr<test::FakeEngine> engine_;
};

QTEST_GUILESS_MAIN(TestAnalysing)
#include "tst_analysing.moc"
