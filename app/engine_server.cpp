// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_server.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>

#include "app/protocol.h"

namespace residua {

namespace {

/// The reading thread's state. The engine's thread writes results through it.
class Server {
public:
    Server(std::ostream& output, Engine& engine, std::function<void(bool)> leaveCore)
        : output_(output), engine_(engine), leaveCore_(std::move(leaveCore)) {
        send(HelloMessage{});
    }

    /// What still runs is cancelled, and its end waited for: observers refer to this object.
    ~Server() {
        std::unique_lock lock(mutex_);
        for (const auto& [theirs, ours] : running_) engine_.cancel(ours);
        ended_.wait(lock, [this] { return running_.empty(); });
    }

    void handle(const HelloMessage& hello) {
        if (hello.protocol != kProtocolVersion)
            throw Error(ProblemKind::EngineProtocol, {},
                        "protocol " + std::to_string(hello.protocol) + ", the engine speaks " +
                            std::to_string(kProtocolVersion));
        greeted_ = true;
    }

    void handle(const PredictMessage& message) {
        const int id = message.id;
        const auto total = message.request.images.size();
        PredictObserver observer;
        observer.result = [this, id, total, done = std::size_t{0}](const ImageResult& result) mutable {
            send(ResultMessage{id, result});
            send(ProgressMessage{id, ++done, total});
        };
        observer.end = [this, id](PredictEnd end, const Problem& problem) {
            const std::lock_guard lock(mutex_);
            write(EndMessage{id, end, problem});
            running_.erase(id);
            ended_.notify_all();
        };
        // The lock keeps an end that comes at once behind the entry that it erases.
        const std::lock_guard lock(mutex_);
        if (running_.contains(id)) throw Error(ProblemKind::EngineProtocol, {}, "field id is already in use");
        running_[id] = engine_.predict(message.request, std::move(observer));
    }

    void handle(const CancelMessage& message) {
        const std::lock_guard lock(mutex_);
        const auto at = running_.find(message.id);
        if (at != running_.end()) engine_.cancel(at->second);  // one that has ended needs no cancel
    }

    void handle(const LeaveCoreMessage& message) {
        if (leaveCore_) leaveCore_(message.leave);
    }

    template <class Other>
    void handle(const Other&) {
        throw Error(ProblemKind::EngineProtocol, {}, "a message that the engine sends, not takes");
    }

    void dispatch(const std::string& line) {
        const auto message = decode(line);
        if (!greeted_ && !std::holds_alternative<HelloMessage>(message))
            throw Error(ProblemKind::EngineProtocol, {}, "the first line is not hello");
        std::visit([this](const auto& one) { handle(one); }, message);
    }

    void send(const Message& message) {
        const std::lock_guard lock(mutex_);
        write(message);
    }

private:
    void write(const Message& message) {
        try {
            output_ << encode(message) << '\n' << std::flush;
        } catch (const Error& error) {
            // A class map too large for a line: the image is told, the request goes on.
            const auto* result = std::get_if<ResultMessage>(&message);
            if (!result) return;
            ResultMessage shorter = *result;
            shorter.result.prediction = {};
            shorter.result.problem = error.problem();
            output_ << encode(shorter) << '\n' << std::flush;
        }
    }

    std::ostream& output_;
    Engine& engine_;
    std::function<void(bool)> leaveCore_;
    bool greeted_ = false;
    std::mutex mutex_;  ///< guards output_ and running_
    std::condition_variable ended_;
    std::map<int, int> running_;  ///< their id → the engine's
};

}  // namespace

bool serve(std::istream& input, std::ostream& output, Engine& engine,
           const std::function<void(bool leave)>& leaveCore) {
    Server server(output, engine, leaveCore);
    try {
        while (const auto line = readLine(input)) server.dispatch(*line);
        return true;
    } catch (const Error& error) {
        // JSON-RPC 2.0, 5: the id of a request that could not be read is null; ours start at 1.
        server.send(EndMessage{0, PredictEnd::Failed, error.problem()});
        return false;
    }
}

}  // namespace residua
