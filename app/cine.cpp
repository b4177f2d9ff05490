// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace residua {

namespace {

constexpr std::array<double, 15> rates{0.5, 1, 2, 3, 5, 7.5, 10, 12.5, 15, 20, 25, 30, 40, 50, 60};
constexpr double longestWait = 40;  ///< ms between two looks for an image that is being decoded

}  // namespace

Cine::Cine(Viewing& viewing, QObject* parent) : QObject(parent), viewing_(viewing) {
    timer_.setSingleShot(true);
    timer_.setTimerType(Qt::PreciseTimer);
    connect(&timer_, &QTimer::timeout, this, &Cine::tick);
    connect(&viewing_, &Viewing::stackChanged, this, [this] {
        chosen_.reset();
        stop();
    });
    connect(&viewing_, &Viewing::sliceChanged, this, [this] {
        if (!stepping_) stop();
    });
    connect(&viewing_, &Viewing::failed, this, &Cine::stop);
}

bool Cine::canPlay() const {
    return viewing_.stack() && viewing_.stack().count() > 1;
}

void Cine::play() {
    if (playing_ || !canPlay()) return;
    playing_ = true;
    viewing_.setReadAhead(Viewing::ReadAhead::Playing);
    sinceStep_.start();
    timer_.start(0);
    Q_EMIT changed();
}

void Cine::stop() {
    if (!playing_) return;
    playing_ = false;
    timer_.stop();
    viewing_.setReadAhead(Viewing::ReadAhead::Around);
    Q_EMIT changed();
}

double Cine::fileRate() const {
    return viewing_.stack() ? viewing_.stack().instance(viewing_.slice()).frameRate : 0;
}

Cine::RateSource Cine::rateSource() const {
    if (chosen_) return RateSource::Reader;
    return fileRate() > 0 ? RateSource::File : RateSource::Default;
}

double Cine::rate() const {
    if (chosen_) return *chosen_;
    return fileRate() > 0 ? fileRate() : defaultRate;
}

void Cine::setRate(double rate) {
    if (!playing_ || rate == this->rate()) return;
    chosen_ = rate;
    Q_EMIT changed();
}

void Cine::faster() {
    const auto next = std::ranges::upper_bound(rates, rate());
    if (next != rates.end()) setRate(*next);
}

void Cine::slower() {
    const auto here = std::ranges::lower_bound(rates, rate());
    if (here != rates.begin()) setRate(*std::prev(here));
}

/// ms between the image before and this one. Frames may lie apart unevenly: their times stretch with the
/// rate.
double Cine::pauseBefore(std::size_t slice) const {
    const auto& instance = viewing_.stack().instance(slice);
    const auto frame = static_cast<std::size_t>(viewing_.stack().frame(slice));
    const bool isTold = frame > 0 && frame < instance.frameTimes.size() && instance.frameRate > 0;
    return isTold ? instance.frameTimes[frame] * instance.frameRate / rate() : 1000 / rate();
}

void Cine::tick() {
    if (!playing_ || !canPlay()) return stop();
    const auto next = (viewing_.slice() + 1) % viewing_.stack().count();
    const double left = pauseBefore(next) - static_cast<double>(sinceStep_.elapsed());
    if (left >= 1) return timer_.start(static_cast<int>(std::ceil(std::min(left, longestWait))));
    // What is not there yet is looked for again later: the window lives on between.
    if (!viewing_.isReady(next)) return timer_.start(static_cast<int>(longestWait) / 4);
    sinceStep_.start();
    stepping_ = true;
    viewing_.goTo(static_cast<long>(next));
    stepping_ = false;
    if (playing_) timer_.start(1);  // not 0: a slow painter must not starve the reader's hand
}

}  // namespace residua
