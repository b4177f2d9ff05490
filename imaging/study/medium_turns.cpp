// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/medium_turns.h"

#include <chrono>

namespace residua {

namespace {

constexpr std::chrono::seconds kLongestWait{2};

}  // namespace

MediumTurns::Turn::Turn(MediumTurns* turns, Urgency urgency) : turns_(turns), urgency_(urgency) {
    if (!turns_ || urgency_ != Urgency::InView) return;
    const std::lock_guard lock(turns_->mutex_);
    ++turns_->inView_;
}

MediumTurns::Turn::~Turn() {
    if (!turns_ || urgency_ != Urgency::InView) return;
    const std::lock_guard lock(turns_->mutex_);
    if (--turns_->inView_ == 0) turns_->changed_.notify_all();
}

void MediumTurns::Turn::makeWay() const {
    if (!turns_ || urgency_ == Urgency::InView || turns_->inView_ == 0) return;
    std::unique_lock lock(turns_->mutex_);
    turns_->changed_.wait_for(lock, kLongestWait, [this] { return turns_->inView_ == 0; });
}

}  // namespace residua
