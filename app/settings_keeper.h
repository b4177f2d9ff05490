// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <filesystem>
#include <functional>

#include "app/analysing.h"
#include "app/findings_presenter.h"
#include "app/settings.h"
#include "app/verdicts.h"
#include "app/viewing.h"
#include "ui/main_window.h"

namespace residua {

/// Brings the settings onto the window and its work at the start, and keeps what the reader changes.
class SettingsKeeper : public QObject {
    Q_OBJECT

public:
    /// @param file empty = defaults, nothing is kept
    SettingsKeeper(std::filesystem::path file, MainWindow& window, Viewing& viewing, Analysing& analysing,
                   Verdicts& verdicts, FindingsPresenter& findings, QObject* parent = nullptr);

    const Settings& settings() const { return settings_; }
    void setLastFolder(const QString& folder) { settings_.lastFolder = folder; }
    void setReportFolder(const QString& folder) { settings_.reportFolder = folder; }
    void setWelcomed() { settings_.welcomed = true; }
    /// Asks for the reader's name unless that was done before, then goes on.
    void withReaderName(std::function<void()> then);
    /// The presets of the modality become the window's.
    void usePresetsOf(const QString& modality);
    void keep();

Q_SIGNALS:
    void problem(const residua::Problem& problem);

private:
    void apply();
    void connectWishes(FindingsPresenter& findings);
    void askReaderName(std::function<void()> then);
    void savePreset(const QString& name);

    std::filesystem::path file_;
    Settings settings_;
    MainWindow& window_;
    Viewing& viewing_;
    Analysing& analysing_;
    Verdicts& verdicts_;
    bool nameAsked_ = false;  ///< in this run
};

}  // namespace residua
