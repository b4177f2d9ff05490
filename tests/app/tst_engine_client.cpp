// SPDX-License-Identifier: GPL-3.0-or-later
#include <signal.h>

#include <QTemporaryDir>
#include <QtTest>
#include <optional>

#include "app/engine_client.h"
#include "imaging/atomic_file.h"
#include "tests/support/app_samples.h"
#include "tests/support/tiny_bundle.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

constexpr int kPatience = 20'000;  // ms: a busy machine may take long to start the engine
const QString kEngine = RESIDUA_BUILD_DIR "/bin/residua-engine";

/// What a request reported.
struct Report {
    std::vector<ImageResult> results;
    std::optional<PredictEnd> end;
    Problem problem;

    PredictObserver observer() {
        return {[this](const ImageResult& result) { results.push_back(result); },
                [this](PredictEnd how, const Problem& why) {
                    end = how;
                    problem = why;
                }};
    }
};

}  // namespace

class TestEngineClient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(QFile::exists(kEngine));
        bundle_ = test::writeTinyBundle(test::toPath(folder_.path()));
        files_ = test::writeSmallStudy(test::toPath(folder_.filePath("study")), 20);
    }

    void predictsInAProcessOfItsOwn() {
        EngineClient client(kEngine);
        Report report;
        client.predict(request(files_), report.observer());
        QVERIFY2(report.results.empty() && !report.end, "observers are not called from within predict()");
        QTRY_VERIFY_WITH_TIMEOUT(report.end, kPatience);
        QCOMPARE(*report.end, PredictEnd::Done);
        QCOMPARE(report.results.size(), files_.size());
        for (std::size_t i = 0; i < files_.size(); ++i) {
            QCOMPARE(report.results[i].path, files_[i]);
            QVERIFY(report.results[i].scored());
            QCOMPARE(report.results[i].prediction.findings.size(), std::size_t{2});
        }
    }

    void staysWarmAndAnswersInOrder() {
        EngineClient client(kEngine);
        Report first, second;
        client.predict(request({files_[0]}), first.observer());
        client.predict(request({files_[1]}), second.observer());
        QTRY_VERIFY_WITH_TIMEOUT(second.end, kPatience);
        QVERIFY(first.end);
        const auto process = client.processId();
        QVERIFY(process > 0);
        Report third;
        client.predict(request({files_[2]}), third.observer());
        QTRY_VERIFY_WITH_TIMEOUT(third.end, kPatience);
        QCOMPARE(client.processId(), process);
    }

    void cancelEndsTheRequestAndKeepsTheEngine() {
        EngineClient client(kEngine);
        Report report, next;
        const int id = client.predict(request(many(2000)), report.observer());
        QTRY_VERIFY_WITH_TIMEOUT(!report.results.empty(), kPatience);
        const auto process = client.processId();
        client.cancel(id);
        QTRY_VERIFY_WITH_TIMEOUT(report.end, kPatience);
        QCOMPARE(*report.end, PredictEnd::Cancelled);
        QVERIFY(report.results.size() < 2000);
        client.predict(request({files_[0]}), next.observer());
        QTRY_VERIFY_WITH_TIMEOUT(next.end, kPatience);
        QCOMPARE(*next.end, PredictEnd::Done);
        QCOMPARE(client.processId(), process);
    }

    void aWaitingRequestCanBeCancelled() {
        EngineClient client(kEngine);
        Report first, second;
        client.predict(request(many(130)), first.observer());
        client.cancel(client.predict(request({files_[0]}), second.observer()));
        QTRY_VERIFY_WITH_TIMEOUT(second.end, kPatience);
        QCOMPARE(*second.end, PredictEnd::Cancelled);
        QVERIFY(!first.end);
        QVERIFY(second.results.empty());
    }

    void imagesOfAKilledEngineAreNotScoredAndTheRestIs() {
        EngineClient client(kEngine);
        Report report;
        const auto images = many(150);
        client.predict(request(images), report.observer());
        QTRY_VERIFY_WITH_TIMEOUT(!report.results.empty(), kPatience);
        ::kill(static_cast<pid_t>(client.processId()), SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(report.end, 2 * kPatience);
        QCOMPARE(*report.end, PredictEnd::Done);
        QCOMPARE(report.results.size(), images.size());
        std::size_t lost = 0;
        for (std::size_t i = 0; i < images.size(); ++i) {
            QCOMPARE(report.results[i].path, images[i]);
            if (report.results[i].scored()) continue;
            QCOMPARE(report.results[i].problem->kind, ProblemKind::EngineDied);
            ++lost;
        }
        QVERIFY(lost <= 64);
    }

    void anEngineThatEndedWhileIdleIsStartedAgain() {
        EngineClient client(kEngine);
        Report first, second;
        client.predict(request({files_[0]}), first.observer());
        QTRY_VERIFY_WITH_TIMEOUT(first.end, kPatience);
        ::kill(static_cast<pid_t>(client.processId()), SIGKILL);
        QTRY_COMPARE(client.processId(), 0);
        client.predict(request({files_[0]}), second.observer());
        QTRY_VERIFY_WITH_TIMEOUT(second.end, kPatience);
        QCOMPARE(*second.end, PredictEnd::Done);
        QVERIFY(second.results.at(0).scored());
    }

    void aMissingEngineIsTold() {
        EngineClient client(folder_.filePath("no-such-engine"));
        Report report;
        client.predict(request({files_[0]}), report.observer());
        QTRY_VERIFY_WITH_TIMEOUT(report.end, kPatience);
        QCOMPARE(*report.end, PredictEnd::Failed);
        QCOMPARE(report.problem.kind, ProblemKind::EngineMissing);
    }

    void aLineThatIsNotOursEndsTheRequest() {
        EngineClient client(script("garbage", "echo 'a library prints'; exec sleep 60"));
        Report report;
        client.predict(request({files_[0]}), report.observer());
        QTRY_VERIFY_WITH_TIMEOUT(report.end, kPatience);
        QCOMPARE(*report.end, PredictEnd::Failed);
        QCOMPARE(report.problem.kind, ProblemKind::EngineProtocol);
    }

    void anotherBuildIsRefused() {
        EngineClient client(script(
            "old", "echo '" + QString::fromStdString(encode(HelloMessage{1, "0.0.1"})) + "'; exec sleep 60"));
        Report report;
        client.predict(request({files_[0]}), report.observer());
        QTRY_VERIFY_WITH_TIMEOUT(report.end, kPatience);
        QCOMPARE(report.problem.kind, ProblemKind::EngineProtocol);
        QVERIFY(QString::fromStdString(report.problem.detail).contains("0.0.1"));
    }

    void anEndlessLineIsRefused() {
        EngineClient client(script("endless", "exec yes | tr -d '\\n'"));
        Report report;
        client.predict(request({files_[0]}), report.observer());
        QTRY_VERIFY_WITH_TIMEOUT(report.end, kPatience);
        QCOMPARE(report.problem.kind, ProblemKind::EngineProtocol);
    }

    void threeDeathsInARowStopTheBatchWithTheLastWords() {
        EngineClient client(script("dying", hello() + "; read line; echo 'out of luck' >&2; exit 3"));
        Report report;
        client.predict(request(many(1000)), report.observer());
        QTRY_VERIFY_WITH_TIMEOUT(report.end, kPatience);
        QCOMPARE(*report.end, PredictEnd::Failed);
        QCOMPARE(report.problem.kind, ProblemKind::EngineDied);
        QVERIFY(QString::fromStdString(report.problem.detail).contains("out of luck"));
        QCOMPARE(report.results.size(), std::size_t{3 * 64});
    }

    void muchOnStandardErrorDoesNotStopTheEngine() {
        // 1 MiB is more than a pipe holds: undrained, the script would wait for ever.
        EngineClient client(script("chatty", "head -c 1048576 /dev/zero | tr '\\0' x >&2; echo; exit 3"));
        Report report;
        client.predict(request({files_[0]}), report.observer());
        QTRY_VERIFY_WITH_TIMEOUT(report.end, kPatience);
    }

    void anEngineThatIgnoresACancelIsEnded() {
        EngineClient client(script("deaf", hello() + "; exec sleep 600"));
        Report report;
        const int id = client.predict(request({files_[0]}), report.observer());
        QTRY_VERIFY_WITH_TIMEOUT(client.processId() > 0, kPatience);
        client.cancel(id);
        QVERIFY(!report.end);
        QTRY_VERIFY_WITH_TIMEOUT(report.end, kPatience);
        QCOMPARE(*report.end, PredictEnd::Cancelled);
        QCOMPARE(client.processId(), 0);
    }

    void aClientThatIsGoneLeavesNoProcessAndCallsNobody() {
        Report report;
        qint64 process = 0;
        {
            EngineClient client(kEngine);
            client.predict(request(many(2000)), report.observer());
            QTRY_VERIFY_WITH_TIMEOUT(!report.results.empty(), kPatience);
            process = client.processId();
        }
        const auto seen = report.results.size();
        QCoreApplication::processEvents();
        QCOMPARE(report.results.size(), seen);
        QVERIFY(!report.end);
        QCOMPARE(::kill(static_cast<pid_t>(process), 0), -1);
    }

    void theEngineEndsWhenItsInputEnds() {
        QProcess engine;
        engine.start(kEngine, {"serve"});
        QVERIFY(engine.waitForStarted());
        engine.closeWriteChannel();
        QVERIFY(engine.waitForFinished(kPatience));
        QCOMPARE(engine.exitStatus(), QProcess::NormalExit);
        QCOMPARE(engine.exitCode(), 0);
        QCOMPARE(engine.readAllStandardOutput().trimmed(), QByteArray::fromStdString(encode(HelloMessage{})));
    }

private:
    PredictRequest request(const std::vector<fs::path>& files) const {
        PredictRequest request;
        request.bundle = bundle_;
        for (const auto& file : files) request.images.push_back({file, 0});
        return request;
    }

    std::vector<fs::path> many(std::size_t count) const {
        std::vector<fs::path> files;
        for (std::size_t i = 0; i < count; ++i) files.push_back(files_[i % files_.size()]);
        return files;
    }

    static QString hello() { return "echo '" + QString::fromStdString(encode(HelloMessage{})) + "'"; }

    /// An engine that behaves badly.
    QString script(const QString& name, const QString& body) {
        const QString path = folder_.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly)) return {};
        file.write("#!/bin/sh\n" + body.toUtf8() + "\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }

    QTemporaryDir folder_;
    fs::path bundle_;
    std::vector<fs::path> files_;
};

QTEST_GUILESS_MAIN(TestEngineClient)
#include "tst_engine_client.moc"
