// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/analysing.h"

#include <algorithm>
#include <set>

#include "app/library_thread.h"
#include "app/study_analysis.h"
#include "imaging/pixels/frame_cache.h"

namespace residua {

namespace {

constexpr int flushInterval = 100;  ///< ms between two looks of the window at the results

}  // namespace

Analysing::Analysing(Engine& engine, LibraryThread& library, std::shared_ptr<const ArchiveKeyring> keys,
                     QObject* parent)
    : QObject(parent), engine_(engine), library_(library), keys_(std::move(keys)) {
    flushTimer_.setSingleShot(true);
    flushTimer_.setInterval(flushInterval);
    connect(&flushTimer_, &QTimer::timeout, this, &Analysing::flush);
}

Analysing::~Analysing() {
    ++generation_;
    if (!unsaved_.empty())
        library_.tell(
            [results = std::move(unsaved_)](StudyLibrary& library) { library.saveResults(results); });
}

void Analysing::setModels(std::vector<InstalledModel> models) {
    cancel();
    models_ = std::move(models);
    if (stack_) openStudy();
    Q_EMIT changed();
}

void Analysing::setAutomatic(bool automatic) {
    automatic_ = automatic;
    if (automatic && stack_ && loaded_ && !failed_) analyse();
}

void Analysing::chooseModel(const std::string& name) {
    preferred_ = name;
    if (!stack_) return;
    cancel();
    flush();
    openStudy();
    if (model_ != name) {  // made for other images: asked for all the same, 'not scored' will say why
        model_ = name;
        loadStored();
    }
    Q_EMIT changed();
}

const InstalledModel* Analysing::model() const {
    const auto found = std::find_if(models_.begin(), models_.end(),
                                    [&](const auto& model) { return model.card.name == model_; });
    return found == models_.end() ? nullptr : &*found;
}

AnalysisState Analysing::state() const {
    if (!stack_) return AnalysisState::Empty;
    if (models_.empty()) return AnalysisState::NoModel;
    if (!model()) return AnalysisState::NoneFits;
    if (request_ != 0) return AnalysisState::Predicting;
    if (failed_) return AnalysisState::Failed;
    return results_.size() == images_.size() ? AnalysisState::Ready : AnalysisState::Idle;
}

void Analysing::look(const StackRef& stack, std::size_t slice) {
    const bool sameStudy = stack_ && stack && stack_.study == stack.study;
    const bool sameStack = sameStudy && stack_.series == stack.series && stack_.stack == stack.stack;
    if (!sameStudy) {
        cancel();
        flush();
    }
    stack_ = stack;
    slice_ = slice;
    if (!stack_) return clear();
    if (!sameStudy)
        openStudy();
    else if (!sameStack && request_ != 0)
        request();  // what is looked at now comes first
    if (!sameStack) Q_EMIT changed();
}

void Analysing::clear() {
    cancel();
    flush();
    stack_ = {};
    images_.clear();
    results_.clear();
    analysis_.reset();
    Q_EMIT changed();
}

void Analysing::openStudy() {
    images_.clear();
    sopOf_.clear();
    const auto& open = *stack_.study;
    for (std::size_t i = 0; i < open.stacks.size(); ++i)
        for (const auto& stack : open.stacks[i])
            for (const auto& slice : stack.slices) {
                const auto& instance = open.study.series[i].instances[slice.instance];
                images_[{instance.sopInstanceUid, slice.frame}] = {instance.path, slice.frame,
                                                                   instance.sopInstanceUid};
                sopOf_[instance.path.string()] = instance.sopInstanceUid;
            }
    chooseModelFor(open.study);
    loadStored();
}

void Analysing::chooseModelFor(const Study& study) {
    model_.clear();
    for (const auto& model : models_) {
        const bool fits = std::any_of(study.series.begin(), study.series.end(), [&](const Series& series) {
            return std::any_of(
                series.instances.begin(), series.instances.end(), [&](const Instance& instance) {
                    return checkScope(model.card.scope, scopeTags(study, series, instance)).state !=
                           ScopeState::Outside;
                });
        });
        if (fits && (model_.empty() || model.card.name == preferred_)) model_ = model.card.name;
    }
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

void Analysing::loadStored() {
    ++generation_;
    results_.clear();
    analysis_.reset();
    failed_ = loaded_ = wished_ = false;
    const auto* chosen = model();
    if (!chosen) return;
    library_.ask(
        this,
        [uid = studyUid(), hash = chosen->card.weightsSha256](StudyLibrary& library) {
            return library.results(uid, hash);
        },
        [this, generation = generation_](std::vector<ImageResult> stored) {
            if (generation != generation_) return;
            loaded_ = true;
            for (auto& result : stored) {
                const auto known = images_.find({result.sopInstanceUid, result.frame});
                if (known == images_.end()) continue;
                result.path = known->second.path;  // the file may have moved since
                results_[known->first] = std::move(result);
            }
            flush();
            if (automatic_ || wished_) analyse();
        });
}

void Analysing::analyse() {
    wished_ = true;
    failed_ = false;
    if (!stack_ || !model() || !loaded_) return;
    std::erase_if(results_, [](const auto& entry) { return entry.second.problem.has_value(); });
    request();
}

void Analysing::stop() {
    if (request_ == 0) return;
    cancel();
    flush();
    Q_EMIT changed();
}

void Analysing::cancel() {
    if (request_ != 0) engine_.cancel(std::exchange(request_, 0));
    ++generation_;
}

std::vector<PredictImage> Analysing::missing(std::size_t slice) const {
    std::vector<PredictImage> images;
    std::set<ImageKey> queued;
    const auto add = [&](const Instance& instance, int frame) {
        const ImageKey key{instance.sopInstanceUid, frame};
        if (!results_.contains(key) && queued.insert(key).second)
            images.push_back({instance.path, frame, instance.sopInstanceUid});
    };
    for (const auto index : readAheadOrder(stack_.count(), slice, 0))
        add(stack_.instance(index), stack_.frame(index));
    const auto& open = *stack_.study;
    for (std::size_t step = 0; step < open.stacks.size(); ++step) {
        const auto series = (stack_.series + step) % open.stacks.size();
        for (const auto& stack : open.stacks[series])
            for (const auto& one : stack.slices)
                add(open.study.series[series].instances[one.instance], one.frame);
    }
    return images;
}

void Analysing::request() {
    cancel();
    const auto* chosen = model();
    PredictRequest request{chosen->folder, missing(slice_), stack_.seriesOf().modality, keys_->all()};
    if (request.images.empty()) return flush();
    const int generation = generation_;
    // Observers may be called from any thread; the queue of this object's thread keeps their order.
    request_ = engine_.predict(
        std::move(request),
        {[this, generation](const ImageResult& result) {
             QMetaObject::invokeMethod(this, [this, result, generation] { take(result, generation); });
         },
         [this, generation](PredictEnd how, const Problem& problem) {
             QMetaObject::invokeMethod(this,
                                       [this, how, problem, generation] { end(how, problem, generation); });
         }});
    Q_EMIT changed();
}

void Analysing::take(ImageResult result, int generation) {
    const auto* chosen = model();
    const auto known = sopOf_.find(result.path.string());
    if (generation != generation_ || !chosen || known == sopOf_.end()) return;
    // A problem may come before the image could be read: its UIDs are the study's.
    if (result.problem && result.sopInstanceUid.empty()) result.sopInstanceUid = known->second;
    if (result.sopInstanceUid != known->second) return;
    if (!result.problem && result.modelSha256 != chosen->card.weightsSha256) return;
    result.studyUid = studyUid();
    const ImageKey key{result.sopInstanceUid, result.frame};
    if (!result.problem) unsaved_.push_back(result);  // what failed is tried again another time
    results_[key] = std::move(result);
    if (!flushTimer_.isActive()) flushTimer_.start();
}

void Analysing::end(PredictEnd how, const Problem& why, int generation) {
    if (generation != generation_) return;
    request_ = 0;
    flush();
    if (how == PredictEnd::Failed) {
        failed_ = true;
        failure_ = why;
        Q_EMIT problem(why);
    } else if (how == PredictEnd::Done) {
        for (const auto& [key, result] : results_)
            if (result.problem) Q_EMIT problem(*result.problem);
        Q_EMIT analysed(studyUid());
    }
    Q_EMIT changed();
}

void Analysing::flush() {
    flushTimer_.stop();
    if (!unsaved_.empty())
        library_.tell(
            [results = std::exchange(unsaved_, {})](StudyLibrary& library) { library.saveResults(results); });
    const auto* chosen = model();
    if (stack_ && chosen && !results_.empty()) {
        std::vector<ImageResult> results;
        results.reserve(results_.size());
        for (const auto& [key, result] : results_) results.push_back(result);
        analysis_ = makeAnalysis(stack_.study->study, chosen->card, results);
    }
    Q_EMIT changed();
}

const ImageResult* Analysing::result(const StackRef& stack, std::size_t slice) const {
    if (!stack) return nullptr;
    const auto found = results_.find({stack.instance(slice).sopInstanceUid, stack.frame(slice)});
    return found == results_.end() ? nullptr : &found->second;
}

}  // namespace residua
