// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/analysing.h"

#include <algorithm>

#include "app/library_thread.h"

namespace residua {

Analysing::Analysing(Engine& engine, LibraryThread& library, std::shared_ptr<const ArchiveKeyring> keys,
                     QObject* parent)
    : QObject(parent), engine_(engine), library_(library), keys_(std::move(keys)) {}

void Analysing::setModels(std::vector<InstalledModel> models) {
    models_ = std::move(models);
    if (stack_) openStudy();
    Q_EMIT changed();
}

void Analysing::setAutomatic(bool automatic) {
    automatic_ = automatic;
    if (!automatic) return;
    for (const auto& run : runs_)
        if (run->isLoaded() && run->state() == RunState::Idle) run->analyse();
}

void Analysing::chooseModel(const std::string& name) {
    preferred_ = name;
    if (!stack_) return;
    openStudy(name);  // made for other images: asked for all the same, 'not scored' will say why
    Q_EMIT changed();
}

void Analysing::look(const StackRef& stack, std::size_t slice) {
    const bool sameStudy = stack_ && stack && stack_.study == stack.study;
    const bool sameStack = sameStudy && stack_.series == stack.series && stack_.stack == stack.stack;
    if (!stack) return clear();
    stack_ = stack;
    slice_ = slice;
    if (!sameStudy)
        openStudy();
    else
        for (const auto& run : runs_) run->look(stack, slice);
    if (!sameStack) Q_EMIT changed();
}

void Analysing::clear() {
    stack_ = {};
    fitting_ = 0;
    runs_.clear();
    Q_EMIT changed();
}

void Analysing::openStudy(const std::string& insisted) {
    runs_.clear();
    auto fitting = modelsFor({models_, {}}, stack_.study->study);
    fitting_ = fitting.size();
    const auto only = [](const std::vector<InstalledModel>& models, const std::string& name) {
        std::vector<InstalledModel> found;
        for (const auto& model : models)
            if (model.card.name == name) found.push_back(model);
        return found;
    };
    if (auto preferred = only(fitting, preferred_); !preferred.empty())
        fitting = std::move(preferred);
    else if (auto other = only(models_, insisted); !other.empty())
        fitting = std::move(other);
    for (const auto& model : fitting) start(model);
}

void Analysing::start(const InstalledModel& model) {
    runs_.push_back(
        std::make_shared<ModelRun>(ModelRun::Means{engine_, library_, keys_, *this}, model, stack_.study));
    auto* run = runs_.back().get();
    connect(run, &ModelRun::changed, this, &Analysing::changed);
    connect(run, &ModelRun::problem, this, &Analysing::problem);
    connect(run, &ModelRun::loaded, this, [this, run] {
        if (automatic_) run->analyse();
    });
    connect(run, &ModelRun::analysed, this, [this] {
        if (state() == AnalysisState::Ready) Q_EMIT analysed(studyUid());
    });
    run->look(stack_, slice_);
    run->load();
}

void Analysing::analyse() {
    for (const auto& run : runs_) run->analyse();
}

void Analysing::stop() {
    for (const auto& run : runs_) run->stop();
}

AnalysisState Analysing::state() const {
    if (!stack_) return AnalysisState::Empty;
    if (models_.empty()) return AnalysisState::NoModel;
    if (runs_.empty()) return AnalysisState::NoneFits;
    const auto any = [this](RunState state) {
        return std::ranges::any_of(runs_, [state](const auto& run) { return run->state() == state; });
    };
    if (any(RunState::Predicting)) return AnalysisState::Predicting;
    if (any(RunState::Failed)) return AnalysisState::Failed;
    return any(RunState::Idle) ? AnalysisState::Idle : AnalysisState::Ready;
}

const Problem& Analysing::failure() const {
    static const Problem none;
    for (const auto& run : runs_)
        if (run->state() == RunState::Failed) return run->failure();
    return none;
}

std::size_t Analysing::done() const {
    std::size_t done = 0;
    for (const auto& run : runs_) done += run->done();
    return done;
}

std::size_t Analysing::total() const {
    std::size_t total = 0;
    for (const auto& run : runs_) total += run->total();
    return total;
}

const ModelRun* Analysing::run(const std::string& model) const {
    for (const auto& run : runs_)
        if (run->model().card.name == model) return run.get();
    return nullptr;
}

QString Analysing::misfits() const {
    QStringList lines;
    if (!stack_) return {};
    const auto tags = scopeTags(stack_.study->study, stack_.seriesOf(), stack_.instance(slice_));
    for (const auto& model : models_) {
        const auto& title = model.card.title.empty() ? model.card.name : model.card.title;
        lines << QString::fromStdString("• " + title + ": " + checkScope(model.card.scope, tags).reason);
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace residua
