// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings_keeper.h"

namespace residua {

SettingsKeeper::SettingsKeeper(std::filesystem::path file, MainWindow& window, Viewing& viewing,
                               Analysing& analysing, Verdicts& verdicts, FindingsPresenter& findings,
                               QObject* parent)
    : QObject(parent),
      file_(std::move(file)),
      settings_(file_.empty() ? Settings() : loadSettings(file_)),
      window_(window),
      viewing_(viewing),
      analysing_(analysing),
      verdicts_(verdicts) {
    apply();
    connectWishes(findings);
}

void SettingsKeeper::apply() {
    window_.setTheme(settings_.theme == QStringLiteral("light") ? ThemeKind::Light : ThemeKind::Dark);
    if (!settings_.layout.isEmpty()) window_.restoreLayout(settings_.layout);
    verdicts_.setReader(settings_.reader.isEmpty() ? qEnvironmentVariable("USER") : settings_.reader);
    analysing_.setPreferredModel(settings_.model.toStdString());
    analysing_.setAutomatic(settings_.autoPredict);
    window_.actions()[Command::AnalyseOnOpen]->setChecked(settings_.autoPredict);
}

void SettingsKeeper::connectWishes(FindingsPresenter& findings) {
    connect(window_.actions()[Command::AnalyseOnOpen], &QAction::toggled, this, [this](bool on) {
        settings_.autoPredict = on;
        analysing_.setAutomatic(on);
        keep();
    });
    connect(&window_, &MainWindow::themeChanged, this, [this](ThemeKind kind) {
        settings_.theme = kind == ThemeKind::Light ? QStringLiteral("light") : QStringLiteral("dark");
        keep();
    });
    connect(&findings, &FindingsPresenter::modelChosen, this, [this](const QString& name) {
        settings_.model = name;
        keep();
    });
    connect(&window_, &MainWindow::windowPresetSaveWished, this, &SettingsKeeper::savePreset);
}

void SettingsKeeper::usePresetsOf(const QString& modality) {
    viewing_.setPresets(presetsFor(settings_, modality));
}

void SettingsKeeper::savePreset(const QString& name) {
    if (!viewing_.stack()) return;
    const auto modality = QString::fromStdString(viewing_.stack().seriesOf().modality);
    auto presets = presetsFor(settings_, modality);
    auto window = viewing_.windowToDrag();
    window.explanation = name.toStdString();
    std::erase_if(presets, [&](const Window& known) { return known.explanation == window.explanation; });
    presets.push_back(std::move(window));
    settings_.presets[modality] = std::move(presets);
    usePresetsOf(modality);
    keep();
}

void SettingsKeeper::keep() {
    if (file_.empty()) return;
    settings_.layout = window_.saveLayout();
    try {
        saveSettings(settings_, file_);
    } catch (const Error& error) {
        Q_EMIT problem(error.problem());
    }
}

}  // namespace residua
