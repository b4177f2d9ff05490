// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUndoStack>
#include <filesystem>
#include <memory>
#include <vector>

#include "app/analysing.h"
#include "app/archive_keyring.h"
#include "app/cine.h"
#include "app/cine_presenter.h"
#include "app/findings_presenter.h"
#include "app/header_presenter.h"
#include "app/image_presenter.h"
#include "app/library_presenter.h"
#include "app/library_thread.h"
#include "app/marks.h"
#include "app/opening.h"
#include "app/problem_list.h"
#include "app/reporting.h"
#include "app/settings_keeper.h"
#include "app/study_list.h"
#include "app/thumbnails.h"
#include "app/verdicts.h"
#include "app/viewing.h"
#include "ui/main_window.h"

namespace residua {

/// Where a window keeps things; empty paths keep nothing (tests).
struct WorkbenchFolders {
    std::filesystem::path library;     ///< the SQLite file
    std::filesystem::path settings;    ///< settings.json
    std::filesystem::path thumbnails;  ///< cache folder
    std::filesystem::path samples;     ///< sample studies
};

/// The window with all that works behind it. Only constructs and connects.
class Workbench : public QObject {
    Q_OBJECT

public:
    Workbench(Engine& engine, WorkbenchFolders folders);
    ~Workbench() override;

    MainWindow& window() { return window_; }
    Opening& opening() { return opening_; }
    Viewing& viewing() { return viewing_; }
    Cine& cine() { return cine_; }
    Analysing& analysing() { return analysing_; }
    Verdicts& verdicts() { return verdicts_; }
    LibraryPresenter& listing() { return listing_; }
    ProblemList& problems() { return problems_; }

    /// Opens the paths; without any, what was open last, or the sample studies at the first start.
    void start(const std::vector<std::filesystem::path>& paths);
    void setModels(std::vector<InstalledModel> models) { analysing_.setModels(std::move(models)); }

private:
    void connectOpening();
    void connectCommands();
    void connectJobs();
    void open(const QStringList& paths);
    void showStack(const StackRef& stack);
    void stepSeries(int step);
    void closeAll();
    void emptyCache();
    void exportReport(ReportFormat format);
    /// What each network at work has found so far.
    std::vector<Analysis> reportable() const;
    void askReportTarget(ReportFormat format);
    void writeReport(Analysis analysis, const QString& target, ReportFormat format);
    void presentJob();

    WorkbenchFolders folders_;
    std::shared_ptr<ArchiveKeyring> keys_ = std::make_shared<ArchiveKeyring>();
    std::shared_ptr<MediumTurns> turns_ = std::make_shared<MediumTurns>();
    bool memoryOnly_ = false;  ///< the library is forgotten with the window
    QUndoStack undo_;
    MainWindow window_;
    ProblemList problems_;
    LibraryThread library_;
    Thumbnails thumbnails_;
    Opening opening_;
    Viewing viewing_;
    Cine cine_;
    Marks marks_;
    Verdicts verdicts_;
    Analysing analysing_;
    Reporting reporting_;
    StudyList studies_;
    ImagePresenter image_;
    CinePresenter playback_;
    HeaderPresenter header_;
    FindingsPresenter findings_;
    SettingsKeeper settings_;
    LibraryPresenter listing_;
};

}  // namespace residua
