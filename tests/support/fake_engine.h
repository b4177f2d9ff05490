// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "app/engine.h"

namespace residua::test {

/// An engine without a network: a test says what it answers and when. Requests wait until the test calls
/// answer() or finish(); observers are called from there, on the test's thread, as the real client does.
class FakeEngine : public Engine {
public:
    struct Waiting {
        int id = 0;
        PredictRequest request;
        PredictObserver observer;
        std::size_t answered = 0;
    };

    int predict(PredictRequest request, PredictObserver observer) override {
        requests.push_back(request);
        waiting.push_back({++last_, std::move(request), std::move(observer), 0});
        return last_;
    }

    /// As the real engine: a waiting request ends as Cancelled, but not from within cancel().
    void cancel(int id) override { cancelled.push_back(id); }

    /// Answers the next `count` images of the oldest request that is not cancelled.
    /// @return how many were answered
    std::size_t answer(std::size_t count = 1) {
        endCancelled();
        if (waiting.empty()) return 0;
        // Copied: the observer may start or cancel requests.
        const Waiting first = waiting.front();
        const auto end = std::min(first.answered + count, first.request.images.size());
        waiting.front().answered = end;
        for (auto i = first.answered; i < end; ++i)
            if (first.observer.result) first.observer.result(reply(first.request, first.request.images[i]));
        return end - first.answered;
    }

    /// Answers everything that waits and ends it, as Done or as said.
    void finish(PredictEnd end = PredictEnd::Done, const Problem& problem = {}) {
        endCancelled();
        while (!waiting.empty()) finishOne(end, problem);
    }

    /// The oldest request alone.
    void finishOne(PredictEnd end = PredictEnd::Done, const Problem& problem = {}) {
        endCancelled();
        if (waiting.empty()) return;
        const auto id = waiting.front().id;
        if (end == PredictEnd::Done) answer(waiting.front().request.images.size());
        const auto at = std::ranges::find(waiting, id, &Waiting::id);
        if (at == waiting.end()) return;
        const Waiting done = std::move(*at);
        waiting.erase(at);
        if (done.observer.end) done.observer.end(end, problem);
        endCancelled();
    }

    /// What an image is answered with: scored, without findings, unless the test replaces it.
    std::function<ImageResult(const PredictRequest&, const PredictImage&)> reply =
        [](const PredictRequest&, const PredictImage& image) {
            ImageResult result;
            result.path = image.path;
            result.frame = image.frame;
            return result;
        };

    std::vector<PredictRequest> requests;  ///< all that were ever made
    std::vector<int> cancelled;            ///< ids given to cancel()
    std::deque<Waiting> waiting;           ///< not ended yet, oldest first

private:
    void endCancelled() {
        for (const int id : cancelled) {
            const auto at = std::ranges::find(waiting, id, &Waiting::id);
            if (at == waiting.end()) continue;
            const Waiting done = std::move(*at);
            waiting.erase(at);
            if (done.observer.end) done.observer.end(PredictEnd::Cancelled, {ProblemKind::Cancelled, {}, {}});
        }
    }

    int last_ = 0;
};

}  // namespace residua::test
