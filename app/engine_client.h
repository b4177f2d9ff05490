// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <deque>
#include <memory>

#include "app/engine.h"
#include "app/protocol.h"

namespace residua {

/// The engine as a child process: started with the first request, kept warm, started again after a death.
/// Lives on the GUI thread; observers are called there, never from within predict() or cancel(). Requests go
/// out in pieces of at most 64 images: a piece that ended the engine is not tried again (its images become
/// EngineDied), the next piece gets a new engine, and three deaths in a row end the request as Failed. An
/// engine that has not stopped 2 s after a cancel is ended. Replies of a request that has ended are dropped.
/// Destroyed, it calls no observer any more and ends the process.
class EngineClient : public QObject, public Engine {
    Q_OBJECT

public:
    /// @param program residua-engine's path; empty = beside the running program
    explicit EngineClient(const QString& program = {}, QObject* parent = nullptr);
    ~EngineClient() override;

    int predict(PredictRequest request, PredictObserver observer) override;
    void cancel(int id) override;

    /// Asks the engine to leave one core to the window, while the reader's hand is active.
    void leaveOneCore(bool leave);
    /// Starts the process, so that the first prediction need not wait for it.
    void warmUp();
    /// 0 while none runs.
    qint64 processId() const { return process_ ? process_->processId() : 0; }

private:
    /// A request, worked off piece by piece; the first of the queue is with the engine.
    struct Request {
        int id = 0;
        PredictRequest request;
        PredictObserver observer;
        std::size_t sent = 0;      ///< images handed out, the piece in flight included
        std::size_t answered = 0;  ///< results delivered
        bool cancelled = false;
    };

    void start();
    void stopProcess();
    void readLines();
    void take(const std::string& line);
    void handle(const HelloMessage& hello);
    void handle(const ResultMessage& message);
    void handle(const EndMessage& message);
    template <class Other>
    void handle(const Other& message);
    void sendNextPiece();
    void endCancelledOnes();
    void send(const Message& message);
    void processEnded();
    void pieceDied(const Problem& problem);
    void finishFirst(PredictEnd end, const Problem& problem);
    void endProtocol(const std::string& detail);
    Problem deathProblem() const;

    QString program_;
    std::unique_ptr<QProcess> process_;
    bool greeted_ = false;
    bool leaveCore_ = false;
    bool pieceOut_ = false;       ///< the first request's piece is with the engine
    Problem broken_;              ///< why the process was ended by us; its detail is empty if it was not
    QStringList lastErrorLines_;  ///< of standard error, the last 50
    int deathsInARow_ = 0;
    int lastId_ = 0;
    std::deque<Request> requests_;
    QTimer cancelTimer_;
};

}  // namespace residua
