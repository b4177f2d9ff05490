// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/model_library.h"
#include "app/study_library.h"
#include "ui/library_rows.h"

namespace residua {

/// Names of findings by their network's hash and their code.
using FindingNames = std::map<std::pair<std::string, std::string>, QString>;
FindingNames findingNames(const std::vector<InstalledModel>& models);

/// The studies as the list of the library shows and searches them, in their order; where they are is not
/// known yet. A finding of a network that is not installed keeps its code.
QList<LibraryRow> libraryRows(const std::vector<LibraryStudy>& studies, const FindingNames& names);

/// "Müller, Änne · 01.03.2026": how a sentence names a study.
QString studyTitle(const LibraryStudy& study);

}  // namespace residua
