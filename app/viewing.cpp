// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/viewing.h"

#include <algorithm>
#include <thread>

#include "imaging/pixels/frame_decoder.h"

namespace residua {

namespace {

constexpr std::size_t playedAhead = 128;  ///< images read before they are played
constexpr int loadingDelay = 150;         ///< ms before 'loading' is said: quicker images would only flicker

unsigned decodingThreads() {
    return std::max(1U, std::thread::hardware_concurrency());
}

/// A slice from the middle of a volume shows more than its empty ends.
std::size_t startSlice(const StackRef& stack) {
    return stack.stackOf().hasGeometry ? stack.count() / 2 : 0;
}

Window asWindow(const Voi& voi) {
    if (const auto* window = std::get_if<Window>(&voi)) return *window;
    const auto& lut = std::get<LookupTable>(voi);
    const auto width = std::max<double>(1, static_cast<double>(lut.entries.size()));
    return {lut.firstInput + width / 2, width, WindowFunction::Linear, {}};
}

}  // namespace

Viewing::Viewing(std::shared_ptr<const ArchiveKeyring> keys, std::shared_ptr<MediumTurns> turns,
                 QObject* parent)
    : Viewing(
          [keys = std::move(keys), turns = std::move(turns), decoder = std::make_shared<FrameDecoder>()](
              const FrameKey& key, Urgency urgency) {
              return decoder->decode(key.path, key.frame, keys->all(), key.known, {turns.get(), urgency});
          },
          parent) {}

Viewing::Viewing(FrameCache::Decode decode, QObject* parent)
    : QObject(parent), byteLimit_(defaultFrameCacheBytes()) {
    loadingTimer_.setSingleShot(true);
    connect(&loadingTimer_, &QTimer::timeout, this, &Viewing::loading);
    renderTimer_.setSingleShot(true);
    connect(&renderTimer_, &QTimer::timeout, this, &Viewing::render);
    const auto report = [this](const FrameResult& result) {
        QMetaObject::invokeMethod(
            this, [this, result] { ready(result); }, Qt::QueuedConnection);
    };
    cache_ = std::make_unique<FrameCache>(byteLimit_, decodingThreads(), report, std::move(decode));
}

Viewing::~Viewing() = default;

FrameKey Viewing::keyOf(std::size_t slice) const {
    const auto& instance = stack_.instance(slice);
    return {instance.path, stack_.frame(slice), knownFile(instance)};
}

Viewing::Look& Viewing::look() {
    return looks_[{stack_.seriesOf().uid, stack_.stack}];
}

const Viewing::Look* Viewing::knownLook() const {
    if (!stack_) return nullptr;
    const auto found = looks_.find({stack_.seriesOf().uid, stack_.stack});
    return found == looks_.end() ? nullptr : &found->second;
}

void Viewing::show(const StackRef& stack) {
    if (!stack) return clear();
    stack_ = stack;
    slice_ = std::min(look().slice.value_or(startSlice(stack)), stack.count() - 1);
    direction_ = 0;
    shownImage_.reset();
    sliceOf_.clear();
    broken_.clear();
    for (std::size_t i = 0; i < stack_.count(); ++i)
        sliceOf_[{stack_.instance(i).path.string(), stack_.frame(i)}] = i;
    Q_EMIT stackChanged();
    Q_EMIT sliceChanged();
    request();
}

void Viewing::clear() {
    stack_ = {};
    slice_ = 0;
    shownImage_.reset();
    sliceOf_.clear();
    broken_.clear();
    loadingTimer_.stop();
    renderTimer_.stop();
    cache_->want({});
    Q_EMIT stackChanged();
}

void Viewing::goTo(long slice) {
    if (!stack_) return;
    const auto target =
        static_cast<std::size_t>(std::clamp(slice, 0L, static_cast<long>(stack_.count()) - 1));
    if (target == slice_) return;
    direction_ = target > slice_ ? 1 : -1;
    slice_ = target;
    look().slice = target;
    Q_EMIT sliceChanged();
    request();
}

void Viewing::scroll(int slices) {
    goTo(static_cast<long>(slice_) + slices);
}

void Viewing::setReadAhead(ReadAhead readAhead) {
    readAhead_ = readAhead;
    // Around comes with the next change of the slice.
    if (stack_ && readAhead == ReadAhead::Playing) request();
}

bool Viewing::isReady(std::size_t slice) const {
    return broken_.contains(slice) || cache_->find(keyOf(slice)) != nullptr;
}

void Viewing::request() {
    const auto image = cache_->find(keyOf(slice_));
    if (image) {
        loadingTimer_.stop();
        shownImage_ = image;
        chooseWindow();
        render();
    } else {
        // A change of the window must not bring the slice before back under this one's texts.
        shownImage_.reset();
        renderTimer_.stop();
        loadingTimer_.start(loadingDelay);
    }
    cache_->want(wanted());
}

std::vector<FrameKey> Viewing::wanted() const {
    // Not more than fits: what is read last would push out what is looked at next.
    const auto& instance = stack_.instance(slice_);
    const auto bytes = std::max<std::size_t>(1, std::size_t(2) * instance.rows * instance.columns);
    const auto fitting = std::max<std::size_t>(1, byteLimit_ * 8 / 10 / bytes);
    const bool isPlaying = readAhead_ == ReadAhead::Playing;
    auto order =
        isPlaying ? playingOrder(stack_.count(), slice_) : readAheadOrder(stack_.count(), slice_, direction_);
    order.resize(std::min({order.size(), fitting, isPlaying ? playedAhead : order.size()}));
    // The cache answers for each image it is asked for: while it plays, only what is missing is worth that.
    if (isPlaying)
        std::erase_if(order, [this](std::size_t slice) { return slice != slice_ && isReady(slice); });
    std::vector<FrameKey> keys;
    keys.reserve(order.size());
    for (const auto slice : order) keys.push_back(keyOf(slice));
    return keys;
}

void Viewing::ready(const FrameResult& result) {
    const auto found = sliceOf_.find({result.key.path.string(), result.key.frame});
    if (!stack_ || found == sliceOf_.end()) return;
    if (!(keyOf(found->second) == result.key)) return;  // of the file that was there before this one
    if (result.image) Q_EMIT frameCached(static_cast<int>(found->second));
    if (!result.image) broken_.insert(found->second);
    if (found->second != slice_ || (result.image && shownImage_ == result.image)) return;
    loadingTimer_.stop();
    if (!result.image) {
        shownImage_.reset();
        Q_EMIT failed(result.problem);
        return;
    }
    shownImage_ = result.image;
    chooseWindow();
    render();
}

void Viewing::chooseWindow() {
    auto& chosen = look();
    if (chosen.voi) return;
    chosen.voi = chosen.usual = defaultVoi(*shownImage_);
    chosen.range = std::max(1.0, percentileWindow(*shownImage_, 0, 100).width);
}

void Viewing::render() {
    renderTimer_.stop();
    if (!stack_ || !shownImage_ || !look().voi) return;
    const auto& voi = *look().voi;
    auto display =
        std::make_shared<const DisplayImage>(residua::render(*shownImage_, voi, look().polarity, covers_));
    Q_EMIT shown({shownImage_, std::move(display), voi});
}

std::optional<Voi> Viewing::voi() const {
    const auto* known = knownLook();
    return known ? known->voi : std::nullopt;
}

Polarity Viewing::polarity() const {
    const auto* known = knownLook();
    return known ? known->polarity : Polarity::AsStored;
}

ViewState Viewing::view() const {
    const auto* known = knownLook();
    return known ? known->view : ViewState();
}

void Viewing::setView(const ViewState& view) {
    if (stack_) look().view = view;
}

Window Viewing::windowToDrag() const {
    const auto current = voi();
    return current ? asWindow(*current) : Window{128, 256, WindowFunction::Linear, {}};
}

double Viewing::valueRange() const {
    const auto* known = knownLook();
    return known ? known->range : 256;
}

void Viewing::setVoi(const Voi& voi) {
    if (!stack_) return;
    look().voi = voi;
    renderTimer_.start(0);
}

void Viewing::invert() {
    if (!stack_) return;
    look().polarity = look().polarity == Polarity::AsStored ? Polarity::Inverted : Polarity::AsStored;
    renderTimer_.start(0);
}

void Viewing::setCovers(Covers covers) {
    covers_ = covers;
    renderTimer_.start(0);
}

void Viewing::autoWindow() {
    if (shownImage_) setVoi(percentileWindow(*shownImage_));
}

void Viewing::resetWindow() {
    if (!stack_ || !shownImage_) return;
    look().voi = look().usual;
    look().polarity = Polarity::AsStored;
    renderTimer_.start(0);
}

void Viewing::setPresets(std::vector<Window> presets) {
    presets_ = std::move(presets);
    Q_EMIT presetsChanged();
}

std::vector<Viewing::Choice> Viewing::choices() const {
    std::vector<Choice> choices;
    if (!shownImage_) return choices;
    int number = 0;
    for (const auto& lut : shownImage_->voiLuts) {
        const auto name = QString::fromStdString(lut.explanation);
        choices.push_back(
            {name.isEmpty() ? tr("File: VOI LUT %1").arg(++number) : tr("File: %1").arg(name), lut});
    }
    number = 0;
    for (const auto& window : shownImage_->windows) {
        const auto name = QString::fromStdString(window.explanation);
        choices.push_back(
            {name.isEmpty() ? tr("File: window %1").arg(++number) : tr("File: %1").arg(name), window});
    }
    for (const auto& window : presets_)
        choices.push_back({QString::fromStdString(window.explanation), window});
    return choices;
}

QBitArray Viewing::cached() const {
    QBitArray bits;
    if (!stack_) return bits;
    bits.resize(static_cast<qsizetype>(stack_.count()));
    for (std::size_t i = 0; i < stack_.count(); ++i)
        bits.setBit(static_cast<qsizetype>(i), cache_->find(keyOf(i)) != nullptr);
    return bits;
}

std::optional<double> Viewing::valueAt(int x, int y) const {
    return shownImage_ ? modalityValueAt(*shownImage_, x, y) : std::nullopt;
}

}  // namespace residua
