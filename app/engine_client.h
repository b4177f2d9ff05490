// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <memory>

#include "app/engine.h"

namespace residua {

/// The engine as a child process: started with the first request, kept warm, started again after a death.
/// Lives on the GUI thread; observers are called there, never from within predict(). Requests go out in
/// pieces of at most 64 images: a piece that ended the engine is not tried again (its images become
/// EngineDied), the next piece gets a new engine, and three deaths in a row end the request as Failed. An
/// engine that has not stopped 2 s after a cancel is ended. Destroyed, it calls no observer any more.
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

private:
    class Process;
    std::unique_ptr<Process> process_;
};

}  // namespace residua
