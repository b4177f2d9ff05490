// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>
#include <string>
#include <vector>

#include "app/model_run.h"

namespace residua {

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

/// The networks at work on the study in view: those whose scope fits, or the one that the reader chose.
class Analysing : public QObject {
    Q_OBJECT

public:
    /// @param engine outlives this object's requests: destroyed first or silent after its owner's end
    /// @param keys to archives that hold images
    Analysing(Engine& engine, LibraryThread& library,
              std::shared_ptr<const ArchiveKeyring> keys = std::make_shared<const ArchiveKeyring>(),
              QObject* parent = nullptr);

    void setModels(std::vector<InstalledModel> models);
    void setAutomatic(bool automatic);
    /// The reader's choice; used for every study that it fits, and for the study in view in any case. Empty =
    /// all that fit.
    void chooseModel(const std::string& name);
    void setPreferredModel(const std::string& name) { preferred_ = name; }

    /// The image in view. A new study is looked up in the library and, where wished, predicted; a new stack
    /// moves to the front of what is being predicted.
    void look(const StackRef& stack, std::size_t slice);
    void clear();
    void analyse();  ///< what is still missing, failed images included
    void stop();

    AnalysisState state() const;
    const Problem& failure() const;  ///< of a run that Failed
    std::size_t done() const;        ///< images, over all runs
    std::size_t total() const;
    const std::vector<InstalledModel>& models() const { return models_; }
    /// One a network at work, in the library's order.
    const std::vector<std::shared_ptr<ModelRun>>& runs() const { return runs_; }
    const ModelRun* run(const std::string& model) const;  ///< null if it is not at work
    /// How many networks the study in view lies in the scope of.
    std::size_t fitting() const { return fitting_; }
    /// Why each network was not made for the image in view, a line a network.
    QString misfits() const;
    std::string studyUid() const { return stack_ ? stack_.study->study.uid : std::string(); }

Q_SIGNALS:
    void changed();  ///< at most ten times a second a network while predicting
    void problem(const residua::Problem& problem);
    /// Everything of a study was predicted, by every network at work.
    void analysed(const std::string& studyUid);

private:
    void openStudy(const std::string& insisted = {});
    void start(const InstalledModel& model);

    Engine& engine_;
    LibraryThread& library_;
    std::shared_ptr<const ArchiveKeyring> keys_;
    std::vector<InstalledModel> models_;
    std::string preferred_;  ///< empty = all that fit
    bool automatic_ = true;
    StackRef stack_;
    std::size_t slice_ = 0;
    std::size_t fitting_ = 0;
    std::vector<std::shared_ptr<ModelRun>> runs_;
};

}  // namespace residua
