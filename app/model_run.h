// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/analysis.h"
#include "app/archive_keyring.h"
#include "app/engine.h"
#include "app/model_library.h"
#include "app/study_collection.h"

namespace residua {

class LibraryThread;

/// How far one network has come with a study.
enum class RunState {
    Idle,  ///< not, or not wholly, predicted
    Predicting,
    Ready,
    Failed,  ///< the engine could not do it; see failure()
};

/// One network's predictions of one study: results from the library where the weights are the same, the rest
/// from the engine, what is looked at first. Replies of older requests and other weights are dropped.
class ModelRun : public QObject, public std::enable_shared_from_this<ModelRun> {
    Q_OBJECT

public:
    /// What a run works with, all outliving it.
    struct Means {
        Engine& engine;
        LibraryThread& library;
        std::shared_ptr<const ArchiveKeyring> keys;
        QObject& receiver;  ///< of the engine's replies, on this thread; outlives the engine's requests
    };

    /// Kept by a shared_ptr alone: a reply that comes after its end is dropped.
    ModelRun(Means means, InstalledModel model, std::shared_ptr<const OpenStudy> study);
    ~ModelRun() override;  ///< ends what is under way; what was predicted is saved

    /// Asks the library for what is known. loaded() follows.
    void load();
    bool isLoaded() const { return loaded_; }
    /// The image in view: a new stack moves to the front of what is being predicted.
    void look(const StackRef& stack, std::size_t slice);
    void analyse();  ///< what is still missing, failed images included
    void stop();

    const InstalledModel& model() const { return model_; }
    RunState state() const;
    const Problem& failure() const { return failure_; }
    std::size_t done() const { return results_.size(); }
    std::size_t total() const { return images_.size(); }
    /// The study's results as far as they are known; none before the first.
    const Analysis* analysis() const { return analysis_ ? &*analysis_ : nullptr; }
    const ImageResult* result(const StackRef& stack, std::size_t slice) const;

Q_SIGNALS:
    void loaded();
    void changed();  ///< at most ten times a second while predicting
    void problem(const residua::Problem& problem);
    void analysed();  ///< everything was predicted

private:
    using ImageKey = std::pair<std::string, int>;  ///< SOP Instance UID and frame
    const std::string& studyUid() const { return study_->study.uid; }
    void takeStored(std::vector<ImageResult> stored);
    void take(ImageResult result, int request);
    void end(PredictEnd how, const Problem& why, int request);
    void request();
    void cancel();
    std::vector<PredictImage> missing() const;
    std::string pictureModality() const;
    void save();
    void flush();

    Means means_;
    InstalledModel model_;
    std::shared_ptr<const OpenStudy> study_;
    StackRef stack_;  ///< in view
    std::size_t slice_ = 0;
    std::map<ImageKey, PredictImage> images_;   ///< of the study
    std::map<std::string, std::string> sopOf_;  ///< path → SOP Instance UID
    std::map<ImageKey, ImageResult> results_;
    std::optional<Analysis> analysis_;
    Problem failure_;
    bool failed_ = false;
    bool loaded_ = false;
    bool wished_ = false;  ///< before the library had answered
    int engineId_ = 0;     ///< of the request under way; 0 = none
    int generation_ = 0;   ///< counts requests: replies of another are late
    std::vector<ImageResult> unsaved_;
    QTimer flushTimer_;
};

}  // namespace residua
