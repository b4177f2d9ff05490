// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>
#include <functional>
#include <string>

#include "imaging/error.h"

namespace residua {

/// Dialogs that do not hold up the window: they call back when something was chosen.
using PathsChosen = std::function<void(const QStringList& paths)>;

void askForFolder(QWidget* parent, const QString& start, PathsChosen chosen);
void askForFiles(QWidget* parent, const QString& start, PathsChosen chosen);
/// @param suggestion a file name; @param suffix without the dot, added where none is typed
void askForTarget(QWidget* parent, const QString& start, const QString& suggestion, const QString& suffix,
                  std::function<void(const QString& path)> chosen);

/// The password of an encrypted archive, in UTF-8, or that it is not told.
/// @param locked ArchivePasswordNeeded or ArchivePasswordWrong, with the archive's path
void askForPassword(QWidget* parent, const Problem& locked, std::function<void(const std::string&)> told,
                    std::function<void()> notTold);

}  // namespace residua
