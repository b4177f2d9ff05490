// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_client.h"

#include <fcntl.h>
#include <chrono>

#include <QMetaObject>
#include <QProcessEnvironment>
#include <algorithm>
#include <utility>

#include "app/model_library.h"

namespace residua {

namespace {

constexpr std::size_t kPiece = 64;  ///< images lost at most when the engine dies
constexpr int kDeathsThatStop = 3;
constexpr int kErrorLinesKept = 50;
constexpr std::chrono::milliseconds kCancelPatience{2000};

/// Children must not inherit the pipes of their elder siblings, or the end of input never comes. Qt makes its
/// pipes close-on-exec; this keeps everything else of the window (library, sockets) out of the engine.
void keepDescriptorsToOurselves() {
    constexpr unsigned first = 3;
    close_range(first, ~0U, CLOSE_RANGE_CLOEXEC);
}

Problem engineDied(const std::filesystem::path& path, const std::string& detail) {
    return {ProblemKind::EngineDied, path, detail};
}

}  // namespace

EngineClient::EngineClient(const QString& program, QObject* parent)
    : QObject(parent),
      program_(program.isEmpty() ? QString::fromStdString((programFolder() / "residua-engine").string())
                                 : program) {
    cancelTimer_.setSingleShot(true);
    cancelTimer_.setInterval(kCancelPatience);
    connect(&cancelTimer_, &QTimer::timeout, this, [this] {
        if (process_) process_->kill();
    });
}

EngineClient::~EngineClient() {
    stopProcess();
}

int EngineClient::predict(PredictRequest request, PredictObserver observer) {
    requests_.push_back({++lastId_, std::move(request), std::move(observer), 0, 0, false});
    // Later, so that no observer is called from within this function.
    QMetaObject::invokeMethod(this, &EngineClient::sendNextPiece, Qt::QueuedConnection);
    return lastId_;
}

void EngineClient::cancel(int id) {
    const auto at = std::ranges::find(requests_, id, &Request::id);
    if (at == requests_.end() || at->cancelled) return;
    at->cancelled = true;
    if (at == requests_.begin() && pieceOut_) {
        send(CancelMessage{id});
        cancelTimer_.start();
        return;
    }
    QMetaObject::invokeMethod(this, &EngineClient::sendNextPiece, Qt::QueuedConnection);
}

void EngineClient::leaveOneCore(bool leave) {
    if (std::exchange(leaveCore_, leave) != leave && process_) send(LeaveCoreMessage{leave});
}

void EngineClient::warmUp() {
    if (!process_) start();
}

void EngineClient::start() {
    greeted_ = false;
    broken_ = {};
    lastErrorLines_.clear();
    process_ = std::make_unique<QProcess>();
    process_->setChildProcessModifier(keepDescriptorsToOurselves);
    connect(process_.get(), &QProcess::readyReadStandardOutput, this, &EngineClient::readLines);
    connect(process_.get(), &QProcess::readyReadStandardError, this, [this] {
        // Always drained: a full pipe would stop the engine.
        lastErrorLines_ +=
            QString::fromUtf8(process_->readAllStandardError()).split('\n', Qt::SkipEmptyParts);
        while (lastErrorLines_.size() > kErrorLinesKept) lastErrorLines_.removeFirst();
    });
    connect(process_.get(), &QProcess::finished, this, &EngineClient::processEnded);
    connect(process_.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart) return;  // the others are followed by finished()
        broken_ = {ProblemKind::EngineMissing, program_.toStdString(), process_->errorString().toStdString()};
        QMetaObject::invokeMethod(this, &EngineClient::processEnded, Qt::QueuedConnection);
    });
    // The network shares its cores with decoding and the window: OpenMP's threads must not spin while they
    // wait. Measured on two busy cores, 384 slices: 12 s against 67 s.
    auto environment = QProcessEnvironment::systemEnvironment();
    if (!environment.contains("OMP_WAIT_POLICY")) environment.insert("OMP_WAIT_POLICY", "PASSIVE");
    process_->setProcessEnvironment(environment);
    process_->start(program_, {"serve"});
    send(HelloMessage{});
    if (leaveCore_) send(LeaveCoreMessage{true});
}

void EngineClient::stopProcess() {
    cancelTimer_.stop();
    if (!process_) return;
    disconnect(process_.get(), nullptr, this, nullptr);
    process_->closeWriteChannel();
    process_->kill();
    process_->waitForFinished();
    process_.reset();
    pieceOut_ = false;
}

void EngineClient::readLines() {
    while (process_ && broken_.detail.empty() && process_->canReadLine())
        take(process_->readLine().chopped(1).toStdString());
    if (process_ && process_->bytesAvailable() > static_cast<qint64>(kLongestLine))
        endProtocol("a line of more than " + std::to_string(kLongestLine) + " bytes");
}

void EngineClient::take(const std::string& line) {
    try {
        if (line.size() > kLongestLine)
            throw Error(ProblemKind::EngineProtocol, {}, "a line that is too long");
        const auto message = decode(line);
        if (!greeted_ && !std::holds_alternative<HelloMessage>(message) &&
            !std::holds_alternative<EndMessage>(message))
            throw Error(ProblemKind::EngineProtocol, {}, "the first line is not hello");
        std::visit([this](const auto& one) { handle(one); }, message);
    } catch (const Error& error) {
        endProtocol(error.problem().detail);
    }
}

void EngineClient::handle(const HelloMessage& hello) {
    // The build as well: both programs come from one package, and another build may compute otherwise.
    if (hello.protocol != kProtocolVersion || hello.build != RESIDUA_VERSION)
        throw Error(ProblemKind::EngineProtocol, {},
                    "the engine is build " + hello.build + " with protocol " +
                        std::to_string(hello.protocol) + ", the window build " RESIDUA_VERSION " with " +
                        std::to_string(kProtocolVersion));
    greeted_ = true;
}

void EngineClient::handle(const ResultMessage& message) {
    if (requests_.empty() || requests_.front().id != message.id || !pieceOut_) return;  // late
    auto& first = requests_.front();
    if (first.answered >= first.sent) return;
    const auto& asked = first.request.images[first.answered];
    if (asked.path != message.result.path || asked.frame != message.result.frame)
        throw Error(ProblemKind::EngineProtocol, {}, "a result for another image than was asked for");
    ++first.answered;
    deathsInARow_ = 0;
    const auto deliver = first.observer.result;  // copied: it may cancel and predict
    if (deliver && !first.cancelled) deliver(message.result);
}

void EngineClient::handle(const EndMessage& message) {
    if (message.id == 0) {
        endProtocol(message.problem.detail);
        return;
    }
    if (requests_.empty() || requests_.front().id != message.id || !pieceOut_) return;  // late
    pieceOut_ = false;
    cancelTimer_.stop();
    const auto& first = requests_.front();
    if (first.cancelled || message.end == PredictEnd::Cancelled)
        finishFirst(PredictEnd::Cancelled, {ProblemKind::Cancelled, {}, {}});
    else if (message.end == PredictEnd::Failed)
        finishFirst(PredictEnd::Failed, message.problem);
    else if (first.sent == first.request.images.size())
        finishFirst(PredictEnd::Done, {});
    sendNextPiece();
}

template <class Other>
void EngineClient::handle(const Other&) {
    // Progress follows from the results, and what only the window sends is no message to it.
}

void EngineClient::sendNextPiece() {
    endCancelledOnes();
    if (pieceOut_ || requests_.empty()) return;
    if (!process_) start();
    auto& first = requests_.front();
    const auto& images = first.request.images;
    const auto end = std::min(first.sent + kPiece, images.size());
    PredictMessage message{
        first.id, {first.request.bundle, {}, first.request.pictureModality, first.request.passwords}};
    message.request.images.assign(images.begin() + static_cast<std::ptrdiff_t>(first.sent),
                                  images.begin() + static_cast<std::ptrdiff_t>(end));
    first.sent = end;
    pieceOut_ = true;
    send(message);
}

/// Those that wait; the one whose piece is out ends when the engine says so.
void EngineClient::endCancelledOnes() {
    for (;;) {
        const auto from = requests_.begin() + (pieceOut_ ? 1 : 0);
        const auto at = std::find_if(from, requests_.end(), [](const Request& one) { return one.cancelled; });
        if (at == requests_.end()) return;
        const auto observer = std::move(at->observer);
        requests_.erase(at);
        if (observer.end) observer.end(PredictEnd::Cancelled, {ProblemKind::Cancelled, {}, {}});
    }
}

void EngineClient::send(const Message& message) {
    if (process_ && process_->state() != QProcess::NotRunning)
        process_->write(QByteArray::fromStdString(encode(message) + '\n'));
}

void EngineClient::endProtocol(const std::string& detail) {
    broken_ = {ProblemKind::EngineProtocol, program_.toStdString(), detail};
    disconnect(process_.get(), &QProcess::readyReadStandardOutput, this, nullptr);
    process_->kill();
}

Problem EngineClient::deathProblem() const {
    if (!broken_.detail.empty()) return broken_;
    std::string how = process_->exitStatus() == QProcess::CrashExit
                          ? "ended by a signal"
                          : "ended with code " + std::to_string(process_->exitCode());
    if (!lastErrorLines_.isEmpty()) how += ": " + lastErrorLines_.join('\n').toStdString();
    return engineDied(program_.toStdString(), how);
}

void EngineClient::processEnded() {
    if (!process_) return;
    const auto problem = deathProblem();
    cancelTimer_.stop();
    disconnect(process_.get(), nullptr, this, nullptr);
    process_.release()->deleteLater();  // this may be its own signal
    if (!std::exchange(pieceOut_, false))
        return;  // an idle engine that ends is started again when it is needed
    if (requests_.front().cancelled) {
        finishFirst(PredictEnd::Cancelled, {ProblemKind::Cancelled, {}, {}});
    } else if (problem.kind != ProblemKind::EngineDied) {
        finishFirst(PredictEnd::Failed, problem);  // missing or foreign: a new one would be no better
    } else {
        pieceDied(problem);
    }
    sendNextPiece();
}

/// The images of the piece that have no result are not tried again.
void EngineClient::pieceDied(const Problem& problem) {
    ++deathsInARow_;
    const auto id = requests_.front().id;
    const auto lost = requests_.front();
    requests_.front().answered = lost.sent;
    for (auto i = lost.answered; i < lost.sent; ++i) {
        ImageResult result;
        result.path = lost.request.images[i].path;
        result.frame = lost.request.images[i].frame;
        result.problem = engineDied(result.path, problem.detail);
        if (lost.observer.result) lost.observer.result(result);
    }
    if (requests_.empty() || requests_.front().id != id) return;
    if (deathsInARow_ >= kDeathsThatStop) {
        deathsInARow_ = 0;
        finishFirst(PredictEnd::Failed, problem);
    } else if (lost.sent == lost.request.images.size()) {
        finishFirst(PredictEnd::Done, {});
    }
}

void EngineClient::finishFirst(PredictEnd end, const Problem& problem) {
    const auto done = std::move(requests_.front());
    requests_.pop_front();
    if (done.observer.end) done.observer.end(end, problem);
}

}  // namespace residua
