// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <optional>

#include "app/viewing.h"

namespace residua {

/// Plays the stack in view, image after image and from the last to the first again, as fast as the file asks
/// for (PS3.3 C.7.6.5). An image that is not decoded yet is waited for without holding up the window.
/// Whatever else changes the slice ends it, and so does an image that cannot be shown.
class Cine : public QObject {
    Q_OBJECT

public:
    static constexpr double defaultRate = 10;  ///< frames/s

    explicit Cine(Viewing& viewing, QObject* parent = nullptr);

    bool isPlaying() const { return playing_; }
    bool canPlay() const;
    void play();
    void stop();
    void toggle() { playing_ ? stop() : play(); }

    enum class RateSource { File, Default, Reader };
    RateSource rateSource() const;
    double rate() const;  ///< frames/s
    /// The next rate of a row; kept until another stack is shown.
    void faster();
    void slower();

Q_SIGNALS:
    void changed();  ///< begins, ends or is played at another rate

private:
    double fileRate() const;
    double pauseBefore(std::size_t slice) const;
    void setRate(double rate);
    void tick();

    Viewing& viewing_;
    bool playing_ = false;
    bool stepping_ = false;         ///< the change of slice is our own
    std::optional<double> chosen_;  ///< by the reader
    QTimer timer_;
    QElapsedTimer sinceStep_;
};

}  // namespace residua
