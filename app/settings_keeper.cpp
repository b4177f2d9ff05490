// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings_keeper.h"

#include <utility>

#include "ui/dialogs/reader_dialog.h"

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
    if (settings_.reader.isEmpty())
        verdicts_.setProvisionalReader(qEnvironmentVariable("USER"));
    else
        verdicts_.setReader(settings_.reader);
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
    connect(window_.actions()[Command::ReaderName], &QAction::triggered, this,
            [this] { askReaderName([] {}); });
    // The answer is saved already: the name is only asked for.
    connect(&verdicts_, &Verdicts::given, this, [this] { withReaderName([] {}); });
    connect(&window_, &MainWindow::windowPresetSaveWished, this, &SettingsKeeper::savePreset);
}

void SettingsKeeper::withReaderName(std::function<void()> then) {
    if (settings_.reader.isEmpty() && !nameAsked_) return askReaderName(std::move(then));
    then();
}

void SettingsKeeper::askReaderName(std::function<void()> then) {
    nameAsked_ = true;
    auto* dialog = new ReaderDialog(verdicts_.reader(), &window_);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, this, [this, dialog, then = std::move(then)](int result) {
        // Sent away: the name that stood there is kept, so that the question comes once.
        const bool given = result == QDialog::Accepted && !dialog->name().isEmpty();
        settings_.reader = given ? dialog->name() : verdicts_.reader();
        verdicts_.setReader(settings_.reader);
        keep();
        then();
    });
    dialog->open();
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
