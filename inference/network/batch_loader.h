// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

namespace residua {

/// Images of one step, made while the network works on the step before.
struct Batch {
    std::vector<std::size_t> images;
    std::vector<float> values;  ///< images × input
};

/// Fills batches ahead in threads of its own and hands them out in order.
class BatchLoader {
public:
    /// Writes an image's input into its place; called from several threads at once.
    using Fill = std::function<void(std::size_t image, std::span<float> input)>;

    BatchLoader(std::vector<std::vector<std::size_t>> batches, std::size_t inputSize, Fill fill,
                unsigned threads);
    ~BatchLoader();
    BatchLoader(const BatchLoader&) = delete;
    BatchLoader& operator=(const BatchLoader&) = delete;

    std::size_t size() const { return batches_.size(); }
    /// The next batch; nothing after the last. Throws what `fill` threw.
    std::optional<Batch> next();

private:
    void work(const std::stop_token& stop);

    std::vector<std::vector<std::size_t>> batches_;
    std::size_t inputSize_;
    Fill fill_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::size_t, Batch> ready_;
    std::exception_ptr failure_;
    std::size_t taken_ = 0;   ///< by the threads
    std::size_t handed_ = 0;  ///< to the network
    std::size_t ahead_;
    std::vector<std::jthread> threads_;  ///< last: they end before what they use
};

}  // namespace residua
