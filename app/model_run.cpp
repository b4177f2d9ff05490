// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_run.h"

#include <set>

#include "app/library_thread.h"
#include "app/study_analysis.h"
#include "imaging/pixels/frame_cache.h"

namespace residua {

namespace {

constexpr int flushInterval = 100;  ///< ms between two looks of the window at the results

}  // namespace

ModelRun::ModelRun(Means means, InstalledModel model, std::shared_ptr<const OpenStudy> study)
    : means_(std::move(means)), model_(std::move(model)), study_(std::move(study)) {
    flushTimer_.setSingleShot(true);
    flushTimer_.setInterval(flushInterval);
    connect(&flushTimer_, &QTimer::timeout, this, &ModelRun::flush);
    for (std::size_t i = 0; i < study_->stacks.size(); ++i)
        for (const auto& stack : study_->stacks[i])
            for (const auto& slice : stack.slices) {
                const auto& instance = study_->study.series[i].instances[slice.instance];
                images_[{instance.sopInstanceUid, slice.frame}] = {instance.path, slice.frame,
                                                                   instance.sopInstanceUid};
                sopOf_[instance.path.string()] = instance.sopInstanceUid;
            }
}

ModelRun::~ModelRun() {
    cancel();
    save();
}

RunState ModelRun::state() const {
    if (engineId_ != 0) return RunState::Predicting;
    if (failed_) return RunState::Failed;
    return results_.size() == images_.size() ? RunState::Ready : RunState::Idle;
}

void ModelRun::look(const StackRef& stack, std::size_t slice) {
    const bool sameStack = stack_ && stack_.series == stack.series && stack_.stack == stack.stack;
    stack_ = stack;
    slice_ = slice;
    if (!sameStack && engineId_ != 0) request();  // what is looked at now comes first
}

void ModelRun::load() {
    means_.library.ask(
        this,
        [uid = studyUid(), hash = model_.card.weightsSha256](StudyLibrary& library) {
            return library.results(uid, hash);
        },
        [this](std::vector<ImageResult> stored) { takeStored(std::move(stored)); });
}

void ModelRun::takeStored(std::vector<ImageResult> stored) {
    loaded_ = true;
    for (auto& result : stored) {
        const auto known = images_.find({result.sopInstanceUid, result.frame});
        if (known == images_.end()) continue;
        result.path = known->second.path;  // the file may have moved since
        results_[known->first] = std::move(result);
    }
    flush();
    if (wished_) analyse();
    Q_EMIT loaded();
}

void ModelRun::analyse() {
    wished_ = true;
    failed_ = false;
    if (!stack_ || !loaded_) return;
    std::erase_if(results_, [](const auto& entry) { return entry.second.problem.has_value(); });
    request();
}

void ModelRun::stop() {
    wished_ = false;
    if (engineId_ == 0) return;
    cancel();
    flush();
}

void ModelRun::cancel() {
    if (engineId_ != 0) means_.engine.cancel(std::exchange(engineId_, 0));
    ++generation_;
}

std::vector<PredictImage> ModelRun::missing() const {
    std::vector<PredictImage> images;
    std::set<ImageKey> queued;
    const auto add = [&](const Instance& instance, int frame) {
        const ImageKey key{instance.sopInstanceUid, frame};
        if (!results_.contains(key) && queued.insert(key).second)
            images.push_back({instance.path, frame, instance.sopInstanceUid});
    };
    for (const auto index : readAheadOrder(stack_.count(), slice_, 0))
        add(stack_.instance(index), stack_.frame(index));
    for (std::size_t step = 0; step < study_->stacks.size(); ++step) {
        const auto series = (stack_.series + step) % study_->stacks.size();
        for (const auto& stack : study_->stacks[series])
            for (const auto& one : stack.slices)
                add(study_->study.series[series].instances[one.instance], one.frame);
    }
    return images;
}

std::string ModelRun::pictureModality() const {
    const auto& modality = stack_.seriesOf().modality;
    const auto& scope = model_.card.scope.modalities;
    // A picture that nobody can tell anything of: the reader who chose this network knows what it shows.
    return modality == "OT" && !scope.empty() ? scope.front() : modality;
}

void ModelRun::request() {
    cancel();
    PredictRequest request{model_.folder, missing(), pictureModality(), means_.keys->all()};
    if (request.images.empty()) return flush();
    // Observers may be called from any thread and after this object's end; the receiver's queue keeps their
    // order.
    const auto later = [receiver = &means_.receiver, weak = weak_from_this()](auto task) {
        QMetaObject::invokeMethod(receiver, [weak, task] {
            if (const auto run = weak.lock()) task(*run);
        });
    };
    const int generation = generation_;
    engineId_ = means_.engine.predict(
        std::move(request),
        {[later, generation](const ImageResult& result) {
             later([result, generation](ModelRun& run) { run.take(result, generation); });
         },
         [later, generation](PredictEnd how, const Problem& why) {
             later([how, why, generation](ModelRun& run) { run.end(how, why, generation); });
         }});
    Q_EMIT changed();
}

void ModelRun::take(ImageResult result, int request) {
    const auto known = sopOf_.find(result.path.string());
    if (request != generation_ || known == sopOf_.end()) return;
    // A problem may come before the image could be read: its UIDs are the study's.
    if (result.problem && result.sopInstanceUid.empty()) result.sopInstanceUid = known->second;
    if (result.sopInstanceUid != known->second) return;
    if (!result.problem && result.modelSha256 != model_.card.weightsSha256) return;
    result.studyUid = studyUid();
    const ImageKey key{result.sopInstanceUid, result.frame};
    if (!result.problem) unsaved_.push_back(result);  // what failed is tried again another time
    results_[key] = std::move(result);
    if (!flushTimer_.isActive()) flushTimer_.start();
}

void ModelRun::end(PredictEnd how, const Problem& why, int request) {
    if (request != generation_) return;
    engineId_ = 0;
    if (how == PredictEnd::Failed) {
        failed_ = true;
        failure_ = why;
    }
    flush();
    if (how == PredictEnd::Failed) {
        Q_EMIT problem(why);
    } else if (how == PredictEnd::Done) {
        for (const auto& [key, result] : results_)
            if (result.problem) Q_EMIT problem(*result.problem);
        Q_EMIT analysed();
    }
}

void ModelRun::save() {
    if (unsaved_.empty()) return;
    means_.library.tell(
        [results = std::exchange(unsaved_, {})](StudyLibrary& library) { library.saveResults(results); });
}

void ModelRun::flush() {
    flushTimer_.stop();
    save();
    if (!results_.empty()) {
        std::vector<ImageResult> results;
        results.reserve(results_.size());
        for (const auto& [key, result] : results_) results.push_back(result);
        analysis_ = makeAnalysis(study_->study, model_.card, results);
    }
    Q_EMIT changed();
}

const ImageResult* ModelRun::result(const StackRef& stack, std::size_t slice) const {
    if (!stack) return nullptr;
    const auto found = results_.find({stack.instance(slice).sopInstanceUid, stack.frame(slice)});
    return found == results_.end() ? nullptr : &found->second;
}

}  // namespace residua
