// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace residua {

/// Whether someone looks at a black viewport until the file is there.
enum class Urgency { InView, Ahead };

/// Who reads first: a stick, a disc or a share has one bandwidth for all threads, so headers, thumbnails and
/// slices read ahead make way for the image in view. Thread-safe; outlives its turns.
class MediumTurns {
public:
    /// One file's reading, while it lives. Of a file in view it never waits.
    class Turn {
    public:
        /// @param turns null = nobody to make way for
        Turn(MediumTurns* turns, Urgency urgency);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        /// Before a piece is read: waits while a file in view is read, but not for ever, since that one may
        /// lie on another medium, which hangs.
        void makeWay() const;

    private:
        MediumTurns* turns_;
        Urgency urgency_;
    };

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<int> inView_ = 0;  ///< changed under the mutex
};

/// How a file is to be read.
struct ReadTurn {
    MediumTurns* turns = nullptr;
    Urgency urgency = Urgency::Ahead;
};

}  // namespace residua
