// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/batch_loader.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace residua {

BatchLoader::BatchLoader(std::vector<std::vector<std::size_t>> batches, std::size_t inputSize, Fill fill,
                         unsigned threads)
    : batches_(std::move(batches)),
      inputSize_(inputSize),
      fill_(std::move(fill)),
      ahead_(2 * std::max(1U, threads)) {
    for (unsigned i = 0; i < std::max(1U, threads); ++i)
        threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

BatchLoader::~BatchLoader() {
    for (auto& thread : threads_) thread.request_stop();
}

void BatchLoader::work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    for (;;) {
        const bool room = changed_.wait(
            lock, stop, [&] { return failure_ || taken_ == batches_.size() || taken_ < handed_ + ahead_; });
        if (!room || failure_ || taken_ == batches_.size()) return;
        const std::size_t index = taken_++;
        lock.unlock();
        Batch batch{batches_[index], std::vector<float>(batches_[index].size() * inputSize_)};
        std::exception_ptr failure;
        try {
            for (std::size_t i = 0; i < batch.images.size() && !stop.stop_requested(); ++i)
                fill_(batch.images[i], std::span(batch.values).subspan(i * inputSize_, inputSize_));
        } catch (...) {
            failure = std::current_exception();  // no exception may leave a thread: next() throws it
        }
        lock.lock();
        if (failure) failure_ = failure;
        ready_.emplace(index, std::move(batch));
        changed_.notify_all();
    }
}

std::optional<Batch> BatchLoader::next() {
    std::unique_lock lock(mutex_);
    if (handed_ == batches_.size()) return std::nullopt;
    changed_.wait(lock, [&] { return failure_ || ready_.contains(handed_); });
    if (failure_) std::rethrow_exception(failure_);
    auto batch = std::move(ready_.extract(handed_++).mapped());
    changed_.notify_all();
    return batch;
}

}  // namespace residua
