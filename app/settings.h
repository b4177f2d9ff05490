// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QVector>
#include <filesystem>
#include <vector>

#include "imaging/pixels/image.h"

namespace residua {

/// What the window remembers between two starts: config folder, settings.json, schema "residua.settings/1".
struct Settings {
    QByteArray layout;        ///< MainWindow::saveLayout
    QString theme = "dark";   ///< "dark" or "light"
    QString reader;           ///< the name written beside verdicts; empty = the reader was not asked yet
    QString model;            ///< the network chosen last; empty = the one whose scope fits
    bool autoPredict = true;  ///< prediction starts when a study opens
    bool welcomed = false;    ///< the first start's help was closed
    QString lastFolder;       ///< where the open dialog starts
    QString reportFolder;     ///< where the last report was saved
    QMap<QString, std::vector<Window>> presets;  ///< by modality, keys 1 to 9
};

/// Reads settings; a missing or broken file gives the defaults, a broken one is kept beside as
/// settings.json.broken.
Settings loadSettings(const std::filesystem::path& file);
/// Written atomically. Throws Error DiskFull or WriteFailed.
void saveSettings(const Settings& settings, const std::filesystem::path& file);

/// Windows offered for a modality: the reader's own, or the usual ones (CT in HU; others depend on the
/// scanner).
std::vector<Window> presetsFor(const Settings& settings, const QString& modality);

}  // namespace residua
