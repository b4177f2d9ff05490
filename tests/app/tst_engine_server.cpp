// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <sstream>
#include <streambuf>
#include <thread>

#include "app/engine_server.h"
#include "app/in_process_engine.h"
#include "app/protocol.h"
#include "tests/support/app_samples.h"
#include "tests/support/dicom_bytes.h"
#include "tests/support/tiny_bundle.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

/// One direction of a pipe inside the process: reading waits until something was written or it is closed.
class Channel : public std::streambuf {
public:
    void write(const std::string& text) {
        const std::lock_guard lock(mutex_);
        bytes_.insert(bytes_.end(), text.begin(), text.end());
        changed_.notify_all();
    }
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }
    std::optional<Message> next() {
        std::istream stream(this);
        const auto line = readLine(stream);
        return line ? std::optional(decode(*line)) : std::nullopt;
    }

protected:
    int_type underflow() override {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !bytes_.empty() || closed_; });
        if (bytes_.empty()) return traits_type::eof();
        current_ = bytes_.front();
        bytes_.pop_front();
        setg(&current_, &current_, &current_ + 1);
        return traits_type::to_int_type(current_);
    }
    std::streamsize xsputn(const char* text, std::streamsize count) override {
        write(std::string(text, static_cast<std::size_t>(count)));
        return count;
    }
    int_type overflow(int_type c) override {
        write(std::string(1, traits_type::to_char_type(c)));
        return c;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<char> bytes_;
    bool closed_ = false;
    char current_ = 0;
};

/// A server on a thread, with its two channels.
struct Server {
    explicit Server(Engine& engine) {
        thread = std::thread([this, &engine] {
            std::istream input(&toEngine);
            std::ostream output(&fromEngine);
            endedWell = serve(input, output, engine, [this](bool leave) { leftCore = leave; });
            fromEngine.close();
        });
    }
    ~Server() {
        toEngine.close();
        if (thread.joinable()) thread.join();
    }
    void say(const Message& message) { toEngine.write(encode(message) + '\n'); }
    void join() {
        toEngine.close();
        thread.join();
    }
    /// The messages up to the request's end, which is the last.
    std::vector<Message> untilEnd(int id) {
        std::vector<Message> messages;
        while (auto message = fromEngine.next()) {
            messages.push_back(*message);
            const auto* end = std::get_if<EndMessage>(&messages.back());
            if (end && end->id == id) break;
        }
        return messages;
    }

    Channel toEngine, fromEngine;
    std::thread thread;
    bool endedWell = false;
    std::atomic<bool> leftCore = false;
};

std::vector<ImageResult> resultsIn(const std::vector<Message>& messages) {
    std::vector<ImageResult> results;
    for (const auto& message : messages)
        if (const auto* result = std::get_if<ResultMessage>(&message)) results.push_back(result->result);
    return results;
}

PredictRequest requestFor(const fs::path& bundle, const std::vector<fs::path>& files) {
    PredictRequest request;
    request.bundle = bundle;
    for (const auto& file : files) request.images.push_back({file, 0});
    return request;
}

}  // namespace

class TestEngineServer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        bundle_ = test::writeTinyBundle(test::toPath(folder_.path()));
        files_ = test::writeSmallStudy(test::toPath(folder_.filePath("study")), 20);
    }

    void resultsComeInOrderWithTheNamesOfTheImages() {
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{5, requestFor(bundle_, files_)});
        const auto messages = server.untilEnd(5);
        QVERIFY(std::holds_alternative<HelloMessage>(messages.front()));
        QCOMPARE(std::get<EndMessage>(messages.back()).end, PredictEnd::Done);
        const auto results = resultsIn(messages);
        QCOMPARE(results.size(), files_.size());
        for (std::size_t i = 0; i < results.size(); ++i) {
            QCOMPARE(results[i].path, files_[i]);
            QCOMPARE(results[i].sopInstanceUid, "1.2.3.1." + std::to_string(i + 1));
            QCOMPARE(results[i].modelSha256.size(), std::size_t{64});
            QCOMPARE(results[i].prediction.findings.size(), std::size_t{2});
            QVERIFY(!results[i].prediction.findings[0].map.values.empty());
        }
    }

    void heatmapsAddUpToTheLogitOnTheOtherSideToo() {
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{1, requestFor(bundle_, {files_[0]})});
        for (const auto& result : resultsIn(server.untilEnd(1)))
            for (const auto& score : result.prediction.findings) {
                double sum = 0;
                for (const float value : score.map.values) sum += value;
                const double logit = sum / double(score.map.values.size()) + score.bias;
                QVERIFY2(std::abs(logit - score.logit) < 1e-5,
                         qPrintable(QString::number(logit - score.logit)));
            }
    }

    void oneBrokenImageNeverHidesTheOthers() {
        auto files = files_;
        const auto broken = test::toPath(folder_.filePath("broken.dcm"));
        auto bytes = test::imageFile();
        bytes.resize(bytes.size() / 2);
        test::writeBytes(broken, bytes);
        files.insert(files.begin() + 3, broken);
        files.insert(files.begin() + 7, "/nonexistent.dcm");
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{1, requestFor(bundle_, files)});
        const auto results = resultsIn(server.untilEnd(1));
        QCOMPARE(results.size(), files.size());
        for (std::size_t i = 0; i < results.size(); ++i) {
            QCOMPARE(results[i].path, files[i]);
            QCOMPARE(results[i].scored(), i != 3 && i != 7);
        }
        QCOMPARE(results[7].problem->kind, ProblemKind::FileMissing);
    }

    void imagesThatVanishedOrGaveWayToOthersAreNotScored() {
        const auto files = test::writeSmallStudy(test::toPath(folder_.filePath("changing")), 5);
        auto request = requestFor(bundle_, files);
        for (std::size_t i = 0; i < files.size(); ++i)
            request.images[i].sopInstanceUid = "1.2.3.1." + std::to_string(i + 1);
        fs::remove(files[1]);
        fs::copy_file(files[0], files[2], fs::copy_options::overwrite_existing);
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{1, request});
        const auto results = resultsIn(server.untilEnd(1));
        QCOMPARE(results.size(), files.size());
        for (const std::size_t i : {0, 3, 4}) QVERIFY(results[i].scored());
        for (const std::size_t i : {1, 2}) {
            QVERIFY(!results[i].scored() && results[i].prediction.findings.empty());
            QCOMPARE(results[i].problem->path, files[i]);
        }
        QCOMPARE(results[1].problem->kind, ProblemKind::FileMissing);
        QCOMPARE(results[2].problem->kind, ProblemKind::FileChanged);
        QCOMPARE(results[2].sopInstanceUid, request.images[2].sopInstanceUid);
    }

    void imagesOutsideTheScopeAreNotScoredAndSayWhy() {
        auto card = test::tinyCard();
        card.name = "mr-only";
        card.scope.modalities = {"MR"};
        const auto bundle = test::writeTinyBundle(test::toPath(folder_.path()), card);
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{1, requestFor(bundle, {files_[0]})});
        const auto results = resultsIn(server.untilEnd(1));
        QCOMPARE(results.at(0).scope.state, ScopeState::Outside);
        QVERIFY(QString::fromStdString(results[0].scope.reason).contains("(0008,0060)"));
        QVERIFY(results[0].prediction.findings.empty());
    }

    void filmsStoredInColourAreScoredWherePixelsShowNone_data() {
        QTest::addColumn<int>("red");
        QTest::addColumn<bool>("scored");
        QTest::newRow("grey") << 0 << true;
        QTest::newRow("rounding of a lossy codec") << 3 << true;
        QTest::newRow("colour") << 60 << false;
    }
    void filmsStoredInColourAreScoredWherePixelsShowNone() {
        QFETCH(int, red);
        QFETCH(bool, scored);
        auto card = test::tinyCard();
        card.name = "grey-only";
        card.scope.photometrics = {"MONOCHROME1", "MONOCHROME2"};
        const auto bundle = test::writeTinyBundle(test::toPath(folder_.path()), card);
        test::ImageShape shape;
        shape.rows = shape.columns = 48;
        shape.samples = 3;
        shape.photometric = "RGB";
        auto dataset = test::imageHeader(test::encodingOf(test::kExplicitLittle), shape);
        test::Bytes pixels(shape.frameBytes());
        for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::byte>(i / 3 % 150);
        pixels[300] = static_cast<std::byte>(static_cast<int>(pixels[300]) + red);
        dataset.raw(test::kPixelData, "OB", pixels);
        const auto file = test::toPath(folder_.filePath("colour.dcm"));
        test::writeBytes(file, test::dicomFile(test::kExplicitLittle, dataset.bytes()));
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{1, requestFor(bundle, {file})});
        const auto results = resultsIn(server.untilEnd(1));
        QCOMPARE(results.at(0).scored(), scored);
        if (!scored) QVERIFY(QString::fromStdString(results[0].scope.reason).contains("(0028,0004) is RGB"));
    }

    void blankImagesAreNotScored_data() {
        QTest::addColumn<std::string>("photometric");
        QTest::addColumn<int>("brighter");
        QTest::addColumn<bool>("scored");
        QTest::newRow("black") << std::string("MONOCHROME2") << 0 << false;
        QTest::newRow("black, in colour") << std::string("RGB") << 0 << false;
        QTest::newRow("one brighter pixel") << std::string("MONOCHROME2") << 1 << true;
    }
    void blankImagesAreNotScored() {
        QFETCH(std::string, photometric);
        QFETCH(int, brighter);
        QFETCH(bool, scored);
        test::ImageShape shape;
        shape.rows = shape.columns = 48;
        shape.samples = photometric == "RGB" ? 3 : 1;
        shape.photometric = photometric;
        auto dataset = test::imageHeader(test::encodingOf(test::kExplicitLittle), shape);
        test::Bytes pixels(shape.frameBytes());
        pixels[100] = static_cast<std::byte>(brighter);
        dataset.raw(test::kPixelData, "OB", pixels);
        const auto file = test::toPath(folder_.filePath("blank.dcm"));
        test::writeBytes(file, test::dicomFile(test::kExplicitLittle, dataset.bytes()));
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{1, requestFor(bundle_, {file})});
        const auto results = resultsIn(server.untilEnd(1));
        QCOMPARE(results.at(0).scored(), scored);
        if (!scored) QVERIFY(QString::fromStdString(results[0].scope.reason).contains("same value"));
    }

    void framesOfOneFileAreEachPredicted() {
        test::ImageShape shape;
        shape.rows = shape.columns = 48;
        shape.frames = 5;
        const auto file = test::toPath(folder_.filePath("frames.dcm"));
        test::writeBytes(file, test::imageFile(test::kExplicitLittle, shape));
        PredictRequest request{bundle_, {}, {}};
        for (int frame = 0; frame < 6; ++frame) request.images.push_back({file, frame});
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{1, request});
        const auto results = resultsIn(server.untilEnd(1));
        QCOMPARE(results.size(), std::size_t{6});
        for (int frame = 0; frame < 5; ++frame) QVERIFY(results[static_cast<std::size_t>(frame)].scored());
        QCOMPARE(results[5].problem->kind, ProblemKind::FrameNumberInvalid);
    }

    void cancelStopsBetweenImages() {
        std::vector<fs::path> many;
        for (int i = 0; i < 200; ++i) many.insert(many.end(), files_.begin(), files_.end());
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{1, requestFor(bundle_, many)});
        server.say(PredictMessage{2, requestFor(bundle_, {files_[0]})});
        while (!std::holds_alternative<ResultMessage>(*server.fromEngine.next())) {
        }
        server.say(CancelMessage{1});
        const auto messages = server.untilEnd(1);
        QCOMPARE(std::get<EndMessage>(messages.back()).end, PredictEnd::Cancelled);
        QVERIFY(resultsIn(messages).size() < many.size() / 2);
        QCOMPARE(std::get<EndMessage>(server.untilEnd(2).back()).end, PredictEnd::Done);
    }

    void aBundleWithAChangedByteFailsTheRequestOnly() {
        auto card = test::tinyCard();
        card.name = "changed";
        const auto bundle = test::writeTinyBundle(test::toPath(folder_.path()), card);
        QFile weights(QString::fromStdString((bundle / "model.safetensors").string()));
        QVERIFY(weights.open(QIODevice::ReadWrite));
        weights.seek(weights.size() - 1);
        char last = 0;
        weights.peek(&last, 1);
        last = static_cast<char>(last ^ 1);
        weights.write(&last, 1);
        weights.close();
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{1, requestFor(bundle, {files_[0]})});
        const auto end = std::get<EndMessage>(server.untilEnd(1).back());
        QCOMPARE(end.end, PredictEnd::Failed);
        QCOMPARE(end.problem.kind, ProblemKind::BundleWeightsChanged);
        server.say(PredictMessage{2, requestFor(bundle_, {files_[0]})});
        QCOMPARE(std::get<EndMessage>(server.untilEnd(2).back()).end, PredictEnd::Done);
    }

    void endOfInputEndsTheEngineInTheMiddleOfWork() {
        std::vector<fs::path> many;
        for (int i = 0; i < 200; ++i) many.insert(many.end(), files_.begin(), files_.end());
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(PredictMessage{1, requestFor(bundle_, many)});
        server.join();
        QVERIFY(server.endedWell);
        QCOMPARE(std::get<EndMessage>(server.untilEnd(1).back()).end, PredictEnd::Cancelled);
    }

    void foreignInputIsToldAndEnds_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addRow("garbage") << QByteArray("GET / HTTP/1.1");
        QTest::addRow("another protocol")
            << QByteArray(R"({"jsonrpc":"2.0","method":"hello","params":{"protocol":99,"build":"x"}})");
        QTest::addRow("a request before hello") << QByteArray::fromStdString(encode(CancelMessage{1}));
        QTest::addRow("a message of the engine")
            << QByteArray::fromStdString(encode(ProgressMessage{1, 1, 1}));
        QTest::addRow("endless line") << QByteArray(3 << 20, 'x');
    }

    void foreignInputIsToldAndEnds() {
        QFETCH(QByteArray, line);
        InProcessEngine engine;
        Server server(engine);
        server.toEngine.write(line.toStdString() + '\n');
        const auto messages = server.untilEnd(0);
        const auto end = std::get<EndMessage>(messages.back());
        QCOMPARE(end.problem.kind, ProblemKind::EngineProtocol);
        server.join();
        QVERIFY(!server.endedWell);
    }

    void leavingACoreIsHandedOn() {
        InProcessEngine engine;
        Server server(engine);
        server.say(HelloMessage{});
        server.say(LeaveCoreMessage{true});
        QTRY_VERIFY(server.leftCore);
    }

private:
    QTemporaryDir folder_;
    fs::path bundle_;
    std::vector<fs::path> files_;
};

QTEST_APPLESS_MAIN(TestEngineServer)
#include "tst_engine_server.moc"
