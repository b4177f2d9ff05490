// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cine_presenter.h"

#include <QLocale>
#include <cmath>

namespace residua {

CinePresenter::CinePresenter(MainWindow& window, Cine& cine, QObject* parent)
    : QObject(parent), window_(window), cine_(cine) {
    const auto& actions = window_.actions();
    connect(actions[Command::Cine], &QAction::triggered, this, [this] {
        if (!cine_.canPlay()) window_.showNotice(tr("One image alone cannot be played"));
        cine_.toggle();
        present();
    });
    connect(actions[Command::CineSlower], &QAction::triggered, &cine_, &Cine::slower);
    connect(actions[Command::CineFaster], &QAction::triggered, &cine_, &Cine::faster);
    connect(actions[Command::Cancel], &QAction::triggered, &cine_, &Cine::stop);
    // Also at the stack's end, where a scroll changes nothing.
    connect(&window_.viewport(), &Viewport::scrollWished, &cine_, &Cine::stop);
    connect(&window_.sliceStrip(), &SliceStrip::sliceWished, &cine_, &Cine::stop);
    connect(&cine_, &Cine::changed, this, &CinePresenter::present);
}

void CinePresenter::present() {
    window_.actions()[Command::Cine]->setChecked(cine_.isPlaying());
    window_.setPlayback(cine_.isPlaying() ? QStringLiteral("▶ ") + rateText() : QString());
}

QString CinePresenter::rateText() const {
    const double rate = cine_.rate();
    const auto number = QLocale().toString(rate, 'f', std::abs(rate - std::round(rate)) < 0.05 ? 0 : 1);
    switch (cine_.rateSource()) {
        case Cine::RateSource::File:
            return tr("%1 frames/s, from the file").arg(number);
        case Cine::RateSource::Default:
            return tr("%1 frames/s, the file names no rate").arg(number);
        case Cine::RateSource::Reader:
            return tr("%1 frames/s, as set with , and .").arg(number);
    }
    return {};
}

}  // namespace residua
