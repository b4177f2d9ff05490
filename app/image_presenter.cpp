// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/image_presenter.h"

#include <QApplication>
#include <QClipboard>
#include <QLocale>
#include <array>
#include <cmath>
#include <utility>

#include "app/corner_text.h"
#include "app/problem_text.h"

namespace residua {

namespace {

/// The pixels of a rendered image without copying them: the QImage keeps them alive.
QImage asQImage(const std::shared_ptr<const DisplayImage>& display) {
    auto* holder =
        new std::shared_ptr<const DisplayImage>(display);  // deleted by the QImage's clean-up function
    return QImage(
        reinterpret_cast<const uchar*>(display->argb.data()), display->width, display->height,
        display->width * qsizetype{4}, QImage::Format_RGB32,
        [](void* held) { delete static_cast<std::shared_ptr<const DisplayImage>*>(held); }, holder);
}

}  // namespace

ImagePresenter::ImagePresenter(MainWindow& window, Viewing& viewing, Marks& marks, QObject* parent)
    : QObject(parent), window_(window), viewing_(viewing), marks_(marks) {
    connectViewing();
    connectViewport();
    connectCommands();
}

void ImagePresenter::connectViewing() {
    connect(&viewing_, &Viewing::stackChanged, this, &ImagePresenter::presentStack);
    connect(&viewing_, &Viewing::sliceChanged, this, &ImagePresenter::presentSlice);
    connect(&viewing_, &Viewing::shown, this, &ImagePresenter::presentImage);
    connect(&viewing_, &Viewing::loading, this,
            [this] { window_.viewport().setMessage(tr("Loading…"), MessageKind::Loading); });
    connect(&viewing_, &Viewing::failed, this, [this](const Problem& problem) {
        const auto words = problemText(problem);
        QStringList lines{words.what, words.where, words.remedy};
        lines.removeAll(QString());
        window_.viewport().setMessage(lines.join(QLatin1Char('\n')), MessageKind::Problem);
    });
    connect(&viewing_, &Viewing::frameCached, this,
            [this](int slice) { window_.sliceStrip().setCached(slice); });
    connect(&viewing_, &Viewing::presetsChanged, this, [this] {
        choicesOf_.clear();
        if (viewing_.image()) presentChoices();
    });
    connect(&marks_, &Marks::changed, this, &ImagePresenter::presentMarks);
}

void ImagePresenter::connectViewport() {
    auto& viewport = window_.viewport();
    connect(&viewport, &Viewport::windowWished, &viewing_,
            [this](const Window& window) { viewing_.setVoi(window); });
    connect(&viewport, &Viewport::viewStateChanged, this, [this](const ViewState& view) {
        if (!viewWaits_) viewing_.setView(view);
    });
    connect(&viewport, &Viewport::scrollWished, &viewing_, &Viewing::scroll);
    connect(&viewport, &Viewport::lengthsWished, this, [this](const QList<QLineF>& lengths) {
        if (viewing_.stack()) marks_.setLengths(viewing_.stack(), viewing_.slice(), lengths);
    });
    connect(&viewport, &Viewport::probed, this, &ImagePresenter::probe);
    connect(&viewport, &Viewport::probeLeft, this, [this] {
        probed_.reset();
        window_.viewport().setProbeText({});
    });
    connect(&window_.sliceStrip(), &SliceStrip::sliceWished, &viewing_,
            [this](int slice) { viewing_.goTo(slice); });
    connect(&window_, &MainWindow::windowChoiceWished, this, [this](int index) {
        const auto choices = viewing_.choices();
        if (index >= 0 && static_cast<std::size_t>(index) < choices.size())
            viewing_.setVoi(choices[static_cast<std::size_t>(index)].voi);
    });
}

void ImagePresenter::connectCommands() {
    const auto on = [this](Command command, auto action) {
        connect(window_.actions()[command], &QAction::triggered, this, action);
    };
    constexpr std::array<std::pair<Command, int>, 4> steps = {{{Command::PreviousSlice, -1},
                                                               {Command::NextSlice, 1},
                                                               {Command::TenSlicesBack, -10},
                                                               {Command::TenSlicesOn, 10}}};
    for (const auto& [command, step] : steps) on(command, [this, step = step] { viewing_.scroll(step); });
    on(Command::FirstSlice, [this] { viewing_.goTo(0); });
    on(Command::LastSlice,
       [this] { viewing_.goTo(static_cast<long>(viewing_.stack() ? viewing_.stack().count() : 0)); });
    on(Command::Invert, [this] { viewing_.invert(); });
    on(Command::WindowAuto, [this] { viewing_.autoWindow(); });
    on(Command::ResetView, [this] { viewing_.resetWindow(); });
    on(Command::KeyImage, [this] {
        if (viewing_.stack()) marks_.toggleKeyImage(viewing_.stack(), viewing_.slice());
    });
    on(Command::CopyImage, [this] { copyImage(); });
    connect(window_.actions()[Command::ImageCovers], &QAction::toggled, &viewing_,
            [this](bool on) { viewing_.setCovers(on ? Covers::Shown : Covers::Hidden); });
}

void ImagePresenter::presentStack() {
    const auto& stack = viewing_.stack();
    auto& strip = window_.sliceStrip();
    probed_.reset();
    window_.viewport().setProbeText({});
    strip.setSliceCount(stack ? static_cast<int>(stack.count()) : 0);
    const auto study = stack ? stack.study->study.uid : std::string();
    // A slow medium must not leave one patient's image under another's name.
    if (std::exchange(studyOf_, study) != study || !stack) window_.viewport().clearImage();
    if (!stack) return;
    viewWaits_ = true;
    strip.setCached(viewing_.cached());
    choicesOf_.clear();
    presentMarks();
}

void ImagePresenter::presentSlice() {
    const auto& stack = viewing_.stack();
    if (!stack) return;
    window_.sliceStrip().setCurrent(static_cast<int>(viewing_.slice()));
    const auto& instance = stack.instance(viewing_.slice());
    window_.viewport().setDirections(frameOf(instance, stack.frame(viewing_.slice())).orientation,
                                     instance.patientOrientation);
    presentMarksOfSlice();
    presentTexts();
}

void ImagePresenter::presentMarks() {
    if (!viewing_.stack()) return;
    window_.sliceStrip().setKeyImages(marks_.keyImages(viewing_.stack()));
    presentMarksOfSlice();
}

void ImagePresenter::presentMarksOfSlice() {
    const bool key = marks_.isKeyImage(viewing_.stack(), viewing_.slice());
    window_.viewport().setKeyImage(key);
    window_.actions()[Command::KeyImage]->setChecked(key);
    window_.viewport().setLengths(marks_.lengths(viewing_.stack(), viewing_.slice()));
}

void ImagePresenter::presentImage(const Viewing::Shown& shown) {
    auto& viewport = window_.viewport();
    if (viewWaits_) viewport.setViewState(viewing_.view());
    viewWaits_ = false;
    viewport.setImage(asQImage(shown.display), shown.image->spacing);
    const bool darkIsHigh = shown.image->photometric == Photometric::Monochrome1;
    const bool inverted = viewing_.polarity() == Polarity::Inverted;
    window_.actions()[Command::Invert]->setChecked(inverted);
    viewport.setWindowState({viewing_.windowToDrag(), viewing_.valueRange(), darkIsHigh == inverted});
    if (probed_) probe(*probed_);
    presentTexts();
    presentChoices();
}

void ImagePresenter::presentTexts() {
    const auto& stack = viewing_.stack();
    if (!stack) return;
    const auto voi = viewing_.image() ? viewing_.voi() : std::nullopt;
    auto full = cornerText(stack, viewing_.slice(), voi, CornerDetail::Full);
    auto brief = cornerText(stack, viewing_.slice(), voi, CornerDetail::Brief);
    const auto cover = viewing_.image() ? coverText(*viewing_.image(), viewing_.covers()) : QString();
    if (!cover.isEmpty())
        for (auto* corners : {&full, &brief}) corners->bottomRight.prepend(cover);
    window_.viewport().setText(full, brief);
}

void ImagePresenter::presentChoices() {
    const auto series = QString::fromStdString(viewing_.stack().seriesOf().uid);
    if (choicesOf_ == series) return;
    choicesOf_ = series;
    QList<WindowChoice> rows;
    for (const auto& choice : viewing_.choices()) rows.append({choice.name, windowText(choice.voi)});
    window_.setWindowChoices(rows);
}

void ImagePresenter::probe(const QPoint& pixel) {
    probed_ = pixel;
    const auto value = viewing_.valueAt(pixel.x(), pixel.y());
    if (!value) return window_.viewport().setProbeText({});
    auto words = QStringLiteral("x %1 · y %2 · %3")
                     .arg(pixel.x())
                     .arg(pixel.y())
                     .arg(QLocale().toString(*value, 'f', *value == std::round(*value) ? 0 : 2));
    const auto& units = viewing_.image()->units;
    // PS3.3 C.11.1.1.2: US means unspecified.
    if (!units.empty() && units != "US") words += QLatin1Char(' ') + QString::fromStdString(units);
    window_.viewport().setProbeText(words);
}

void ImagePresenter::copyImage() {
    if (!viewing_.image()) return;
    QApplication::clipboard()->setImage(window_.viewport().snapshot());
    window_.showNotice(tr("Image copied"));
}

}  // namespace residua
