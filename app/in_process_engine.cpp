// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/in_process_engine.h"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

namespace residua {

namespace {

constexpr std::size_t kKeptNetworks = 2;

}  // namespace

InProcessEngine::InProcessEngine(PredictorOptions predictor, JobOptions job)
    : predictorOptions_(predictor),
      jobOptions_(job),
      worker_([this](const std::stop_token& stop) { work(stop); }) {}

InProcessEngine::~InProcessEngine() {
    worker_.request_stop();
    const std::lock_guard lock(mutex_);
    for (auto& job : jobs_) job.stop.request_stop();
}

int InProcessEngine::predict(PredictRequest request, PredictObserver observer) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({++lastId_, std::move(request), std::move(observer), {}});
    changed_.notify_one();
    return lastId_;
}

void InProcessEngine::cancel(int id) {
    const std::lock_guard lock(mutex_);
    for (auto& job : jobs_)
        if (job.id == id) job.stop.request_stop();
}

void InProcessEngine::work(const std::stop_token& stop) {
    for (;;) {
        Job* job = nullptr;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, stop, [this] { return !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = &jobs_.front();  // stays valid: a deque's other elements do not move it
        }
        run(*job);
        const std::lock_guard lock(mutex_);
        jobs_.pop_front();
    }
}

void InProcessEngine::run(Job& job) {
    const auto end = [&](PredictEnd how, const Problem& problem) {
        if (job.observer.end) job.observer.end(how, problem);
    };
    try {
        const auto stop = job.stop.get_token();
        const bool whole =
            !stop.stop_requested() && predictImages(load(job.request.bundle), job.request, jobOptions_, stop,
                                                    [&](ImageResult&& result) {
                                                        if (job.observer.result) job.observer.result(result);
                                                    });
        if (whole)
            end(PredictEnd::Done, {});
        else
            end(PredictEnd::Cancelled, {ProblemKind::Cancelled, {}, {}});
    } catch (const Error& error) {
        end(PredictEnd::Failed, error.problem());
    } catch (const std::bad_alloc&) {
        end(PredictEnd::Failed, {ProblemKind::OutOfMemory, job.request.bundle, {}});
    } catch (const std::exception& error) {
        end(PredictEnd::Failed, {ProblemKind::Unexpected, job.request.bundle, error.what()});
    }
}

Predictor& InProcessEngine::load(const std::filesystem::path& bundle) {
    std::error_code ignored;
    const auto written = std::filesystem::last_write_time(bundle / "card.json", ignored);
    const auto known = std::ranges::find_if(
        loaded_, [&](const Loaded& one) { return one.bundle == bundle && one.written == written; });
    if (known != loaded_.end()) {
        loaded_.splice(loaded_.begin(), loaded_, known);
        return loaded_.front().predictor;
    }
    std::erase_if(loaded_, [&](const Loaded& one) { return one.bundle == bundle; });
    while (loaded_.size() >= kKeptNetworks) loaded_.pop_back();
    loaded_.push_front({bundle, written, Predictor(bundle, predictorOptions_)});
    return loaded_.front().predictor;
}

}  // namespace residua
