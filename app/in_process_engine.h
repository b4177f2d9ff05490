// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <list>
#include <mutex>
#include <thread>

#include "app/engine.h"
#include "app/prediction_job.h"
#include "inference/network/predictor.h"

namespace residua {

/// The engine on a thread of its own: what residua-engine serves, and what tests use directly. Observers are
/// called on that thread. Keeps the two networks used last. Destroyed, it cancels what waits and joins.
class InProcessEngine : public Engine {
public:
    explicit InProcessEngine(PredictorOptions predictor = {}, JobOptions job = {});
    ~InProcessEngine() override;

    int predict(PredictRequest request, PredictObserver observer) override;
    void cancel(int id) override;

private:
    struct Job {
        int id = 0;
        PredictRequest request;
        PredictObserver observer;
        std::stop_source stop;
    };
    struct Loaded {
        std::filesystem::path bundle;
        std::filesystem::file_time_type written;  ///< of the card: a bundle that was replaced is loaded anew
        Predictor predictor;
    };

    void work(const std::stop_token& stop);
    void run(Job& job);
    Predictor& load(const std::filesystem::path& bundle);

    PredictorOptions predictorOptions_;
    JobOptions jobOptions_;
    std::list<Loaded> loaded_;  ///< used last first; only the worker touches it
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Job> jobs_;  ///< the first is being worked on
    int lastId_ = 0;
    std::jthread worker_;  // last: joined before what it uses is gone
};

}  // namespace residua
