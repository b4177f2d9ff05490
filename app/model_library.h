// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "imaging/error.h"
#include "imaging/study/study.h"
#include "inference/findings/model_card.h"
#include "inference/findings/scope.h"

namespace residua {

/// A bundle whose card can be read; its weights are checked when the engine loads it.
struct InstalledModel {
    enum class Origin { Supplied, User };
    ModelCard card;
    std::filesystem::path folder;
    Origin origin = Origin::Supplied;
};

struct ModelLibrary {
    std::vector<InstalledModel> models;  ///< sorted by name; of two with one name the user's
    std::vector<Problem> problems;       ///< one for each folder that should be a bundle and is not
    const InstalledModel* find(const std::string& name) const;
};

/// Folders with bundles that came with the program: ../share/residua/models beside it, or resources/models of
/// the source tree that it was built from.
std::filesystem::path suppliedModelFolder();
/// $XDG_DATA_HOME/residua/models, or below ~/.local/share.
std::filesystem::path userModelFolder();

/// Reads the cards below both folders. A missing folder is an empty one.
ModelLibrary readModelLibrary(const std::filesystem::path& supplied = suppliedModelFolder(),
                              const std::filesystem::path& user = userModelFolder());

/// The bundle `name` of the library, or the bundle in the folder `name`. Throws Error ModelUnknown, its
/// detail listing the names there are; the bundle's own problem if it is broken.
InstalledModel resolveModel(const ModelLibrary& library, const std::string& name);

/// What an image's scope is checked against (PS3.3 C.7.3.1, C.7.6.1, C.8.11.2). Without the photometric
/// interpretation where it has channels of colour: only the pixels tell whether they show any, and films are
/// often stored so.
ScopeTags scopeTags(const Study& study, const Series& series, const Instance& instance);

/// The models whose scope admits at least one image of the study, in the library's order.
std::vector<InstalledModel> modelsFor(const ModelLibrary& library, const Study& study);

/// The folder of the running program, links resolved.
std::filesystem::path programFolder();
/// A folder of the program's data: ../share/residua/NAME, or resources/NAME of the source tree; empty if
/// neither is.
std::filesystem::path suppliedFolder(const std::string& name);

}  // namespace residua
