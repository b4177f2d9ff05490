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

/// What is known about the study in view.
enum class AnalysisState {
    Empty,     ///< no study
    NoModel,   ///< no network is installed
    NoneFits,  ///< no network was made for these images
    Idle,      ///< not, or not wholly, predicted
    Predicting,
    Ready,
    Failed,  ///< the engine could not do it; see failure()
};

/// Predictions of the study in view: the network by its scope, results from the library where the weights are
/// the same, the rest from the engine, what is looked at first. Replies of older requests and other weights
/// are dropped.
class Analysing : public QObject {
    Q_OBJECT

public:
    /// @param engine outlives this object's requests: destroyed first or silent after its owner's end
    /// @param keys to archives that hold images
    Analysing(Engine& engine, LibraryThread& library,
              std::shared_ptr<const ArchiveKeyring> keys = std::make_shared<const ArchiveKeyring>(),
              QObject* parent = nullptr);
    ~Analysing() override;

    void setModels(std::vector<InstalledModel> models);
    void setAutomatic(bool automatic);
    /// The reader's choice; used for every study that it fits, and for the study in view in any case.
    void chooseModel(const std::string& name);
    void setPreferredModel(const std::string& name) { preferred_ = name; }

    /// The image in view. A new study is looked up in the library and, where wished, predicted; a new stack
    /// moves to the front of what is being predicted.
    void look(const StackRef& stack, std::size_t slice);
    void clear();
    void analyse();  ///< what is still missing, failed images included
    void stop();

    AnalysisState state() const;
    const Problem& failure() const { return failure_; }
    std::size_t done() const { return results_.size(); }
    std::size_t total() const { return images_.size(); }
    const std::vector<InstalledModel>& models() const { return models_; }
    const InstalledModel* model() const;
    /// Why each network was not made for the image in view, a line a network.
    QString misfits() const;
    std::string studyUid() const { return stack_ ? stack_.study->study.uid : std::string(); }
    /// The study's results as far as they are known; none before the first.
    const Analysis* analysis() const { return analysis_ ? &*analysis_ : nullptr; }
    const ImageResult* result(const StackRef& stack, std::size_t slice) const;

Q_SIGNALS:
    void changed();  ///< at most ten times a second while predicting
    void problem(const residua::Problem& problem);
    /// Everything of a study was predicted.
    void analysed(const std::string& studyUid);

private:
    using ImageKey = std::pair<std::string, int>;  ///< SOP Instance UID and frame
    void openStudy();
    void chooseModelFor(const Study& study);
    void loadStored();
    void take(ImageResult result, int generation);
    void end(PredictEnd end, const Problem& problem, int generation);
    void request();
    void cancel();
    std::vector<PredictImage> missing(std::size_t slice) const;
    void flush();

    Engine& engine_;
    LibraryThread& library_;
    std::shared_ptr<const ArchiveKeyring> keys_;
    std::vector<InstalledModel> models_;
    std::string preferred_;
    std::string model_;  ///< of the study in view; empty = none fits
    bool automatic_ = true;

    StackRef stack_;
    std::size_t slice_ = 0;
    std::map<ImageKey, PredictImage> images_;   ///< of the study
    std::map<std::string, std::string> sopOf_;  ///< path → SOP Instance UID
    std::map<ImageKey, ImageResult> results_;
    std::optional<Analysis> analysis_;
    Problem failure_;
    bool failed_ = false;
    bool loaded_ = false;  ///< the library has answered
    bool wished_ = false;  ///< by the reader, or by itself
    int request_ = 0;      ///< the engine's id; 0 = none
    int generation_ = 0;   ///< counts requests and studies: replies of another are late
    std::vector<ImageResult> unsaved_;
    QTimer flushTimer_;
};

}  // namespace residua
