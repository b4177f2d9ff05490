// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/batched_run.h"

#include <algorithm>
#include <array>

#include "imaging/error.h"

namespace residua {

bool tellsOfExhaustedMemory(std::string_view text) {
    // CUDA's allocator; the CPU's allocator (two wordings); cuDNN's workspace; oneDNN; std::bad_alloc.
    constexpr std::array<std::string_view, 6> kPhrases{"out of memory",      "can't allocate memory",
                                                       "not enough memory",  "CUDNN_STATUS_ALLOC_FAILED",
                                                       "could not allocate", "bad_alloc"};
    return std::ranges::any_of(kPhrases,
                               [&](auto phrase) { return text.find(phrase) != std::string_view::npos; });
}

std::size_t runInBatches(std::size_t total, std::size_t batch, const BatchRun& run,
                         const std::function<bool()>& fallBack, const std::stop_token& stop) {
    batch = std::max<std::size_t>(batch, 1);
    std::size_t first = 0;
    while (first < total) {
        if (stop.stop_requested()) throw Error(ProblemKind::Cancelled, {});
        const std::size_t count = std::min(batch, total - first);
        try {
            run(first, count);
            first += count;
        } catch (const MemoryExhausted& error) {
            if (count > 1)
                batch = count / 2;
            else if (!fallBack())
                throw Error(ProblemKind::OutOfMemory, {}, "one image does not fit into memory");
        }
    }
    return batch;
}

}  // namespace residua
