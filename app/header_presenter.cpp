// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/header_presenter.h"

#include <algorithm>

#include "app/problem_text.h"
#include "app/task.h"
#include "imaging/study/header_dump.h"

namespace residua {

namespace {

constexpr int followDelay = 80;  ///< ms

/// "T1 · image 5 of 12"
QString titleOf(const StackRef& stack, std::size_t slice) {
    const auto& series = stack.seriesOf();
    const auto& name = series.description.empty() ? series.modality : series.description;
    return HeaderPresenter::tr("%1 · image %2 of %3")
        .arg(QString::fromStdString(name))
        .arg(slice + 1)
        .arg(stack.count());
}

/// As dumpHeader; throws where another image has taken the place of the one in view.
HeaderDump headerOf(const Instance& instance, const std::stop_token& stop,
                    const ArchivePasswords& passwords) {
    auto dump = dumpHeader(instance.path, kMostShownElements, stop, passwords);
    constexpr std::uint32_t sopInstanceUid = 0x00080018;
    const auto own = std::ranges::find(dump.elements, sopInstanceUid, &HeaderElement::tag);
    if (own != dump.elements.end() && own->depth == 0)
        requireKnown(knownFile(instance), instance.path, own->value, instance.stamp);
    return dump;
}

QString sentences(const Problem& problem) {
    const auto words = problemText(problem);
    QStringList lines{words.what};
    if (!words.detail.isEmpty()) lines += words.detail;
    return lines.join(QLatin1Char(' '));
}

}  // namespace

HeaderPresenter::HeaderPresenter(MainWindow& window, Viewing& viewing,
                                 std::shared_ptr<const ArchiveKeyring> keys, QObject* parent)
    : QObject(parent), window_(window), viewing_(viewing), keys_(std::move(keys)) {
    timer_.setSingleShot(true);
    timer_.setInterval(followDelay);
    connect(&timer_, &QTimer::timeout, this, &HeaderPresenter::follow);
    connect(window_.actions()[Command::DicomHeader], &QAction::triggered, this, &HeaderPresenter::show);
    connect(&viewing_, &Viewing::sliceChanged, &timer_, qOverload<>(&QTimer::start));
    connect(&viewing_, &Viewing::stackChanged, this, [this] {
        if (!viewing_.stack() && view_)
            view_->close();  // no patient's data stays when the studies are closed
    });
}

HeaderPresenter::~HeaderPresenter() {
    for (auto& reading : readings_) reading.stop.request_stop();
}

void HeaderPresenter::show() {
    if (!viewing_.stack()) return;
    if (!view_) {
        view_ = new HeaderView(&window_);
        view_->setAttribute(Qt::WA_DeleteOnClose);
        for (auto& reading : readings_) reading.path.clear();
        connect(view_, &HeaderView::pageWished, this, &HeaderPresenter::follow);
        connect(view_, &HeaderView::otherPageWished, this, [this] { read(Right); });
        read(Left);
    }
    view_->show();
    view_->raise();
    view_->activateWindow();
}

void HeaderPresenter::follow() {
    if (!view_ || !viewing_.stack()) return;
    if (view_->isComparing())
        read(Right);
    else if (!view_->isKept())
        read(Left);
}

void HeaderPresenter::read(Side side) {
    const auto& instance = viewing_.stack().instance(viewing_.slice());
    titles_[side] = titleOf(viewing_.stack(), viewing_.slice());
    auto& reading = readings_[side];
    if (reading.path == instance.path) return present(side);  // another frame of the same file
    reading.stop.request_stop();
    reading = {.path = instance.path, .header = {}, .note = {}, .job = reading.job + 1, .stop = {}};
    if (instance.fileKind != FileKind::Dicom) {
        reading.note =
            tr("Only DICOM files have such a header; this image comes from a file of another kind.");
        return present(side);
    }
    runTask(
        this,
        [instance, stop = reading.stop.get_token(), passwords = keys_->all()] {
            return headerOf(instance, stop, passwords);
        },
        [this, side, job = reading.job](Outcome<HeaderDump> outcome) {
            auto& late = readings_[side];
            if (job != late.job) return;
            if (outcome.value) {
                if (outcome.value->problem)
                    late.note = tr("The file breaks off: %1").arg(sentences(*outcome.value->problem));
                late.header = std::make_shared<const HeaderDump>(std::move(*outcome.value));
            } else {
                late.note = sentences(outcome.problem);
                late.path.clear();  // the next look tries again
            }
            present(side);
        });
}

void HeaderPresenter::present(Side side) {
    if (!view_) return;
    const HeaderPage page{titles_[side], readings_[side].header, readings_[side].note};
    side == Left ? view_->setPage(page) : view_->setOtherPage(page);
}

}  // namespace residua
